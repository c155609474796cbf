"""Reads answers in ticks: what a provider sends between two ticks costs one reading."""

import asyncio
from collections.abc import Awaitable, Callable

from owui_model_proxy.ports import ProviderAnswer

# Windows are told at most 25 times a second.
TICK_SECONDS = 0.04
# The first words are not kept waiting: a person sees that something happens.
_READ_AT_ONCE = 3
_DONE = b"[DONE]\n\n"


class Ticks:
    """Moments that all paced readings of the process share, so that what they read travels together."""

    def __init__(self, seconds: float = TICK_SECONDS) -> None:
        self._seconds = seconds
        self._coming: asyncio.Event | None = None

    async def next(self) -> None:
        """Wait for the next tick."""
        if self._coming is None:
            loop = asyncio.get_running_loop()
            self._coming = asyncio.Event()
            now = loop.time()
            # Timers may come a little early: what begins then waits for the tick after this one.
            number = (now + self._seconds / 4) // self._seconds + 1
            loop.call_later(number * self._seconds - now, self._come)
        await self._coming.wait()

    def _come(self) -> None:
        come, self._coming = self._coming, None
        if come is not None:
            come.set()


class PacedReading:
    """Reads what has arrived at each tick; between ticks it waits in the operating system's buffer.

    Nobody is woken meanwhile: neither the event loop nor the parser sees a token of its own.
    """

    def __init__(self, answer: ProviderAnswer, read: Callable[[], Awaitable[bytes]], ticks: Ticks) -> None:
        self._answer = answer
        self._read = read
        self._ticks = ticks
        self._at_once = _READ_AT_ONCE

    async def read(self) -> bytes:
        """Return the next bytes, nothing at the end; raise Unavailable when the answer breaks."""
        if self._at_once:
            self._at_once -= 1
        else:
            self._answer.pause()
            try:
                await self._ticks.next()
            finally:
                self._answer.resume()
        data = await self._read()
        if data.endswith(_DONE):
            self._at_once = 1
        return data
