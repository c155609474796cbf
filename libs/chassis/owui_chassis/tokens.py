"""Keeps an access token until shortly before its end, and asks for the next one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from owui_chassis.errors import ServiceError

log = logging.getLogger(__name__)
# A token that ends while a request is under way is worth nothing.
_EARLY_SECONDS = 300.0
_EARLY_SHARE = 0.2
# Nobody is asked more often than this for a token while an older one is still good.
_RETRY_SECONDS = 10.0


@dataclass(frozen=True)
class Token:
    """A token and how long it is good, in seconds from when it was asked for."""

    value: str
    seconds: float


class Tokens:
    """One token, asked for by the first who needs it while the others wait."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]]) -> None:
        """`fetch` returns a token or raises a ServiceError."""
        self._fetch = fetch
        self._value = ""
        self._renew_at = 0.0
        self._ends_at = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def current(self) -> str:
        """Return a token that is good for a while; raise what `fetch` raises when there is none."""
        if time.monotonic() >= self._renew_at:
            await self._renewed()
        return self._value

    def forget(self, value: str) -> None:
        """Ask for another one next time: this one was refused."""
        if value == self._value:
            self._renew_at = self._ends_at = 0.0

    async def _renewed(self) -> None:
        # Who gives up waiting does not end it for the others.
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._renew())
        fetching = self._fetching
        await asyncio.wait({fetching})
        fetching.result()

    async def _renew(self) -> None:
        asked_at = time.monotonic()
        try:
            token = await self._fetch()
        except ServiceError as error:
            if asked_at >= self._ends_at:
                raise
            log.warning("the last access token is used for longer: %s", error.message)
            self._renew_at = min(asked_at + _RETRY_SECONDS, self._ends_at)
            return
        self._value = token.value
        self._ends_at = asked_at + token.seconds
        self._renew_at = self._ends_at - min(_EARLY_SECONDS, token.seconds * _EARLY_SHARE)
