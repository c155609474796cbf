"""Room for a number of things at the same time, where the number may change while they run."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Room:
    """Lets in as many as `capacity()` says at that moment (at least one); further ones wait their turn."""

    def __init__(self, capacity: Callable[[], int]) -> None:
        self._capacity = capacity
        self._inside = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Wait for room and take it for the length of the block."""
        while not self._has_room():
            await self._wait()
        self._inside += 1
        # The capacity may have grown by more than one since somebody last left.
        if self._has_room():
            self._wake()
        try:
            yield
        finally:
            self._inside -= 1
            self._wake()

    def _has_room(self) -> bool:
        return self._inside < max(1, self._capacity())

    async def _wait(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                # Woken and given up at once: the turn belongs to the next.
                self._wake()
            raise

    def _wake(self) -> None:
        if self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
