"""Closes tasks whose process died: their messages keep what was stored and say that they were interrupted."""

import logging
import time
from collections.abc import Callable

import msgspec

from owui_chat.domain.task import INTERRUPTED_TEXT, Interrupted
from owui_chat.ports import TaskEvents, TaskStore

log = logging.getLogger(__name__)


class Reaper:
    """Looks for silent tasks again and again.

    When the database was away, all tasks look silent: nothing is closed until it has answered for as long as
    a task may be silent.
    """

    def __init__(
        self,
        store: TaskStore,
        events: TaskEvents,
        dead_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._events = events
        self._dead_seconds = dead_seconds
        self._clock = clock
        self._answering_since: float | None = None

    async def close_former(self) -> None:
        """Close what an earlier process of this replica left."""
        await self._announce(await self._store.take_former())

    async def look(self) -> None:
        """Close what has been silent for too long."""
        now = self._clock()
        if self._answering_since is None:
            self._answering_since = now
        try:
            if now - self._answering_since < self._dead_seconds:
                # Only to learn whether the database answers.
                await self._store.beat()
                return
            dead = await self._store.take_dead(self._dead_seconds)
        except Exception:
            self._answering_since = None
            raise
        await self._announce(dead)

    async def _announce(self, interrupted: list[Interrupted]) -> None:
        for one in interrupted:
            log.warning("task %s was interrupted; what had arrived is kept", one.task.id)
            try:
                events = await self._events.adopt(one.task)
            except Exception as error:  # noqa: BLE001 - the message is marked; who reads the chat learns it there
                log.warning("nobody was told of it: %s", error)
                continue
            error_data = {"error": {"content": INTERRUPTED_TEXT}}
            events.emit("chat:message:error", msgspec.json.encode(error_data))
            final = {"done": True, "content": one.content, "title": one.title}
            events.emit("chat:completion", msgspec.json.encode(final))
            events.close()
