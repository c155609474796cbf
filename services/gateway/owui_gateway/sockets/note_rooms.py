"""Sockets that have a note open hear what others change in it, as long as they may read it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from owui.chat.v1.note_service_pb2 import GetNoteRequest
from owui.chat.v1.note_service_pb2_grpc import NoteServiceStub
from owui.events.v1.user_event_pb2 import Emission
from owui_chassis.access_control import Caller as Reader
from owui_chassis.access_control import admits
from owui_chassis.errors import ServiceError
from owui_chassis.events import Subscriber
from owui_chassis.identity import Principal
from redis.asyncio import Redis

from owui_gateway.sockets import packets
from owui_gateway.sockets.connection import Connection

# Windows that somebody has open at one time; who opens more hears no more of the first ones.
_ROOMS_OF_SOCKET = 20


class _Note(msgspec.Struct):
    user_id: str
    access_control: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Listener:
    """A socket in a room; `unrestricted` when chat let it in although no rule names its user."""

    connection: Connection
    unrestricted: bool


class NoteRooms:
    """A replica listens to a note's channel only while a socket here has the note open."""

    def __init__(self, redis: Redis, prefix: str, notes: NoteServiceStub) -> None:
        self._prefix = prefix
        self._notes = notes
        self._rooms: dict[str, dict[str, _Listener]] = {}
        self._subscriber = Subscriber(redis)

    async def run(self) -> None:
        """Listen for ever; raise redis' errors when the connection breaks."""
        await self._subscriber.run()

    async def join(self, connection: Connection, note_id: str) -> None:
        """Tell a socket of changes from now on, if its user may read the note; in a call of that user."""
        assert connection.caller is not None  # noqa: S101 - sockets that were admitted only
        try:
            found = (await self._notes.GetNote(GetNoteRequest(id=note_id))).note
        except ServiceError:
            return
        rule = orjson.loads(found.access_control) if found.HasField("access_control") else None
        named = _may_read(connection.caller.principal, _Note(found.user_id, rule))
        await self._enter(note_id, _Listener(connection, unrestricted=not named))
        joined = [note for note, room in self._rooms.items() if connection.sid in room]
        for note in joined[:-_ROOMS_OF_SOCKET]:
            await self._remove(note, connection)

    async def leave(self, connection: Connection) -> None:
        """Forget a socket."""
        for note_id in [note for note, room in self._rooms.items() if connection.sid in room]:
            await self._remove(note_id, connection)

    async def _enter(self, note_id: str, listener: _Listener) -> None:
        room = self._rooms.get(note_id)
        if room is not None:
            room[listener.connection.sid] = listener
            return
        self._rooms[note_id] = {listener.connection.sid: listener}
        await self._subscriber.subscribe(self._channel(note_id), lambda payload: self._tell(note_id, payload))

    async def _remove(self, note_id: str, connection: Connection) -> None:
        room = self._rooms.get(note_id, {})
        room.pop(connection.sid, None)
        if not room and self._rooms.pop(note_id, None) is not None:
            await self._subscriber.unsubscribe(self._channel(note_id))

    def _channel(self, note_id: str) -> str:
        return f"{self._prefix}:note:{note_id}"

    def _tell(self, note_id: str, payload: bytes) -> None:
        emission = Emission.FromString(payload)
        note = msgspec.json.decode(emission.data, type=_Note)
        text = packets.event(emission.name, orjson.Fragment(emission.data))
        for listener in self._rooms.get(note_id, {}).values():
            caller = listener.connection.caller
            if caller is None:
                continue
            # Who may read it may have changed with this very change.
            if _may_read(caller.principal, note) or (listener.unrestricted and caller.principal.is_admin):
                listener.connection.tell(text)


def _may_read(principal: Principal, note: _Note) -> bool:
    if principal.user_id == note.user_id or note.access_control is None:
        return True
    reader = Reader(user_id=principal.user_id, group_ids=frozenset(principal.group_ids))
    return admits(note.access_control.get("read"), reader)
