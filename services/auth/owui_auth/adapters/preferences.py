"""What people store about themselves, in Postgres: settings, free data, status."""

from typing import Any, Literal

import orjson
from owui_chassis.database import Database
from owui_chassis.errors import Invalid, NotFound
from sqlalchemy import TextClause, text

from owui_auth.adapters.rows import NOT_FOUND, read_account
from owui_auth.domain.account import Account
from owui_auth.domain.texts import JSON_BYTES
from owui_auth.ports import Clock


def _merging(column: str, empty: str) -> TextClause:
    return text(f"""
        UPDATE "user" SET {column} = coalesce({column}, '{empty}'::jsonb) || CAST(:change AS jsonb),
               updated_at = :now
        WHERE id = :id RETURNING {column}::text
    """)  # noqa: S608 - names of ours


# Clients rely on the settings having a "ui" part once some were saved.
_MERGE = {"settings": _merging("settings", '{"ui": {}}'), "info": _merging("info", "{}")}


class PostgresPreferences:
    """Stores preferences; objects are merged key by key at their top level."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def merge(self, user_id: str, column: Literal["settings", "info"], change: dict[str, Any]) -> str:
        """Replace the keys that `change` names; return the whole object as JSON text.

        Raises Invalid when the whole would grow too large.
        """
        values = {"id": user_id, "change": orjson.dumps(change).decode(), "now": self._clock()}
        async with self._database.begin() as connection:
            stored: str | None = (await connection.execute(_MERGE[column], values)).scalar()
            if stored is None:
                raise NotFound(NOT_FOUND, "user_not_found")
            if len(stored) > 2 * JSON_BYTES:
                raise Invalid(f"{column}: there is no room for more", "too_long")
        return stored

    async def set_status(
        self, user_id: str, emoji: str | None, message: str | None, expires_at: int | None
    ) -> Account:
        """Store a status; return the account."""
        query = text("""
            UPDATE "user" SET status_emoji = :emoji, status_message = :message, status_expires_at = :expires,
                   updated_at = :now
            WHERE id = :id
        """)
        values = {
            "id": user_id,
            "emoji": emoji,
            "message": message,
            "expires": expires_at,
            "now": self._clock(),
        }
        async with self._database.begin() as connection:
            await connection.execute(query, values)
            return await read_account(connection, user_id)
