"""One timer for all streams: what is due is written together, a few hundred times per second at most."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count
from time import monotonic
from typing import Protocol

# Seconds; a token may go out this much late, which matters to nobody: its time is taken as it is sent.
TICK = 0.002


class Due(Protocol):
    """Something that sends what is due and says when it wants to be called again."""

    def send_due(self, now: float) -> float | None:
        """Sends; the next due time (monotonic seconds), or None at the end."""


class Ticker:
    """Calls each stream when its next token is due."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: list[tuple[float, int, Due]] = []
        self._order = count()
        self._armed = False

    def add(self, stream: Due, due: float) -> None:
        """Calls `stream.send_due` at or soon after `due`, and again as it asks."""
        heapq.heappush(self._queue, (due, next(self._order), stream))
        self._arm()

    def _arm(self) -> None:
        if self._queue and not self._armed:
            self._armed = True
            self._loop.call_later(max(TICK, self._queue[0][0] - monotonic()), self._tick)

    def _tick(self) -> None:
        self._armed = False
        now, queue = monotonic(), self._queue
        while queue and queue[0][0] <= now:
            stream = queue[0][2]
            following = stream.send_due(now)
            if following is None:
                heapq.heappop(queue)
            else:
                heapq.heapreplace(queue, (following, next(self._order), stream))
        self._arm()
