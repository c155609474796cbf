"""The append-only audit record in Postgres."""

import orjson
from owui_chassis.database import Database
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_auth.domain.audit import AuditEvent

_INSERT = text("""
    INSERT INTO audit_event (action, actor_id, subject_id, address, user_agent, request_id, details)
    VALUES (:action, :actor, :subject, :address, :agent, :request, CAST(:details AS jsonb))
""")


async def write_event(connection: AsyncConnection, event: AuditEvent) -> None:
    """Write an event down within the transaction of what it tells of."""
    await connection.execute(
        _INSERT,
        {
            "action": event.action,
            "actor": event.origin.actor_id,
            "subject": event.subject_id,
            "address": event.origin.address,
            "agent": event.origin.user_agent,
            "request": event.origin.request_id,
            "details": orjson.dumps(event.details).decode(),
        },
    )


class PostgresAuditLog:
    """Writes events that belong to no other change."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, event: AuditEvent) -> None:
        """Write an event down."""
        async with self._database.connect() as connection:
            await write_event(connection, event)
