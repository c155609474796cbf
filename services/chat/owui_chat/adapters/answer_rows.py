"""Makes room in a conversation for the answer that a task is about to write."""

import json
import time
from typing import Any

from owui_chassis.errors import Invalid
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.adapters.chat_rows import not_found
from owui_chat.adapters.message_rows import insert_messages
from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.conversation import Message, message_of, parse_members
from owui_chat.domain.task import Task

# A chat that was stored without a tree had its list of messages kept as it came; from now on the list is
# made.
_POINT = text("""
    UPDATE chat SET current_message_id = :message_id, updated_at = :now,
        data = CASE WHEN has_history THEN data ELSE (data::jsonb - 'messages')::json END, has_history = true
    WHERE id = :chat_id AND user_id = :user_id
""")
_READ = text("""
    SELECT content, data::text AS data FROM message
    WHERE chat_id = :chat_id AND id = :id AND user_id = :user_id FOR UPDATE
""")
# What an earlier attempt to write the same message left.
_OUTDATED = ("error", "interrupted", "done", "usage", "sources", "followUps")


async def prepare_messages(
    connection: AsyncConnection, task: Task, request: CompletionRequest, before: str
) -> None:
    """Store the assistant message, its links and, when the client sent it, a question that is not stored yet.

    Raises NotFound when the chat is not the user's. The chat's row is locked until the transaction ends.
    """
    values = {"chat_id": task.chat_id, "user_id": task.user_id}
    pointed = {**values, "message_id": task.message_id, "now": int(time.time())}
    if not (await connection.execute(_POINT, pointed)).rowcount:
        raise not_found()
    changed = [await _answer(connection, values, task, request, before)]
    changed += await _links(connection, values, task.message_id, request)
    # Questions before answers: rows that are new together keep this order.
    rows = {message.id: message for message in changed}
    await insert_messages(connection, task.user_id, task.chat_id, list(rows.values())[::-1])


async def _links(
    connection: AsyncConnection, values: dict[str, Any], child: str, request: CompletionRequest
) -> list[Message]:
    """Return the rows above the answer that have to change: the question, and what the question hangs on."""
    parent = request.parent_id
    if parent is None:
        return []
    if parent == child:
        raise Invalid("A message cannot be its own parent", "invalid_parent")
    question = await _stored(connection, values, parent)
    if question is not None:
        return _linked(question, parent, child, stored=True)
    question = _sent_question(request, parent)
    if question is None:
        return []
    changed = _linked(question, parent, child, stored=False)
    above = question.get("parentId")
    if isinstance(above, str) and above != child and (origin := await _stored(connection, values, above)):
        changed += _linked(origin, above, parent, stored=True)
    return changed


async def _answer(
    connection: AsyncConnection, values: dict[str, Any], task: Task, request: CompletionRequest, before: str
) -> Message:
    stored = await _stored(connection, values, task.message_id)
    message = stored or {"id": task.message_id, "childrenIds": [], "timestamp": int(time.time())}
    for name in _OUTDATED:
        message.pop(name, None)
    message |= {"role": "assistant", "model": request.model, "content": before}
    if request.parent_id is not None or "parentId" not in message:
        message["parentId"] = request.parent_id
    return _row(task.message_id, message)


async def _stored(
    connection: AsyncConnection, values: dict[str, Any], identifier: str
) -> dict[str, Any] | None:
    row = (await connection.execute(_READ, {**values, "id": identifier})).first()
    if row is None:
        return None
    message: dict[str, Any] = json.loads(row.data)
    if row.content is not None:
        message["content"] = row.content
    return message


def _sent_question(request: CompletionRequest, parent: str) -> dict[str, Any] | None:
    if request.parent_message is None:
        return None
    return {"role": "user", "childrenIds": [], **request.parent_message, "id": parent}


def _linked(parent: dict[str, Any], identifier: str, child: str, *, stored: bool) -> list[Message]:
    """Return the parent with the child among its children; nothing when it is stored like that."""
    children = parent.get("childrenIds")
    children = children if isinstance(children, list) else []
    if child in children:
        return [] if stored else [_row(identifier, parent)]
    return [_row(identifier, {**parent, "childrenIds": [*children, child]})]


def _row(identifier: str, message: dict[str, Any]) -> Message:
    # The standard library's JSON keeps integers of any size.
    text = json.dumps(message, ensure_ascii=False)
    return message_of(identifier, parse_members(text.encode(), "A message"))
