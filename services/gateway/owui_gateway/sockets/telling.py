"""Turns events of the services into the texts that sockets are sent: deltas, or the accumulated form."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import orjson
from owui.chat.v1.completion_service_pb2 import ReadTaskResponse
from owui.events.v1.user_event_pb2 import Emission, UserEvent

from owui_gateway.sockets import packets
from owui_gateway.sockets.connection import Connection
from owui_gateway.sockets.task_text import TaskText

ACCUMULATED_INTERVAL_SECONDS = 0.125
# After a task could not be read, how long its events are passed on as they come.
UNREADABLE_SECONDS = 10.0
_MAX_TASKS = 256
_MAX_LATE_EVENTS = 5_000


class _Ending(msgspec.Struct):
    done: bool = False


def envelope(chat_id: str, message_id: str, kind: str, data: bytes | None) -> dict[str, Any]:
    """Return the payload of an `events` event; `data` is JSON text or None."""
    inner: dict[str, Any] = {"type": kind}
    if data is not None:
        inner["data"] = orjson.Fragment(data)
    return {"chat_id": chat_id, "message_id": message_id, "data": inner}


def emission_payload(emission: Emission) -> dict[str, Any]:
    """Return the payload of an emission as the public interface has it."""
    return envelope(emission.chat_id, emission.message_id, emission.type, emission.data or None)


class UserFeed:
    """The sockets of one user on this replica and what they are being told.

    `missed` is called with the id of a task whose events have a gap, or whose beginning nobody here has
    heard; it reads the task and answers with `caught_up`. Until then the events of the task wait.
    """

    def __init__(self, missed: Callable[[str], None]) -> None:
        self.connections: dict[str, Connection] = {}
        self._tasks: OrderedDict[str, TaskText] = OrderedDict()
        self._late: dict[str, list[UserEvent]] = {}
        self._unheard: set[str] = set()
        self._unreadable: dict[str, float] = {}
        self._missed = missed

    def tell(self, events: Iterable[UserEvent]) -> None:
        """Tell all sockets of the user."""
        for event in events:
            late = self._late.get(event.task_id) if event.task_id else None
            if late is None:
                self._tell(event)
            elif len(late) < _MAX_LATE_EVENTS:
                late.append(event)

    def look_for_missed(self) -> None:
        """Read every unfinished task again, after a time in which events may have been lost."""
        for task_id, task in list(self._tasks.items()):
            if not task.done:
                self._wait_for(task_id)

    def look_for_begun(self, task_ids: Iterable[str]) -> None:
        """Read those tasks whose beginning nobody here has heard, and tell all that they have emitted."""
        for task_id in task_ids:
            if task_id not in self._tasks:
                self._unheard.add(task_id)
                if task_id not in self._late:
                    self._wait_for(task_id)

    def caught_up(self, task_id: str, read: ReadTaskResponse | None) -> None:
        """Go on with what was read of a task, None when it cannot be read, and what has come meanwhile."""
        late = self._late.pop(task_id, [])
        is_unheard = task_id in self._unheard
        self._unheard.discard(task_id)
        if read is not None and is_unheard and task_id not in self._tasks:
            # Clients see where texts were joined, and read those pieces themselves.
            for event in (*read.events, *late):
                self._tell(event, complete=True)
            return
        if read is not None:
            self._take_over(task_id, read, late)
            return
        self._unreadable[task_id] = asyncio.get_running_loop().time() + UNREADABLE_SECONDS
        for event in late:
            self._tell(event, complete=True)

    def _take_over(self, task_id: str, read: ReadTaskResponse, late: list[UserEvent]) -> None:
        known = self._tasks.get(task_id)
        task = TaskText.of(read)
        told = late[0].seq - 1 if late else task.last_seq
        if known is not None:
            known.stop()
            told = known.last_seq
            task.last_seq = max(task.last_seq, told)
        self._remember(task_id, task)
        # Clients resume their deltas by themselves; nobody else will tell them of the others. What waited
        # here has been told to nobody, whether or not the text that was read holds it already.
        untold = {event.seq: event for event in read.events if event.WhichOneof("event") == "emission"}
        untold |= {event.seq: event for event in late}
        for seq in sorted(seq for seq in untold if seq > told):
            if seq > task.last_seq:
                self._tell(untold[seq], complete=True)
            elif untold[seq].WhichOneof("event") == "delta":
                self._tell_delta(task, untold[seq])
            else:
                self._emit(untold[seq], untold[seq].emission)
        if task.done:
            task.finish()
        elif task.parts or task.reasoning:
            self._accumulate_soon(task_id, task)

    def _tell(self, event: UserEvent, *, complete: bool = False) -> None:
        kind = event.WhichOneof("event")
        if kind == "started":
            self._start(event)
            return
        if event.task_id and event.seq:
            task = self._tasks.get(event.task_id)
            if task is None and kind == "delta":
                # This replica began to listen in the middle of the task.
                if not complete and self._readable(event.task_id):
                    self._wait_for(event.task_id, event)
                return
            if task is not None:
                if event.seq <= task.last_seq:
                    return
                if event.seq > task.last_seq + 1 and not complete and self._readable(event.task_id):
                    self._wait_for(event.task_id, event)
                    return
                task.last_seq = event.seq
        if kind == "delta":
            self._delta(event)
        elif kind == "emission":
            self._emit(event, event.emission)

    def _wait_for(self, task_id: str, *events: UserEvent) -> None:
        self._late[task_id] = list(events)
        self._missed(task_id)

    def _readable(self, task_id: str) -> bool:
        until = self._unreadable.get(task_id)
        if until is None:
            return True
        now = asyncio.get_running_loop().time()
        if until > now:
            return False
        self._unreadable = {key: at for key, at in self._unreadable.items() if at > now}
        return True

    def _start(self, event: UserEvent) -> None:
        started = event.started
        if event.task_id in self._tasks:
            return
        task = TaskText(started.chat_id, started.message_id, started.stream, last_seq=event.seq)
        if started.content:
            task.parts.append(started.content)
        self._remember(event.task_id, task)
        beginning = {"stream": started.stream}
        if started.content:
            beginning["content"] = started.content
        payload = envelope(started.chat_id, started.message_id, "chat:stream", orjson.dumps(beginning))
        text = packets.event("events", {**payload, "task_id": event.task_id, "seq": event.seq})
        for connection in self.connections.values():
            if connection.wants_deltas:
                connection.tell(text)

    def _remember(self, task_id: str, task: TaskText) -> None:
        self._tasks[task_id] = task
        self._tasks.move_to_end(task_id)
        while len(self._tasks) > _MAX_TASKS:
            self._tasks.popitem(last=False)[1].stop()

    def _delta(self, event: UserEvent) -> None:
        task = self._tasks.get(event.task_id)
        if task is None or task.done:
            return
        self._tell_delta(task, event)
        # Kept for sockets of the other kind, which may come in the middle of an answer.
        task.append(event.delta)
        if any(not connection.wants_deltas for connection in self.connections.values()):
            self._accumulate_soon(event.task_id, task)

    def _tell_delta(self, task: TaskText, event: UserEvent) -> None:
        delta = event.delta
        argument: list[object] = [task.stream, event.seq, delta.text]
        if delta.reasoning:
            argument.append("reasoning")
        text = ""
        for connection in self.connections.values():
            if connection.wants_deltas:
                text = text or packets.event("delta", argument)
                connection.tell(text)

    def _accumulate_soon(self, task_id: str, task: TaskText) -> None:
        if task.due is None:
            loop = asyncio.get_running_loop()
            task.due = loop.call_later(ACCUMULATED_INTERVAL_SECONDS, self._accumulate, task_id)

    def _accumulate(self, task_id: str) -> None:
        task = self._tasks.get(task_id)
        if task is None:
            return
        task.due = None
        listeners = [one for one in self.connections.values() if not one.wants_deltas]
        if not listeners:
            return
        data = orjson.dumps({"content": task.content()})
        text = packets.event("events", envelope(task.chat_id, task.message_id, "chat:completion", data))
        for connection in listeners:
            connection.tell(text)

    def _emit(self, event: UserEvent, emission: Emission) -> None:
        payload = emission_payload(emission)
        if event.task_id:
            payload |= {"task_id": event.task_id, "seq": event.seq}
            task = self._tasks.get(event.task_id)
            if task is not None and emission.type == "chat:completion" and _is_ending(emission.data):
                task.finish()
        text = packets.event(emission.name or "events", payload)
        for connection in self.connections.values():
            if not emission.session_id or emission.session_id == connection.sid:
                connection.tell(text)

    def close(self) -> None:
        """Forget everything."""
        for task in self._tasks.values():
            task.stop()
        self._tasks.clear()
        self._late.clear()
        self._unheard.clear()


def _is_ending(data: bytes) -> bool:
    """Whether the data of a `chat:completion` is that of the final event."""
    try:
        return msgspec.json.decode(data, type=_Ending).done
    except msgspec.DecodeError:
        return False
