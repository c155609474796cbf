"""Collects frames for one connection and hands them over together, at most once a tick."""

import asyncio
from typing import Generic, TypeVar

F = TypeVar("F")
TICK_SECONDS = 0.005


class Batches(Generic[F]):
    """Frames that become ready within a tick travel together; after a quiet tick a frame goes at once."""

    def __init__(self, tick: float = TICK_SECONDS) -> None:
        self._loop = asyncio.get_running_loop()
        self._tick = tick
        self._frames: list[F] = []
        self._ready = asyncio.Event()
        self._not_before = 0.0
        self._scheduled = False
        self._closed = False

    def put(self, frame: F) -> None:
        """Add a frame; never waits, the credit of the streams bounds what can be waiting here."""
        self._frames.append(frame)
        if self._scheduled:
            return
        self._scheduled = True
        wait = self._not_before - self._loop.time()
        if wait <= 0:
            self._ready.set()
        else:
            self._loop.call_later(wait, self._ready.set)

    def wake(self) -> None:
        """Let `take` return now, even without frames."""
        self._ready.set()

    def close(self) -> None:
        """Let `take` return what is waiting, and after that an empty list at once."""
        self._closed = True
        self._ready.set()

    @property
    def closed(self) -> bool:
        """Whether no more frames are expected."""
        return self._closed

    async def take(self) -> list[F]:
        """Wait until frames are due (or `wake` or `close` was called) and return them in order."""
        await self._ready.wait()
        if not self._closed:
            self._ready.clear()
        frames, self._frames = self._frames, []
        self._scheduled = False
        self._not_before = self._loop.time() + self._tick
        return frames
