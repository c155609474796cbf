"""Writes the rows of a conversation's messages: only those that a client's copy changes."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.domain.conversation import Message
from owui_chat.domain.merge import StoredMessage, compare, merge_message

_DIGESTS = text("""
    SELECT array_agg(id) AS ids, array_agg(digest) AS digests FROM message
    WHERE chat_id = :chat_id AND user_id = :user_id
""")
_SOME_DIGESTS = text("""
    SELECT array_agg(id) AS ids, array_agg(digest) AS digests FROM message
    WHERE chat_id = :chat_id AND user_id = :user_id AND id = ANY(CAST(:ids AS text[]))
""")
_STORED = text("""
    SELECT id, content, data::text AS data, written_at FROM message
    WHERE chat_id = :chat_id AND user_id = :user_id AND id = ANY(CAST(:ids AS text[])) FOR UPDATE
""")
_RUNNING = text("SELECT message_id FROM task WHERE chat_id = :chat_id AND user_id = :user_id")
_DELETE = text("""
    DELETE FROM message WHERE chat_id = :chat_id AND user_id = :user_id AND id = ANY(CAST(:ids AS text[]))
""")
# Rows of `columns`, for {condition}.
INSERT = """
    INSERT INTO message
        (chat_id, id, user_id, parent_id, position, role, content, data, digest, created_at, updated_at)
    SELECT :chat_id, m.id, :user_id, m.parent_id, :position + m.place, m.role, m.content, m.data::json,
        m.digest,
        :now, :now
    FROM unnest(CAST(:ids AS text[]), CAST(:parents AS text[]), CAST(:roles AS text[]), CAST(:contents AS
        text[]),
        CAST(:texts AS text[]), CAST(:digests AS bytea[]))
        WITH ORDINALITY AS m (id, parent_id, role, content, data, digest, place)
    {condition}
"""
UPSERT = f"""{INSERT}
    ON CONFLICT (chat_id, id) DO UPDATE SET parent_id = excluded.parent_id, role = excluded.role,
        content = excluded.content, data = excluded.data, digest = excluded.digest, updated_at =
            excluded.updated_at
"""
_UPSERT = text(UPSERT.format(condition=""))


async def store_messages(
    connection: AsyncConnection, user_id: str, chat_id: str, sent: Mapping[str, Message], *, partial: bool
) -> int:
    """Make the stored messages those that were sent; return how many rows were written or deleted.

    The caller holds a lock on the chat. What running tasks write is left alone (`domain.merge`).
    """
    key = {"chat_id": chat_id, "user_id": user_id}
    statement, values = (_SOME_DIGESTS, {**key, "ids": list(sent)}) if partial else (_DIGESTS, key)
    row = (await connection.execute(statement, values)).one()
    stored = dict(zip(row.ids or (), row.digests or (), strict=True))
    running = set((await connection.execute(_RUNNING, key)).scalars())
    difference = compare(sent, stored, running, partial=partial)
    written = difference.new
    if difference.changed:
        written += await _merged(connection, key, difference.changed, running)
    await insert_messages(connection, user_id, chat_id, written)
    if difference.deleted:
        await connection.execute(_DELETE, {**key, "ids": difference.deleted})
    return len(written) + len(difference.deleted)


async def insert_messages(
    connection: AsyncConnection, user_id: str, chat_id: str, messages: Sequence[Message]
) -> None:
    """Insert or replace rows; new ones stand behind those that exist."""
    if not messages:
        return
    values = {"chat_id": chat_id, "user_id": user_id, "now": int(time.time()), **columns(messages)}
    await connection.execute(_UPSERT, values)


def columns(messages: Collection[Message]) -> dict[str, Any]:
    """Return the values of INSERT and UPSERT that come from the messages."""
    return {
        # Microseconds of now: behind everything that is stored, without asking what is.
        "position": time.time_ns() // 1000,
        "ids": [message.id for message in messages],
        "parents": [message.parent_id for message in messages],
        "roles": [message.role for message in messages],
        "contents": [message.content for message in messages],
        "texts": [message.data for message in messages],
        "digests": [message.digest for message in messages],
    }


async def _merged(
    connection: AsyncConnection, key: dict[str, str], changed: Sequence[Message], running: Collection[str]
) -> list[Message]:
    rows = await connection.execute(_STORED, {**key, "ids": [message.id for message in changed]})
    stored = {row.id: StoredMessage(row.content, row.data, row.written_at) for row in rows}
    now = int(time.time())
    return [
        merge_message(message, stored[message.id], running=message.id in running, now=now)
        for message in changed
        if message.id in stored
    ]
