"""The API keys in Postgres: their digests, never the keys."""

from collections.abc import Sequence

from owui_chassis.database import Database
from owui_chassis.errors import Exhausted, NotFound
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_auth.adapters.audit_log import write_event
from owui_auth.adapters.rows import NOT_FOUND, OWNER, owner_of
from owui_auth.domain.api_keys import KEYS_PER_USER, ApiKey
from owui_auth.domain.audit import AuditEvent
from owui_auth.ports import CredentialOwner

_INSERT = text("""
    INSERT INTO api_key (id, user_id, name, prefix, digest, is_account_key, sealed, created_at, expires_at)
    VALUES (:id, :user_id, :name, :prefix, :digest, :is_account_key, :sealed, :created_at, :expires_at)
""")
_OWNER = Statement(f"""
    SELECT k.id AS credential_id, u.epoch AS credential_epoch, k.expires_at, false AS revoked, k.last_used_at,
           {OWNER}
    FROM api_key k JOIN "user" u ON u.id = k.user_id WHERE k.digest = :digest
""")  # noqa: S608 - our own columns


class PostgresApiKeys:
    """Stores API keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, digest: bytes, event: AuditEvent) -> None:
        """Store a key; raise Exhausted when the owner has too many."""
        async with self._database.begin() as connection:
            await _lock_owner(connection, key.user_id)
            counting = text("SELECT count(*) FROM api_key WHERE user_id = :id")
            count = (await connection.execute(counting, {"id": key.user_id})).scalar() or 0
            if count >= KEYS_PER_USER:
                raise Exhausted(
                    f"At most {KEYS_PER_USER} API keys are allowed; delete some first", "too_many_keys"
                )
            await _insert(connection, key, digest, None)
            await write_event(connection, event)

    async def replace_account_key(
        self, key: ApiKey, digest: bytes, sealed: str, event: AuditEvent
    ) -> str | None:
        """Store the account key in place of the one before; return the identifier of that one."""
        deletion = text("DELETE FROM api_key WHERE user_id = :id AND is_account_key RETURNING id")
        async with self._database.begin() as connection:
            await _lock_owner(connection, key.user_id)
            replaced = (await connection.execute(deletion, {"id": key.user_id})).scalar()
            await _insert(connection, key, digest, sealed)
            await write_event(connection, event)
        return str(replaced) if replaced is not None else None

    async def account_key(self, user_id: str) -> tuple[str, str] | None:
        """Return identifier and sealed secret of the account key."""
        query = text("SELECT id, sealed FROM api_key WHERE user_id = :id AND is_account_key")
        async with self._database.connect() as connection:
            row = (await connection.execute(query, {"id": user_id})).one_or_none()
        return (row.id, row.sealed or "") if row is not None else None

    async def list(self, user_id: str) -> Sequence[ApiKey]:
        """Return the keys of an account, newest first."""
        query = text("""
            SELECT id, user_id, name, prefix, created_at, expires_at, last_used_at FROM api_key
            WHERE user_id = :id ORDER BY created_at DESC, id
        """)
        async with self._database.connect() as connection:
            rows = (await connection.execute(query, {"id": user_id})).all()
        return [ApiKey(**row._mapping) for row in rows]

    async def delete(self, user_id: str, key_id: str, event: AuditEvent) -> None:
        """Delete a key; raise NotFound when the account has no such key."""
        query = text("DELETE FROM api_key WHERE id = :id AND user_id = :user")
        async with self._database.begin() as connection:
            if (await connection.execute(query, {"id": key_id, "user": user_id})).rowcount == 0:
                raise NotFound(NOT_FOUND, "api_key_not_found")
            await write_event(connection, event)

    async def owner(self, digest: bytes) -> CredentialOwner | None:
        """Return who is behind a key."""
        row = await self._database.first(_OWNER, digest=digest)
        return owner_of(row) if row is not None else None


async def _lock_owner(connection: AsyncConnection, user_id: str) -> None:
    # Two keys made at once must not pass the limit, nor both become the account key.
    owner = text('SELECT id FROM "user" WHERE id = :id FOR UPDATE')
    if (await connection.execute(owner, {"id": user_id})).scalar() is None:
        raise NotFound(NOT_FOUND, "user_not_found")


async def _insert(connection: AsyncConnection, key: ApiKey, digest: bytes, sealed: str | None) -> None:
    values = {
        "id": key.id,
        "user_id": key.user_id,
        "name": key.name,
        "prefix": key.prefix,
        "digest": digest,
        "is_account_key": sealed is not None,
        "sealed": sealed,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
    }
    await connection.execute(_INSERT, values)
