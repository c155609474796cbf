"""The groups in Postgres."""

from collections.abc import Sequence
from typing import Any

from owui_chassis.database import Database
from owui_chassis.errors import AlreadyExists, NotFound
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from owui_auth.adapters.audit_log import write_event
from owui_auth.adapters.rows import ACCOUNT_IN_BRIEF, GROUP, NOT_FOUND, account_of, group_of, read_group
from owui_auth.domain.account import Account
from owui_auth.domain.audit import AuditEvent
from owui_auth.domain.groups import Group
from owui_auth.ports import Clock

_INSERT = text("""
    INSERT INTO "group" (id, user_id, name, description, data, permissions, created_at, updated_at)
    VALUES (:id, :user_id, :name, :description, CAST(:data AS jsonb), CAST(:permissions AS jsonb), :now, :now)
""")
_CHANGE = text("""
    UPDATE "group" SET name = :name, description = :description, updated_at = :now,
           data = coalesce(CAST(:data AS jsonb), data),
           permissions = coalesce(CAST(:permissions AS jsonb), permissions)
    WHERE id = :id
""")
_ADD_MEMBERS = text("""
    INSERT INTO group_member (group_id, user_id, created_at)
    SELECT :group, id, :now FROM "user" WHERE id = ANY(:users) ON CONFLICT DO NOTHING
""")
_REMOVE_MEMBERS = text("DELETE FROM group_member WHERE group_id = :group AND user_id = ANY(:users)")


class PostgresGroups:
    """Stores groups and who is in them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def permissions(self, user_id: str) -> Sequence[dict[str, Any]]:
        """Return the permission trees of an account's groups."""
        query = text("""
            SELECT g.permissions FROM group_member m JOIN "group" g ON g.id = m.group_id
            WHERE m.user_id = :id AND g.permissions IS NOT NULL
        """)
        async with self._database.connect() as connection:
            return list((await connection.execute(query, {"id": user_id})).scalars())

    async def list(self, member_id: str | None = None, share: bool | None = None) -> Sequence[Group]:
        """Return groups, last changed first: all, or those of a member; with or without sharing."""
        query = f"""
            SELECT {GROUP} FROM "group" g
            WHERE (CAST(:member AS text) IS NULL OR EXISTS (
                       SELECT 1 FROM group_member m WHERE m.group_id = g.id AND m.user_id = :member))
              AND (CAST(:share AS boolean) IS NULL
                   OR (coalesce(g.data -> 'config' ->> 'share', 'true') <> 'false') = :share)
            ORDER BY g.updated_at DESC, g.id
        """  # noqa: S608 - our own columns
        async with self._database.connect() as connection:
            rows = (await connection.execute(text(query), {"member": member_id, "share": share})).all()
        return [group_of(row) for row in rows]

    async def find(self, group_id: str) -> Group:
        """Return a group; raise NotFound."""
        async with self._database.connect() as connection:
            return await read_group(connection, group_id)

    async def members(self, group_id: str) -> Sequence[Account]:
        """Return the members by name."""
        query = f"""
            SELECT {ACCOUNT_IN_BRIEF} FROM "user" u JOIN group_member gm ON gm.user_id = u.id
            WHERE gm.group_id = :id ORDER BY lower(u.name), u.number
        """  # noqa: S608 - our own columns
        async with self._database.connect() as connection:
            return [
                account_of(row) for row in (await connection.execute(text(query), {"id": group_id})).all()
            ]

    async def add(self, group: Group, event: AuditEvent) -> Group:
        """Store a group; raise AlreadyExists when its name is taken."""
        values = {"user_id": group.user_id, **self._values(group)}
        async with self._database.begin() as connection:
            try:
                await connection.execute(_INSERT, values)
            except IntegrityError as error:
                raise _taken_or(error) from None
            await write_event(connection, event)
            return await read_group(connection, group.id)

    async def change(self, group: Group, event: AuditEvent) -> Group:
        """Store new values; absent JSON keeps the stored one."""
        async with self._database.begin() as connection:
            await read_group(connection, group.id)
            try:
                await connection.execute(_CHANGE, self._values(group))
            except IntegrityError as error:
                raise _taken_or(error) from None
            await write_event(connection, event)
            return await read_group(connection, group.id)

    def _values(self, group: Group) -> dict[str, Any]:
        return {
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "data": group.data,
            "permissions": group.permissions,
            "now": self._clock(),
        }

    async def delete(self, group_id: str, event: AuditEvent) -> None:
        """Delete a group; its members stay."""
        async with self._database.begin() as connection:
            deletion = await connection.execute(text('DELETE FROM "group" WHERE id = :id'), {"id": group_id})
            if deletion.rowcount == 0:
                raise NotFound(NOT_FOUND, "group_not_found")
            await write_event(connection, event)

    async def add_members(self, group_id: str, user_ids: Sequence[str], event: AuditEvent) -> Group:
        """Add the accounts that exist."""
        return await self._set_members(group_id, user_ids, event, add=True)

    async def remove_members(self, group_id: str, user_ids: Sequence[str], event: AuditEvent) -> Group:
        """Remove accounts."""
        return await self._set_members(group_id, user_ids, event, add=False)

    async def _set_members(
        self, group_id: str, user_ids: Sequence[str], event: AuditEvent, *, add: bool
    ) -> Group:
        values: dict[str, Any] = {"group": group_id, "users": list(user_ids)}
        async with self._database.begin() as connection:
            await read_group(connection, group_id)
            if add:
                await connection.execute(_ADD_MEMBERS, {**values, "now": self._clock()})
            else:
                await connection.execute(_REMOVE_MEMBERS, values)
            await write_event(connection, event)
            return await read_group(connection, group_id)


def _taken_or(error: IntegrityError) -> Exception:
    if "group_name_key" in str(error.orig):
        return AlreadyExists("A group with this name exists already", "group_name_taken")
    return error
