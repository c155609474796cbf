"""Single messages in Postgres."""

import json
import time
from typing import Any

from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from sqlalchemy import text

from owui_chat.adapters.chat_rows import not_found
from owui_chat.adapters.message_rows import insert_messages
from owui_chat.domain.conversation import message_of, parse_members
from owui_chat.domain.message_events import apply_event, is_kept

_LOCK = text("""
    SELECT c.user_id, m.content, m.data::text AS data FROM message m JOIN chat c ON c.id = m.chat_id
    WHERE m.chat_id = :chat_id AND m.id = :id AND (c.user_id = :user_id OR :anyone) FOR UPDATE OF m
""")
_TOUCH = text("UPDATE chat SET updated_at = :now WHERE id = :chat_id")


class Messages:
    """Messages of a user's chats, or of anyone's where the caller may change those."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def apply(
        self, user_id: str, chat_id: str, message_id: str, kind: str, data: dict[str, Any], *, anyone: bool
    ) -> str:
        """Change a message as an event says and return the owner's id; raise NotFound."""
        async with self._database.begin() as connection:
            key = {"chat_id": chat_id, "id": message_id, "user_id": user_id, "anyone": anyone}
            row = (await connection.execute(_LOCK, key)).first()
            if row is None:
                raise not_found()
            if is_kept(kind):
                message = json.loads(row.data)
                if row.content is not None:
                    message["content"] = row.content
                apply_event(message, kind, data)
                if "\x00" in str(message.get("content", "")):
                    raise Invalid("The text contains a NUL character", "nul_character")
                changed = message_of(message_id, parse_members(json.dumps(message).encode(), "The message"))
                await insert_messages(connection, row.user_id, chat_id, [changed])
                await connection.execute(_TOUCH, {"chat_id": chat_id, "now": int(time.time())})
            return str(row.user_id)
