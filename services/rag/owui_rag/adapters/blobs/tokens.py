"""Keeps the access token of a cloud identity until shortly before its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import msgspec

# A token that ends while a request is under way is worth nothing.
_EARLY_SECONDS = 300.0
_SHORTEST_SECONDS = 10.0


class TokenAnswer(msgspec.Struct):
    """What every OAuth 2 token endpoint answers."""

    access_token: str
    # Azure's machine identities answer with a text.
    expires_in: int | str = 3600


class Tokens:
    """One token, asked for by the first who needs it while the others wait."""

    def __init__(self, fetch: Callable[[], Awaitable[TokenAnswer]]) -> None:
        self._fetch = fetch
        self._lock = asyncio.Lock()
        self._token = ""
        self._until = 0.0

    async def current(self) -> str:
        """Return a token that is good for a while; raise Unavailable."""
        async with self._lock:
            if time.monotonic() >= self._until:
                answer = await self._fetch()
                self._token = answer.access_token
                lifetime = float(answer.expires_in)
                self._until = time.monotonic() + max(_SHORTEST_SECONDS, lifetime - _EARLY_SECONDS)
            return self._token
