"""The sessions in Postgres."""

from collections.abc import Sequence

from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text

from owui_auth.adapters.audit_log import write_event
from owui_auth.adapters.rows import OWNER, owner_of
from owui_auth.domain.audit import AuditEvent
from owui_auth.domain.sessions import Session
from owui_auth.ports import CredentialOwner

_KEPT_SECONDS = 30 * 24 * 3600

_INSERT = text("""
    INSERT INTO session (id, user_id, epoch, created_at, expires_at, address, user_agent)
    VALUES (:id, :user_id, :epoch, :created_at, :expires_at, :address, :user_agent)
""")
_OWNERS = Statement(f"""
    SELECT s.id AS credential_id, s.epoch AS credential_epoch, s.expires_at,
           s.revoked_at IS NOT NULL AS revoked, NULL::bigint AS last_used_at, {OWNER}
    FROM session s JOIN "user" u ON u.id = s.user_id WHERE s.id = ANY(CAST(:ids AS text[]))
""")  # noqa: S608 - our own columns


class PostgresSessions:
    """Stores sessions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, session: Session, event: AuditEvent | None) -> None:
        """Store a session."""
        values = {
            "id": session.id,
            "user_id": session.user_id,
            "epoch": session.epoch,
            "created_at": session.created_at,
            "expires_at": session.expires_at,
            "address": session.address,
            "user_agent": session.user_agent,
        }
        async with self._database.begin() as connection:
            await connection.execute(_INSERT, values)
            if event is not None:
                await write_event(connection, event)

    async def find(self, session_id: str) -> Session | None:
        """Return a session."""
        query = text(
            "SELECT id, user_id, epoch, created_at, expires_at, address, user_agent"
            " FROM session WHERE id = :id"
        )
        async with self._database.connect() as connection:
            row = (await connection.execute(query, {"id": session_id})).one_or_none()
        return Session(**row._mapping) if row is not None else None

    async def revoke(self, session_id: str, now: int, event: AuditEvent) -> bool:
        """Make a session worthless; False when it was already."""
        query = text("UPDATE session SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL")
        async with self._database.begin() as connection:
            revoked = (await connection.execute(query, {"id": session_id, "now": now})).rowcount > 0
            if revoked:
                await write_event(connection, event)
        return revoked

    async def owners(self, session_ids: Sequence[str]) -> dict[str, CredentialOwner]:
        """Return who is behind sessions, by their identifiers."""
        rows = await self._database.fetch(_OWNERS, ids=session_ids)
        return {row.credential_id: owner_of(row) for row in rows}

    async def remove_ended(self, now: int) -> int:
        """Remove some sessions that ended a month ago; return how many."""
        query = text("""
            DELETE FROM session WHERE id IN (
                SELECT id FROM session WHERE expires_at < :since OR revoked_at < :since LIMIT 1000
            )
        """)
        async with self._database.connect() as connection:
            return (await connection.execute(query, {"since": now - _KEPT_SECONDS})).rowcount
