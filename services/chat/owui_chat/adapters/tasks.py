"""Tasks in Postgres, with the messages they write."""

import time
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec
from owui_chassis.database import Database
from owui_chassis.errors import Conflict, Exhausted
from owui_chassis.statements import Statement
from sqlalchemy import text

from owui_chat.adapters.answer_rows import BEGIN, prepare_messages, see, take_place
from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.placing import Seen
from owui_chat.domain.task import INTERRUPTED_TEXT, Interrupted, Task
from owui_chat.ports import Finished

_COUNT = text("SELECT count(*) FROM task WHERE user_id = :user_id")
# The texts were taken before this statement: an answer that has ended meanwhile keeps its last words.
_CHECKPOINT = Statement("""
    UPDATE message m SET content = t.content, digest = NULL, written_at = :now, updated_at = :now
    FROM unnest(CAST(:chats AS text[]), CAST(:messages AS text[]), CAST(:users AS text[]), CAST(:texts AS
        text[]))
        AS t (chat_id, message_id, user_id, content)
    WHERE m.chat_id = t.chat_id AND m.id = t.message_id AND m.user_id = t.user_id
        AND m.data->>'done' IS DISTINCT FROM 'true'
    RETURNING m.chat_id, m.id
""")
_BEAT = Statement("UPDATE task SET heartbeat = now() WHERE boot = :boot RETURNING id, state")
_END = Statement("DELETE FROM task WHERE id = :id")
_FINISH = Statement("""
    WITH ended AS (DELETE FROM task WHERE id = :id), written AS (
        UPDATE message SET content = :content, digest = NULL, written_at = :now, updated_at = :now,
            data = ((data::jsonb - CAST(:dropped AS text[])) || CAST(:members AS jsonb))::json
        WHERE chat_id = :chat_id AND id = :message_id AND user_id = :user_id
    ), touched AS (
        UPDATE chat SET updated_at = :now WHERE id = :chat_id AND user_id = :user_id AND updated_at <> :now
    )
    SELECT title FROM chat WHERE id = :chat_id AND user_id = :user_id
""")
_STOP = Statement("""
    UPDATE task SET state = 'stopping' WHERE id = :id AND (user_id = :user_id OR CAST(:user_id AS text) IS
        NULL)
    RETURNING id
""")
_RUNNING = Statement("""
    SELECT id FROM task WHERE (user_id = :user_id OR CAST(:user_id AS text) IS NULL)
        AND (chat_id = :chat_id OR CAST(:chat_id AS text) IS NULL) ORDER BY id
""")
_REAP = """
    WITH dead AS (
        DELETE FROM task WHERE id IN (SELECT id FROM task WHERE {condition} FOR UPDATE SKIP LOCKED)
            RETURNING *
    ), marked AS (
        UPDATE message m SET data = (m.data::jsonb || CAST(:members AS jsonb))::json, digest = NULL,
            written_at = :now, updated_at = :now
        FROM dead d WHERE m.chat_id = d.chat_id AND m.id = d.message_id AND m.user_id = d.user_id
        RETURNING m.chat_id, m.id, m.content
    )
    SELECT d.id, d.chat_id, d.message_id, d.user_id, coalesce(m.content, '') AS content,
        coalesce(c.title, '') AS title
    FROM dead d LEFT JOIN marked m ON m.chat_id = d.chat_id AND m.id = d.message_id
        LEFT JOIN chat c ON c.id = d.chat_id AND c.user_id = d.user_id
"""
_REAP_SILENT = Statement(_REAP.format(condition="heartbeat < now() - make_interval(secs => :seconds)"))
_REAP_FORMER = Statement(_REAP.format(condition="replica = :replica AND boot <> :boot"))
_DROPPED = ["error", "interrupted"]


