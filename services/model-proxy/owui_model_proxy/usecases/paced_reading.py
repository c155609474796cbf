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
        self._waiting: list[Callable[[], None]] = []

    def at_next(self, call: Callable[[], None]) -> None:
        """Call a function, which raises nothing, at the next tick."""
        if not self._waiting:
            loop = asyncio.get_running_loop()
            now = loop.time()
            # Timers may come a little early: what begins then waits for the tick after this one.
            number = (now + self._seconds / 4) // self._seconds + 1
            loop.call_later(number * self._seconds - now, self._come)
        self._waiting.append(call)

    def _come(self) -> None:
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()


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
        data = await self._read()
        if data.endswith(_DONE):
            # The end follows at once.
            self._at_once = 1
        elif self._at_once > 1:
            self._at_once -= 1
        elif data:
            self._answer.pause()
            self._ticks.at_next(self._answer.resume)
        return data
