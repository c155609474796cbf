"""What clients say over their sockets, and what they are answered."""

import time
from typing import Any

import orjson
from owui.chat.v1 import completion_service_pb2 as chat_pb
from owui.chat.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui.events.v1.user_event_pb2 import UserEvent
from owui_chassis.call import current_call, set_call
from owui_chassis.errors import ServiceError

from owui_gateway.sockets.connection import Connection
from owui_gateway.sockets.note_rooms import NoteRooms
from owui_gateway.sockets.telling import emission_payload
from owui_gateway.sockets.usage import ModelUsage

_MAX_TEXT = 200


class ClientEvents:
    """Answers the events of clients; unknown ones are ignored, as the interface has always done."""

    def __init__(self, chat: CompletionServiceStub, usage: ModelUsage, notes: NoteRooms) -> None:
        self._chat = chat
        self._usage = usage
        self._notes = notes
        self._answers = {
            "user-join": self._user_join,
            "usage": self._use_model,
            "chat:resume": self._resume,
            "join-note": self._join_note,
        }

    async def __call__(self, connection: Connection, name: str, data: Any) -> Any:
        """Return what the client is answered when it asked for an acknowledgement."""
        answer = self._answers.get(name)
        if answer is None or connection.caller is None:
            return None
        set_call(connection.caller.call(current_call()))
        return await answer(connection, data if isinstance(data, dict) else {})

    async def run(self) -> None:
        """Listen for ever to what clients have joined; raise redis' errors when the connection breaks."""
        await self._notes.run()

    async def left(self, connection: Connection) -> None:
        """Forget a socket that has gone."""
        await self._notes.leave(connection)

    async def _join_note(self, connection: Connection, data: dict[str, Any]) -> None:
        note_id = data.get("note_id")
        if isinstance(note_id, str) and 0 < len(note_id) <= _MAX_TEXT:
            await self._notes.join(connection, note_id)

    async def _user_join(self, connection: Connection, _: dict[str, Any]) -> Any:
        assert connection.caller is not None  # noqa: S101 - checked by the only caller
        principal = connection.caller.principal
        return {"id": principal.user_id, "name": principal.name}

    async def _use_model(self, connection: Connection, data: dict[str, Any]) -> None:
        model = data.get("model")
        if isinstance(model, str) and 0 < len(model) <= _MAX_TEXT:
            self._usage.note(model, connection.sid, time.monotonic())

    async def _resume(self, _: Connection, data: dict[str, Any]) -> Any:
        """Return what a client missed of a task: `{status, chat_id, message_id, stream, done, events}`."""
        task_id, seq = data.get("task_id"), data.get("seq", 0)
        if not isinstance(task_id, str) or not isinstance(seq, int) or seq < 0 or len(task_id) > _MAX_TEXT:
            return {"status": False}
        try:
            read = await self._chat.ReadTask(chat_pb.ReadTaskRequest(task_id=task_id, after_seq=seq))
        except (ServiceError, ValueError):
            return {"status": False}
        return {
            "status": True,
            "chat_id": read.chat_id,
            "message_id": read.message_id,
            "stream": read.stream,
            "done": read.done,
            "events": [_missed(event) for event in read.events],
        }


def _missed(event: UserEvent) -> Any:
    """Return one event in the form of the resume answer."""
    kind = event.WhichOneof("event")
    if kind == "delta":
        text = [event.seq, event.delta.text]
        return [*text, "reasoning"] if event.delta.reasoning else text
    if kind == "started":
        data = {"stream": event.started.stream, "content": event.started.content}
        return {"seq": event.seq, "data": {"type": "chat:stream", "data": data}}
    payload = emission_payload(event.emission)
    return orjson.Fragment(orjson.dumps({"seq": event.seq, "data": payload["data"]}))
