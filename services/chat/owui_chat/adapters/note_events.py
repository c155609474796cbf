"""Tells open windows that a note has changed: on the Redis channel of the note."""

import logging

import msgspec
from owui.events.v1.user_event_pb2 import Emission
from owui_chassis.events import Events
from redis.exceptions import RedisError

from owui_chat.domain.notes import NoteRow

log = logging.getLogger(__name__)


class RedisNoteEvents:
    """Publishes notes as the public interface shows them on `{prefix}:note:{id}`, to who has joined there."""

    def __init__(self, events: Events, prefix: str) -> None:
        self._events = events
        self._prefix = prefix

    async def changed(self, note: NoteRow) -> None:
        """Tell what a note is now; nobody hears it when Redis is away."""
        emission = Emission(name="note-events", data=_json(note))
        try:
            await self._events.publish(f"{self._prefix}:note:{note.id}", emission.SerializeToString())
        except (RedisError, OSError) as error:
            log.warning("windows do not hear of a changed note: %s", error)


def _json(note: NoteRow) -> bytes:
    return msgspec.json.encode(
        {
            "id": note.id,
            "user_id": note.user_id,
            "title": note.title,
            "data": _raw(note.data),
            "meta": _raw(note.meta),
            "access_control": _raw(note.access_control),
            "created_at": note.created_at,
            "updated_at": note.updated_at,
        }
    )


def _raw(text: str | None) -> msgspec.Raw | None:
    return None if text is None else msgspec.Raw(text.encode())