class Tasks:
    """The tasks of everybody. `replica` names this process over its restarts; empty when nothing does."""

    def __init__(self, database: Database, replica: str, per_user: int, dead_seconds: float) -> None:
        self._database = database
        self._replica = replica
        self._boot = uuid.uuid4().hex
        self._per_user = per_user
        self._dead_seconds = dead_seconds

    async def look(self, user_id: str, request: CompletionRequest) -> Seen:
        """Return what is stored where the answer shall go; raise NotFound when the chat is not the user's."""
        if request.is_temporary:
            return Seen("", {})
        return await see(self._database, user_id, request)

    async def begin(self, task: Task, request: CompletionRequest, before: str, seen: Seen) -> None:
        """Store the task and the message it will write; raise NotFound, Conflict or Exhausted.

        What was seen saves reading it again under locks, unless it has changed meanwhile.
        """
        limits = {"per_user": self._per_user, "dead_seconds": self._dead_seconds}
        values = {**_key(task), "id": task.id, "replica": self._replica, "boot": self._boot, **limits}
        if task.is_temporary:
            begun = bool(await self._database.fetch(BEGIN, **values))
        else:
            begun = await take_place(self._database, values, request, before, seen)
        if begun:
            return
        async with self._database.begin() as connection:
            if not task.is_temporary:
                await prepare_messages(connection, task, request, before)
            if (await connection.execute(BEGIN.text, values)).first() is None:
                count = (await connection.execute(_COUNT, {"user_id": task.user_id})).scalar_one()
                if count >= self._per_user:
                    raise Exhausted(f"{count} answers are being written for you", "too_many_tasks")
                raise Conflict("This message is being written already", "message_busy")

    async def checkpoint(self, texts: Sequence[tuple[Task, str]]) -> set[str]:
        """Store what has arrived; return the ids of tasks whose message does not exist any more."""
        stored = [(task, content) for task, content in texts if not task.is_temporary]
        if not stored:
            return set()
        values = {
            "chats": [task.chat_id for task, _ in stored],
            "messages": [task.message_id for task, _ in stored],
            "users": [task.user_id for task, _ in stored],
            "texts": [content for _, content in stored],
            "now": int(time.time()),
        }
        found = {(row.chat_id, row.id) for row in await self._database.fetch(_CHECKPOINT, **values)}
        return {task.id for task, _ in stored if (task.chat_id, task.message_id) not in found}

    async def beat(self) -> tuple[set[str], set[str]]:
        """Say that this process lives; return the ids of its stored tasks and of those that shall stop."""
        rows = await self._database.fetch(_BEAT, boot=self._boot)
        return {row.id for row in rows}, {row.id for row in rows if row.state == "stopping"}

    async def finish(self, task: Task, finished: Finished) -> str:
        """Store the end of a task; return the title of its chat."""
        if task.is_temporary:
            await self._database.fetch(_END, id=task.id)
            return ""
        members = msgspec.json.encode(finished.members).decode()
        answer = {"content": finished.content, "members": members, "dropped": _DROPPED}
        row = await self._database.first(_FINISH, id=task.id, **_key(task), **answer, now=int(time.time()))
        return row.title if row is not None else ""

    async def request_stop(self, task_id: str, user_id: str | None) -> bool:
        """Mark a running task of the user (of anybody when None) as to be stopped; return whether there
        is one."""
        return bool(await self._database.fetch(_STOP, id=task_id, user_id=user_id))

    async def running(self, user_id: str | None, chat_id: str | None = None) -> list[str]:
        """Return the ids of running tasks, of one user and of one chat where given."""
        return [row.id for row in await self._database.fetch(_RUNNING, user_id=user_id, chat_id=chat_id)]

    async def take_dead(self, seconds: float) -> list[Interrupted]:
        """Close tasks without a sign of life for so long and mark their messages; return them."""
        return await self._take(_REAP_SILENT, seconds=seconds)

    async def take_former(self) -> list[Interrupted]:
        """Close tasks that an earlier process of this replica left behind; return them."""
        if not self._replica:
            return []
        return await self._take(_REAP_FORMER, replica=self._replica, boot=self._boot)

    async def _take(self, statement: Statement, **values: Any) -> list[Interrupted]:
        members = {"done": True, "interrupted": True, "error": {"content": INTERRUPTED_TEXT}}
        marks = {"members": msgspec.json.encode(members).decode(), "now": int(time.time())}
        rows = await self._database.fetch(statement, **values, **marks)
        return [
            Interrupted(Task(row.chat_id, row.message_id, row.user_id, id=row.id), row.content, row.title)
            for row in rows
        ]


def _key(task: Task) -> dict[str, Any]:
    return {"chat_id": task.chat_id, "message_id": task.message_id, "user_id": task.user_id}
