"""Reads chats with their messages: one statement each, the messages as arrays in one row."""

from typing import Any

from owui_chassis.database import Database
from owui_chassis.errors import NotFound
from owui_chassis.statements import Statement
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.domain.assembly import StoredChat, StoredMessages, chat_json
from owui_chat.domain.texts import NOT_FOUND

_WHOLE = """
    SELECT c.id, c.user_id, c.title, c.data::text AS data, c.meta::text AS meta, c.current_message_id,
        c.share_id,
        c.folder_id, c.archived, c.pinned, c.created_at, c.updated_at, c.has_history, m.ids, m.parents,
        m.texts, m.contents
    FROM chat c LEFT JOIN LATERAL (
        SELECT array_agg(s.id) AS ids, array_agg(s.parent_id) AS parents, array_agg(s.data::text) AS texts,
            array_agg(s.content) AS contents
        FROM (SELECT id, parent_id, data, content FROM message WHERE chat_id = c.id ORDER BY position) s
    ) m ON c.has_history
"""


def whole_chats(condition: str) -> TextClause:
    """Return the statement that reads the chats (alias c) for which a condition of ours holds."""
    return text(_WHOLE + condition)


_OWN = Statement(_WHOLE + "WHERE c.id = :id AND c.user_id = :user_id")


def not_found() -> NotFound:
    """Return the one answer for chats that are missing and for those of others."""
    return NotFound(NOT_FOUND, "chat_not_found")


def chat_of_row(row: Any) -> bytes:
    """Return the JSON of a row that a `whole_chats` statement gave."""
    messages = None
    if row.has_history:
        messages = StoredMessages(row.ids or (), row.parents or (), row.texts or (), row.contents or ())
    return chat_json(
        StoredChat(
            row.id,
            row.user_id,
            row.title,
            row.data,
            row.meta,
            row.current_message_id,
            row.share_id,
            row.folder_id,
            row.archived,
            row.pinned,
            row.created_at,
            row.updated_at,
            messages,
        )
    )


async def read_own(connection: AsyncConnection, user_id: str, chat_id: str) -> bytes:
    """Return the JSON of a chat of the user inside a transaction; raise NotFound for any other."""
    row = (await connection.execute(_OWN.text, {"id": chat_id, "user_id": user_id})).first()
    if row is None:
        raise not_found()
    return chat_of_row(row)


async def read_stored(database: Database, user_id: str, chat_id: str) -> bytes:
    """Return the JSON of a chat of the user; raise NotFound for any other."""
    row = await database.first(_OWN, id=chat_id, user_id=user_id)
    if row is None:
        raise not_found()
    return chat_of_row(row)


async def read_many(connection: AsyncConnection, statement: TextClause, values: dict[str, Any]) -> bytes:
    """Return a JSON array of the chats that a `whole_chats` statement finds."""
    rows = (await connection.execute(statement, values)).all()
    return b"[" + b",".join(map(chat_of_row, rows)) + b"]"
