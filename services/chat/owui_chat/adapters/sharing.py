"""Shared copies of chats: rows of their own, owned by "shared-" and the id of the original."""

import time
import uuid

from owui_chassis.database import Database
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import chat_of_row, not_found, read_own, whole_chats

_LOCK = text("SELECT share_id, title FROM chat WHERE id = :id AND user_id = :user_id FOR UPDATE")
_LINK = text("UPDATE chat SET share_id = :share_id WHERE id = :id AND user_id = :user_id")
_DROP = text("DELETE FROM chat WHERE id = :id AND user_id = :owner")
# A copy is in the folder of its original if it has the same owner.
_COPY = text("""
    INSERT INTO chat (id, user_id, title, data, meta, has_history, current_message_id, folder_id, pinned,
        created_at, updated_at)
    SELECT :copy_id, :owner, :title, data, meta, has_history, current_message_id,
        (SELECT f.id FROM folder f WHERE f.id = chat.folder_id AND f.user_id = :owner FOR KEY SHARE), :pinned,
        :created_at, :now
    FROM chat WHERE id = :id
""")
_COPY_MESSAGES = text("""
    INSERT INTO message (chat_id, id, user_id, parent_id, position, role, content, data, digest, written_at,
        created_at, updated_at)
    SELECT :copy_id, id, :owner, parent_id, position, role, content, data, digest, written_at, created_at,
        updated_at
    FROM message WHERE chat_id = :id
""")
_SHARED = whole_chats("WHERE c.id = :id AND c.user_id LIKE 'shared-%'")
_ANY = whole_chats("WHERE c.id = :id OR c.share_id = :id ORDER BY c.id = :id DESC LIMIT 1")
_SHARED_TITLE = text("SELECT title FROM chat WHERE id = :id AND (user_id LIKE 'shared-%' OR :anyone)")


class SharedChats:
    """Copies that everybody who has the link may read, and copies that people make for themselves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def share(self, user_id: str, chat_id: str) -> bytes:
        """Make the shared copy of a chat, or make it anew under the same id; return the copy as JSON."""
        async with self._database.begin() as connection:
            key = {"id": chat_id, "user_id": user_id}
            row = (await connection.execute(_LOCK, key)).first()
            if row is None:
                raise not_found()
            owner, share_id = f"shared-{chat_id}", row.share_id or str(uuid.uuid4())
            if row.share_id:
                await connection.execute(_DROP, {"id": share_id, "owner": owner})
            await _copy(connection, chat_id, share_id, owner, row.title)
            await connection.execute(_LINK, {**key, "share_id": share_id})
            return await read_own(connection, owner, share_id)

    async def unshare(self, user_id: str, chat_id: str) -> bool:
        """Delete the shared copy; return whether there was one. Raises NotFound for a chat that is not
        the user's."""
        async with self._database.begin() as connection:
            key = {"id": chat_id, "user_id": user_id}
            row = (await connection.execute(_LOCK, key)).first()
            if row is None:
                raise not_found()
            if not row.share_id:
                return False
            await connection.execute(_LINK, {**key, "share_id": None})
            await connection.execute(_DROP, {"id": row.share_id, "owner": f"shared-{chat_id}"})
            return True

    async def read(self, share_id: str, *, anyone: bool) -> bytes:
        """Return a shared copy as JSON, or any chat when `anyone`; raise NotFound."""
        async with self._database.connect() as connection:
            row = (await connection.execute(_ANY if anyone else _SHARED, {"id": share_id})).first()
        if row is None:
            raise not_found()
        return chat_of_row(row)

    async def clone(self, user_id: str, chat_id: str, title: str | None) -> bytes:
        """Copy a chat of the user; return the copy as JSON."""
        async with self._database.begin() as connection:
            row = (await connection.execute(_LOCK, {"id": chat_id, "user_id": user_id})).first()
            if row is None:
                raise not_found()
            return await _clone(connection, user_id, chat_id, title or f"Clone of {row.title}")

    async def clone_shared(self, user_id: str, share_id: str, *, anyone: bool) -> bytes:
        """Copy a shared chat into those of the user, or any chat when `anyone`; return the copy as JSON."""
        async with self._database.begin() as connection:
            title = (await connection.execute(_SHARED_TITLE, {"id": share_id, "anyone": anyone})).scalar()
            if title is None:
                raise not_found()
            return await _clone(connection, user_id, share_id, f"Clone of {title}")


async def _clone(connection: AsyncConnection, user_id: str, chat_id: str, title: str) -> bytes:
    copy_id = str(uuid.uuid4())
    await _copy(connection, chat_id, copy_id, user_id, title)
    return await read_own(connection, user_id, copy_id)


async def _copy(connection: AsyncConnection, chat_id: str, copy_id: str, owner: str, title: str) -> None:
    now = int(time.time())
    values = {"id": chat_id, "copy_id": copy_id, "owner": owner}
    await connection.execute(
        _COPY, {**values, "title": title, "pinned": False, "created_at": now, "now": now}
    )
    await connection.execute(_COPY_MESSAGES, values)
