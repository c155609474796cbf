"""Chats in Postgres: created, read, changed and deleted by their owner."""

import time
import uuid
from typing import Any

import msgspec
from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import chat_of_row, not_found, read_own, read_stored, whole_chats
from owui_chat.adapters.message_rows import INSERT, columns, insert_messages, store_messages
from owui_chat.domain.assembly import StoredChat, StoredMessages, chat_json
from owui_chat.domain.conversation import UNTITLED, ChatForm, join_members, parse_members

_NEW = """
    INSERT INTO chat (id, user_id, title, data, meta, has_history, current_message_id, folder_id, pinned,
        created_at, updated_at)
    VALUES (:chat_id, :user_id, :title, CAST(:data AS json), CAST(:meta AS jsonb), :has_history, :current_id,
        (SELECT id FROM folder WHERE id = :folder_id AND user_id = :user_id FOR KEY SHARE), :pinned,
        :created_at, :updated_at)
"""
_INSERT = text(_NEW)
_INSERT_WHOLE = Statement(f"""
    WITH made AS ({_NEW} RETURNING meta, folder_id),
    written AS ({INSERT.format(condition="")})
    SELECT meta::text AS meta, folder_id FROM made
""")  # noqa: S608 - all parts are ours
_LOCK = text("""
    SELECT title, data::text AS data, has_history, current_message_id FROM chat
    WHERE id = :id AND user_id = :user_id FOR UPDATE
""")
_UPDATE = text("""
    UPDATE chat SET title = :title, data = CAST(:data AS json), has_history = :has_history,
        current_message_id = :current_id, updated_at = :now
    WHERE id = :id AND user_id = :user_id
""")
_LIGHT = text("""
    SELECT id, user_id, title, data::text AS data, meta::text AS meta, current_message_id, share_id,
        folder_id,
        archived, pinned, created_at, updated_at, false AS has_history
    FROM chat WHERE id = :id AND user_id = :user_id
""")
# The shared copy goes with its chat; running tasks notice at their next checkpoint that nothing is left to
# write.
_DELETE = text("""
    WITH gone AS (
        DELETE FROM chat WHERE id = :id AND (user_id = :user_id OR :anyone) RETURNING id, share_id
    ), copies AS (
        DELETE FROM chat USING gone WHERE chat.id = gone.share_id AND chat.user_id = 'shared-' || gone.id
    ), tasks AS (DELETE FROM task USING gone WHERE task.chat_id = gone.id)
    SELECT count(*) FROM gone
""")
_DELETE_ALL = text("""
    WITH gone AS (DELETE FROM chat WHERE user_id = :user_id RETURNING id, share_id),
    copies AS (DELETE FROM chat USING gone WHERE chat.id = gone.share_id AND chat.user_id = 'shared-' ||
        gone.id),
    tags AS (DELETE FROM tag WHERE user_id = :user_id),
    tasks AS (DELETE FROM task USING gone WHERE task.chat_id = gone.id)
    SELECT count(*) FROM gone
""")
_TOGGLES = {
    flag: text(f"UPDATE chat SET {change}, updated_at = :now WHERE id = :id AND user_id = :user_id")  # noqa: S608
    # A chat that goes into the archive leaves its folder: there it would be found by nobody.
    for flag, change in (
        ("pinned", "pinned = NOT pinned"),
        ("archived", "archived = NOT archived, folder_id = NULL"),
    )
}
_MOVE = text("""
    UPDATE chat SET folder_id = :folder_id, pinned = false, updated_at = :now WHERE id = :id AND user_id =
        :user_id
""")
# A folder that is there stays until the chat is in it.
_FOLDER = text("SELECT 1 FROM folder WHERE id = :folder_id AND user_id = :user_id FOR KEY SHARE")
_ERASE = text("""
    WITH folders AS (DELETE FROM folder WHERE user_id = :user_id),
    notes AS (DELETE FROM note WHERE user_id = :user_id)
    DELETE FROM task WHERE user_id = :user_id
""")


