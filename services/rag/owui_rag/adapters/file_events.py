"""Tells the open windows of a person what becomes of his files."""

import logging
import time

import orjson
from owui.events.v1.user_event_pb2 import Emission, UserEvent, UserEvents
from owui_chassis.events import Events
from redis.exceptions import RedisError

from owui_rag.usecases.ingest_parts import Claim

log = logging.getLogger(__name__)
TYPE = "file:status"
_PAUSE_SECONDS = 0.5
_REMEMBERED = 10_000


class FileEvents:
    """Port Tell: ends are always told, progress at most twice a second per file."""

    def __init__(self, events: Events, prefix: str) -> None:
        self._events = events
        self._prefix = prefix
        self._told_at: dict[str, float] = {}

    async def __call__(self, claim: Claim, status: str, progress: float, error: str | None = None) -> None:
        """Publish; that nobody can be told is no error."""
        if status == "processing" and not self._is_due(claim.file_id):
            return
        if status != "processing":
            self._told_at.pop(claim.file_id, None)
        data = {"id": claim.file_id, "status": status, "progress": round(progress, 3), "error": error}
        emission = Emission(name="events", type=TYPE, data=orjson.dumps(data))
        payload = UserEvents(events=[UserEvent(emission=emission)]).SerializeToString()
        try:
            await self._events.publish(f"{self._prefix}:user:{claim.user_id}", payload)
        except (RedisError, OSError):
            log.debug("nobody was told of %s: Redis is away", claim.file_id)

    def _is_due(self, file_id: str) -> bool:
        now = time.monotonic()
        if now - self._told_at.get(file_id, -_PAUSE_SECONDS) < _PAUSE_SECONDS:
            return False
        if len(self._told_at) >= _REMEMBERED:
            self._told_at.clear()
        self._told_at[file_id] = now
        return True
