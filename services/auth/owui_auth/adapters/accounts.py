"""The accounts in Postgres."""

from dataclasses import asdict

from owui_chassis.database import Database
from owui_chassis.errors import AlreadyExists, NotFound
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_auth.adapters.audit_log import write_event
from owui_auth.adapters.rows import ACCOUNT, NOT_FOUND, read_account
from owui_auth.domain.account import (
    Account,
    AccountChange,
    Administration,
    NewAccount,
    Profile,
    check_change,
    check_deletion,
)
from owui_auth.domain.audit import AuditEvent
from owui_auth.ports import Clock

_EMAIL_TAKEN = "An account with this e-mail address exists already"

_INSERT = text("""
    INSERT INTO "user" (id, email, name, role, profile_image_url, last_active_at, updated_at, created_at)
    VALUES (:id, :email, :name, :role, :picture, :now, :now, :now)
""")
_INSERT_CREDENTIAL = text("""
    INSERT INTO credential (user_id, password_hash, updated_at) VALUES (:id, :hash, :now)
    ON CONFLICT (user_id) DO UPDATE
    SET password_hash = excluded.password_hash, updated_at = excluded.updated_at
""")
_JOIN_GROUP = text("""
    INSERT INTO group_member (group_id, user_id, created_at)
    SELECT id, :user, :now FROM "group" WHERE id = :group
""")
_CHANGE = text("""
    UPDATE "user" SET email = :email, name = :name, role = :role,
           profile_image_url = coalesce(:picture, profile_image_url),
           epoch = epoch + :raise, updated_at = :now
    WHERE id = :id
""")