class Chats:
    """The chats of everybody; each method sees only those of the user it is given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, user_id: str, chat_id: str) -> bytes:
        """Return a chat as JSON; raise NotFound."""
        return await read_stored(self._database, user_id, chat_id)

    async def create(self, user_id: str, form: ChatForm, **row: Any) -> bytes:
        """Store a new chat and return it as JSON; `row` may give folder_id, meta, pinned, created_at,
        updated_at."""
        values = _chat_values(user_id, form, row)
        sent = columns((form.messages or {}).values())
        [made] = await self._database.fetch(_INSERT_WHOLE, **values, **sent, now=int(time.time()))
        messages = None
        if form.messages is not None:
            messages = StoredMessages(sent["ids"], sent["parents"], sent["texts"], sent["contents"])
        return chat_json(
            StoredChat(
                id=values["chat_id"],
                user_id=user_id,
                title=values["title"],
                data=values["data"],
                meta=made.meta,
                current_id=values["current_id"],
                share_id=None,
                folder_id=made.folder_id,
                archived=False,
                pinned=values["pinned"],
                created_at=values["created_at"],
                updated_at=values["updated_at"],
                messages=messages,
            )
        )

    async def create_all(self, user_id: str, chats: list[tuple[ChatForm, dict[str, Any]]]) -> bytes:
        """Store several chats, all or none, and return them as a JSON array."""
        async with self._database.begin() as connection:
            stored = []
            for form, row in chats:
                chat_id = await self._insert(connection, user_id, form, row)
                stored.append(await read_own(connection, user_id, chat_id))
            return b"[" + b",".join(stored) + b"]"

    async def update(self, user_id: str, chat_id: str, form: ChatForm, *, partial: bool) -> bytes:
        """Merge what a client sent into the stored chat; raise NotFound.

        The answer is the whole chat, or without its messages when `partial`.
        """
        async with self._database.begin() as connection:
            key = {"id": chat_id, "user_id": user_id}
            row = (await connection.execute(_LOCK, key)).first()
            if row is None:
                raise not_found()
            members = parse_members(row.data.encode(), "The stored chat")
            members.update(form.members)
            sends_history = form.messages is not None
            if sends_history or row.has_history:
                members.pop("messages", None)
            values = {
                "title": form.title if form.title is not None else row.title,
                "data": join_members(members),
                "has_history": row.has_history or sends_history,
                "current_id": form.current_id if sends_history else row.current_message_id,
                "now": int(time.time()),
            }
            await connection.execute(_UPDATE, {**key, **values})
            if form.messages is not None:
                await store_messages(connection, user_id, chat_id, form.messages, partial=partial)
            if partial:
                return chat_of_row((await connection.execute(_LIGHT, key)).one())
            return await read_own(connection, user_id, chat_id)

    async def delete(self, user_id: str, chat_id: str, *, anyone: bool) -> None:
        """Delete a chat, whoever owns it when `anyone`; raise NotFound."""
        async with self._database.begin() as connection:
            values = {"id": chat_id, "user_id": user_id, "anyone": anyone}
            if not (await connection.execute(_DELETE, values)).scalar_one():
                raise not_found()

    async def delete_all(self, user_id: str) -> None:
        """Delete all chats and tags of a user."""
        async with self._database.begin() as connection:
            await connection.execute(_DELETE_ALL, {"user_id": user_id})

    async def erase_user(self, user_id: str) -> None:
        """Delete everything that belongs to a user; doing it again changes nothing."""
        await self.delete_all(user_id)
        async with self._database.begin() as connection:
            await connection.execute(_ERASE, {"user_id": user_id})

    async def toggle(self, user_id: str, chat_id: str, flag: str) -> bytes:
        """Turn "pinned" or "archived" over and return the chat as JSON; raise NotFound."""
        async with self._database.begin() as connection:
            return await _change(connection, user_id, chat_id, _TOGGLES[flag])

    async def is_pinned(self, user_id: str, chat_id: str) -> bool:
        """Tell whether a chat is pinned; raise NotFound."""
        statement = text("SELECT pinned FROM chat WHERE id = :id AND user_id = :user_id")
        async with self._database.connect() as connection:
            found = (await connection.execute(statement, {"id": chat_id, "user_id": user_id})).scalar()
        if found is None:
            raise not_found()
        return bool(found)

    async def archive_all(self, user_id: str, *, archived: bool) -> None:
        """Archive all chats of a user, or bring all back."""
        statement = text(
            "UPDATE chat SET archived = :archived WHERE user_id = :user_id AND archived <> :archived"
        )
        async with self._database.begin() as connection:
            await connection.execute(statement, {"user_id": user_id, "archived": archived})

    async def move(self, user_id: str, chat_id: str, folder_id: str | None) -> bytes:
        """Put a chat into a folder of the same user, or out of any; raise NotFound."""
        async with self._database.begin() as connection:
            values = {"folder_id": folder_id, "user_id": user_id}
            if folder_id is not None and (await connection.execute(_FOLDER, values)).scalar() is None:
                raise not_found()
            return await _change(connection, user_id, chat_id, _MOVE, folder_id=folder_id)

    async def _insert(
        self, connection: AsyncConnection, user_id: str, form: ChatForm, row: dict[str, Any]
    ) -> str:
        values = _chat_values(user_id, form, row)
        chat_id: str = values["chat_id"]
        await connection.execute(_INSERT, values)
        await insert_messages(connection, user_id, chat_id, list((form.messages or {}).values()))
        return chat_id


async def _change(
    connection: AsyncConnection, user_id: str, chat_id: str, statement: TextClause, **values: Any
) -> bytes:
    key = {"id": chat_id, "user_id": user_id, "now": int(time.time())}
    if not (await connection.execute(statement, {**key, **values})).rowcount:
        raise not_found()
    return await read_own(connection, user_id, chat_id)


def _chat_values(user_id: str, form: ChatForm, row: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a new chat's row."""
    now = int(time.time())
    return {
        "chat_id": str(uuid.uuid4()),
        "user_id": user_id,
        "title": form.title if form.title is not None else UNTITLED,
        "data": join_members(form.members),
        "has_history": form.messages is not None,
        "current_id": form.current_id,
        "folder_id": row.get("folder_id"),
        "meta": msgspec.json.encode(row.get("meta") or {}).decode(),
        "pinned": bool(row.get("pinned")),
        "created_at": row.get("created_at") or now,
        "updated_at": row.get("updated_at") or now,
    }


EXPORT = whole_chats("WHERE c.user_id = :user_id ORDER BY c.updated_at DESC, c.id")
EXPORT_ARCHIVED = whole_chats("WHERE c.user_id = :user_id AND c.archived ORDER BY c.updated_at DESC, c.id")
EXPORT_EVERYBODY = whole_chats("WHERE c.user_id NOT LIKE 'shared-%' ORDER BY c.updated_at DESC, c.id")
# With the chats of the folders in it. UNION ends what goes round.
IN_FOLDER = whole_chats("""
    WHERE c.user_id = :user_id AND NOT c.archived AND c.folder_id IN (
        WITH RECURSIVE within AS (
            SELECT CAST(:folder_id AS text) AS id
            UNION SELECT f.id FROM folder f JOIN within w ON f.parent_id = w.id WHERE f.user_id = :user_id
        ) SELECT id FROM within
    ) ORDER BY c.updated_at DESC, c.id
""")
