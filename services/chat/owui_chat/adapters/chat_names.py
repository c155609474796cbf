"""Where generated titles, tags and questions go."""

import time

import msgspec
from owui_chassis.database import Database
from owui_chassis.errors import Invalid, NotFound
from sqlalchemy import text

from owui_chat.adapters.tags import Tags
from owui_chat.domain.limits import TITLE_LENGTH

_TITLE = text("UPDATE chat SET title = :title, updated_at = :now WHERE id = :id AND user_id = :user_id")
_FOLLOW_UPS = text("""
    UPDATE message SET data = (data::jsonb || CAST(:members AS jsonb))::json, digest = NULL
    WHERE chat_id = :chat_id AND id = :id AND user_id = :user_id
""")


class ChatNames:
    """Stores what the task model says about a chat; a chat that was deleted meanwhile is no error."""

    def __init__(self, database: Database, tags: Tags) -> None:
        self._database = database
        self._tags = tags

    async def set_title(self, user_id: str, chat_id: str, title: str) -> None:
        """Name a chat."""
        values = {"id": chat_id, "user_id": user_id, "title": title[:TITLE_LENGTH], "now": int(time.time())}
        async with self._database.begin() as connection:
            await connection.execute(_TITLE, values)

    async def add_tags(self, user_id: str, chat_id: str, names: list[str]) -> None:
        """Put tags on a chat, as far as they can be tags."""
        for name in names:
            try:
                await self._tags.add(user_id, chat_id, [name])
            except (Invalid, NotFound):
                continue

    async def set_follow_ups(self, user_id: str, chat_id: str, message_id: str, questions: list[str]) -> None:
        """Store the questions that are suggested after a message."""
        members = msgspec.json.encode({"followUps": questions}).decode()
        values = {"chat_id": chat_id, "id": message_id, "user_id": user_id, "members": members}
        async with self._database.begin() as connection:
            await connection.execute(_FOLLOW_UPS, values)