class PostgresAccounts:
    """Stores accounts; every change and its audit event are one transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def exist(self) -> bool:
        """Whether there is any account."""
        async with self._database.connect() as connection:
            return bool((await connection.execute(text('SELECT EXISTS (SELECT 1 FROM "user")'))).scalar())

    async def add(self, account: NewAccount, group_id: str, event: AuditEvent) -> Account:
        """Store an account; raise AlreadyExists when its address is taken."""
        async with self._database.begin() as connection:
            return await self._insert(connection, account, group_id, event)

    async def add_first(self, account: NewAccount, event: AuditEvent) -> Account | None:
        """Store the account if it is the first one; None when another was faster."""
        async with self._database.begin() as connection:
            # Two first sign-ups at once: the second waits here until the first has committed.
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended('owui first account', 0))")
            )
            if (await connection.execute(text('SELECT EXISTS (SELECT 1 FROM "user")'))).scalar():
                return None
            return await self._insert(connection, account, "", event)

    async def _insert(
        self, connection: AsyncConnection, account: NewAccount, group_id: str, event: AuditEvent
    ) -> Account:
        values = {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "role": account.role,
            "picture": account.profile_image_url,
            "now": account.created_at,
        }
        try:
            await connection.execute(_INSERT, values)
        except IntegrityError as error:
            raise _taken_or(error) from None
        await connection.execute(
            _INSERT_CREDENTIAL, {"id": account.id, "hash": account.password_hash, "now": account.created_at}
        )
        if group_id:
            joining = {"user": account.id, "group": group_id, "now": account.created_at}
            await connection.execute(_JOIN_GROUP, joining)
        await write_event(connection, event)
        return await read_account(connection, account.id)

    async def find(self, user_id: str) -> Account:
        """Return an account; raise NotFound."""
        async with self._database.connect() as connection:
            return await read_account(connection, user_id)

    async def picture(self, user_id: str) -> tuple[str, str]:
        """Return the name of an account and its picture as it is stored; raise NotFound."""
        query = text('SELECT name, profile_image_url FROM "user" WHERE id = :id')
        async with self._database.connect() as connection:
            row = (await connection.execute(query, {"id": user_id})).one_or_none()
        if row is None:
            raise NotFound(NOT_FOUND, "user_not_found")
        return row.name, row.profile_image_url

    async def find_with_password(self, email: str) -> tuple[Account, str] | None:
        """Return the account of an address with its password hash."""
        query = text(
            f'SELECT {ACCOUNT}, c.password_hash FROM "user" u JOIN credential c ON c.user_id = u.id'  # noqa: S608 - our own columns
            " WHERE u.email = :email"
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query, {"email": email})).mappings().one_or_none()
        if row is None:
            return None
        values = dict(row)
        stored = values.pop("password_hash")
        values["group_ids"] = tuple(values["group_ids"])
        return Account(**values), stored

    async def password_hash(self, user_id: str) -> str:
        """Return the password hash of an account; empty when it has none."""
        query = text("SELECT password_hash FROM credential WHERE user_id = :id")
        async with self._database.connect() as connection:
            return (await connection.execute(query, {"id": user_id})).scalar() or ""

    async def replace_hash(self, user_id: str, old: str, new: str) -> None:
        """Store the hash of the same password in a better form, unless it has changed meanwhile."""
        query = text(
            "UPDATE credential SET password_hash = :new WHERE user_id = :id AND password_hash = :old"
        )
        async with self._database.connect() as connection:
            await connection.execute(query, {"id": user_id, "old": old, "new": new})

    async def set_password(self, user_id: str, password_hash: str, event: AuditEvent) -> None:
        """Store a new password hash and raise the epoch."""
        now = self._clock()
        async with self._database.begin() as connection:
            await connection.execute(
                text('UPDATE "user" SET epoch = epoch + 1, updated_at = :now WHERE id = :id'),
                {"id": user_id, "now": now},
            )
            await connection.execute(_INSERT_CREDENTIAL, {"id": user_id, "hash": password_hash, "now": now})
            await write_event(connection, event)

    async def set_profile(self, user_id: str, profile: Profile) -> Account:
        """Store what a person tells about themselves."""
        query = text("""
            UPDATE "user" SET name = :name, bio = :bio,
                   profile_image_url = coalesce(:profile_image_url, profile_image_url),
                   gender = :gender, date_of_birth = :date_of_birth, updated_at = :now
            WHERE id = :id
        """)
        values = {"id": user_id, "now": self._clock(), **asdict(profile)}
        async with self._database.begin() as connection:
            await connection.execute(query, values)
            return await read_account(connection, user_id)

    async def change(
        self, user_id: str, change: AccountChange, origin_actor: str, event: AuditEvent
    ) -> tuple[Account, bool]:
        """Store new values; tell whether the epoch was raised. Raises Forbidden, NotFound, AlreadyExists."""
        now = self._clock()
        async with self._database.begin() as connection:
            administration = await _administration(connection)
            before = await read_account(connection, user_id)
            check_change(administration, origin_actor, before, change.role)
            raised = change.ends_sessions(before)
            values = {
                "id": user_id,
                "email": change.email,
                "name": change.name,
                "role": change.role,
                "picture": change.profile_image_url,
                "raise": int(raised),
                "now": now,
            }
            try:
                await connection.execute(_CHANGE, values)
            except IntegrityError as error:
                raise _taken_or(error) from None
            if change.password_hash is not None:
                await connection.execute(
                    _INSERT_CREDENTIAL, {"id": user_id, "hash": change.password_hash, "now": now}
                )
            await write_event(connection, _described(event, before, change))
            return await read_account(connection, user_id), raised

    async def delete(self, user_id: str, actor_id: str, event: AuditEvent) -> None:
        """Delete an account and remember that this has to be announced. Raises Forbidden, NotFound."""
        async with self._database.begin() as connection:
            administration = await _administration(connection)
            target = await read_account(connection, user_id)
            check_deletion(administration, actor_id, target)
            await connection.execute(text('DELETE FROM "user" WHERE id = :id'), {"id": user_id})
            await connection.execute(
                text("INSERT INTO user_deletion (user_id, deleted_at) VALUES (:id, :now)"),
                {"id": user_id, "now": self._clock()},
            )
            await write_event(connection, event)


async def _administration(connection: AsyncConnection) -> Administration:
    # Locked, so that two administrators who demote each other at once do not both succeed.
    rows = (
        await connection.execute(text("SELECT id FROM \"user\" WHERE role = 'admin' ORDER BY id FOR UPDATE"))
    ).all()
    first = (await connection.execute(text('SELECT id FROM "user" ORDER BY number LIMIT 1'))).scalar()
    return Administration(len(rows), first or "")


def _taken_or(error: IntegrityError) -> Exception:
    return AlreadyExists(_EMAIL_TAKEN, "email_taken") if "user_email_key" in str(error.orig) else error


def _described(event: AuditEvent, before: Account, change: AccountChange) -> AuditEvent:
    details = {
        field: [getattr(before, field), getattr(change, field)]
        for field in ("role", "email", "name")
        if getattr(before, field) != getattr(change, field)
    }
    if change.password_hash is not None:
        details["password"] = ["", "changed"]
    return AuditEvent(event.action, event.origin, event.subject_id, details)
