"""Notices that a provider has fallen silent: one timer per answer, where aiohttp sets one per piece of it."""

import asyncio

import aiohttp


class Silence:
    """Fails a reading that has waited for so many seconds; an answer that nobody reads may be as slow."""

    def __init__(self, content: aiohttp.StreamReader, seconds: float) -> None:
        self._content = content
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._since: float | None = None
        self._timer = self._loop.call_later(seconds, self._look)

    def begin(self) -> None:
        """Somebody waits from now on."""
        self._since = self._loop.time()

    def end(self) -> None:
        """Nobody waits any more."""
        self._since = None

    def close(self) -> None:
        """Stop watching."""
        self._timer.cancel()

    def _look(self) -> None:
        waited = 0.0 if self._since is None else self._loop.time() - self._since
        if waited < self._seconds:
            self._timer = self._loop.call_later(self._seconds - waited, self._look)
        else:
            self._content.set_exception(aiohttp.SocketTimeoutError("nothing has come for too long"))
