"""Makes room in a conversation for the answer that a task is about to write."""

import time
from typing import Any

from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import not_found
from owui_chat.adapters.message_rows import UPSERT, columns, insert_messages
from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.placing import Seen, SeenMessage, concerned, place_answer
from owui_chat.domain.task import Task

_SEE = Statement("""
    SELECT c.xmin::text AS version, m.ids, m.versions, m.contents, m.texts, f.data::text AS folder
    FROM chat c LEFT JOIN folder f ON f.user_id = c.user_id AND f.id = c.folder_id LEFT JOIN LATERAL (
        SELECT array_agg(id) AS ids, array_agg(xmin::text) AS versions, array_agg(content) AS contents,
            array_agg(data::text) AS texts
        FROM message WHERE chat_id = :chat_id AND user_id = :user_id AND id = ANY(CAST(:ids AS text[]))
    ) m ON true
    WHERE c.id = :chat_id AND c.user_id = :user_id
""")
# A chat that was stored without a tree had its list of messages kept as it came; from now on the list is
# made.
_POINTED = """
    UPDATE chat SET current_message_id = :message_id, updated_at = :now,
        data = CASE WHEN has_history THEN data ELSE (data::jsonb - 'messages')::json END, has_history = true
"""
_POINT = text(f"{_POINTED} WHERE id = :chat_id AND user_id = :user_id")
_LOCK = text("""
    SELECT id, xmin::text AS version, content, data::text AS data FROM message
    WHERE chat_id = :chat_id AND user_id = :user_id AND id = ANY(CAST(:ids AS text[])) ORDER BY id FOR UPDATE
""")
_BEGIN = """
    INSERT INTO task (id, chat_id, message_id, user_id, replica, boot)
    SELECT :id, :chat_id, :message_id, :user_id, :replica, :boot
    WHERE (SELECT count(*) FROM task WHERE user_id = :user_id) < :per_user {condition}
    ON CONFLICT (chat_id, message_id) DO UPDATE SET id = excluded.id, replica = excluded.replica,
        boot = excluded.boot, state = 'running', heartbeat = now()
    WHERE task.user_id = excluded.user_id AND task.heartbeat < now() - make_interval(secs => :dead_seconds)
"""
# A task whose process died does not keep its message until the reaper comes: asking again takes it over.
BEGIN = Statement(_BEGIN.format(condition="") + " RETURNING id")
# All or nothing. Whoever inserts or deletes messages changes the row of their chat, too: while that has the
# version that was seen, what was absent is absent still, and what is to be replaced is locked and compared.
_TAKE = Statement(f"""
    WITH kept AS MATERIALIZED (
        SELECT id FROM chat
        WHERE id = :chat_id AND user_id = :user_id AND xmin = CAST(CAST(:version AS text) AS xid)
        FOR NO KEY UPDATE
    ), same AS MATERIALIZED (
        SELECT id FROM message
        WHERE EXISTS (SELECT FROM kept) AND chat_id = :chat_id AND user_id = :user_id
            AND id = ANY(CAST(:known AS text[])) AND xmin::text || ' ' || id = ANY(CAST(:versions AS text[]))
        FOR UPDATE
    ), begun AS ({
    _BEGIN.format(
        condition="AND EXISTS (SELECT FROM kept)"
        " AND (SELECT count(*) FROM same) = cardinality(CAST(:known AS text[]))"
    )
} RETURNING id
    ), pointed AS ({_POINTED}
        FROM begun WHERE chat.id = :chat_id AND (cardinality(CAST(:ids AS text[])) > 0 OR NOT has_history
            OR updated_at <> :now OR current_message_id IS DISTINCT FROM :message_id)
    ), written AS ({UPSERT.format(condition="WHERE EXISTS (SELECT FROM begun)")})
    SELECT id FROM begun
""")  # noqa: S608 - all parts are ours


async def see(database: Database, user_id: str, request: CompletionRequest) -> Seen:
    """Return what is stored where the answer shall go; raise NotFound when the chat is not the user's."""
    row = await database.first(_SEE, chat_id=request.chat_id, user_id=user_id, ids=concerned(request))
    if row is None:
        raise not_found()
    messages = map(SeenMessage, row.versions or (), row.contents or (), row.texts or ())
    return Seen(row.version, dict(zip(row.ids or (), messages, strict=True)), row.folder)


async def take_place(
    database: Database, begin: dict[str, Any], request: CompletionRequest, before: str, seen: Seen
) -> bool:
    """Store a task (`begin` has the values of BEGIN) and the messages it changes; in one statement.

    Returns False, with nothing stored, when the conversation is not as it was seen, and when the task may not
    begin.
    """
    now = int(time.time())
    changed = place_answer(request, before, seen.messages, now)
    known = [message.id for message in changed if message.id in seen.messages]
    values = {
        **begin,
        **columns(changed),
        "now": now,
        "version": seen.version,
        "known": known,
        "versions": [f"{seen.messages[identifier].version} {identifier}" for identifier in known],
    }
    return bool(await database.fetch(_TAKE, **values))


async def prepare_messages(
    connection: AsyncConnection, task: Task, request: CompletionRequest, before: str
) -> None:
    """Store the assistant message, its links and, when the client sent it, a question that is not stored yet.

    Raises NotFound when the chat is not the user's. The chat's row is locked until the transaction ends.
    """
    now = int(time.time())
    key = {"chat_id": task.chat_id, "user_id": task.user_id}
    if not (await connection.execute(_POINT, {**key, "message_id": task.message_id, "now": now})).rowcount:
        raise not_found()
    rows = await connection.execute(_LOCK, {**key, "ids": concerned(request)})
    stored = {row.id: SeenMessage(row.version, row.content, row.data) for row in rows}
    changed = place_answer(request, before, stored, now)
    await insert_messages(connection, task.user_id, task.chat_id, changed)
