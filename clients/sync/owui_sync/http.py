"""Requests to the server: repeated when it is busy or away, refused ones told by their reason."""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

import aiohttp

from owui_sync.failures import Refused, Unreachable, UsageError

log = logging.getLogger(__name__)
_PASSING = frozenset({408, 425, 429, 502, 503, 504})
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 60.0

# Makes the body anew for each attempt, since what was sent cannot be sent again.
MakeBody = Callable[[], Any]


class Http:
    """A server with a key; `attempts` counts the first one too."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        attempts: int,
        first_pause: float = _FIRST_PAUSE_SECONDS,
    ) -> None:
        self._session = session
        self._url = url.rstrip("/")
        self._attempts = attempts
        self._first_pause = first_pause

    async def get(self, path: str, **params: str | int) -> Any:
        """Return the JSON of a GET; raise Refused, Unreachable or UsageError."""
        return await self._send("GET", path, params, dict)

    async def post(self, path: str, body: Any, **params: str | int) -> Any:
        """Return the JSON of a POST of JSON."""
        return await self._send("POST", path, params, lambda: {"json": body})

    async def post_form(self, path: str, make: MakeBody, **params: str | int) -> Any:
        """Return the JSON of a POST of a form that `make` gives, once for each attempt."""
        return await self._send("POST", path, params, lambda: {"data": make()})

    async def _send(
        self, method: str, path: str, params: dict[str, Any], body: Callable[[], dict[str, Any]]
    ) -> Any:
        problem, pause = "", self._first_pause
        for attempt in range(self._attempts):
            if attempt:
                await asyncio.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - no secret
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            try:
                async with self._session.request(
                    method, self._url + path, params=params, allow_redirects=False, **body()
                ) as answer:
                    if answer.status not in _PASSING:
                        return await _read(answer)
                    problem = f"the server answers {answer.status}: {await _reason(answer)}"
                    pause = max(pause, min(_wanted_pause(answer), _LONGEST_PAUSE_SECONDS))
            except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
                problem = f"the server cannot be reached: {error or type(error).__name__}"
            log.debug("%s %s, attempt %d: %s", method, path, attempt + 1, problem)
        raise Unreachable(problem)


async def _read(answer: aiohttp.ClientResponse) -> Any:
    if answer.status in {301, 302, 307, 308}:
        raise UsageError(f"The address leads elsewhere, to {answer.headers.get('Location')}; name that one")
    if answer.status >= 400:
        raise Refused(answer.status, await _reason(answer))
    try:
        return await answer.json(content_type=None)
    except ValueError:
        raise UsageError("The address is not that of the platform: it does not answer with JSON") from None


async def _reason(answer: aiohttp.ClientResponse) -> str:
    try:
        detail = (await answer.json(content_type=None))["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.reason or str(answer.status)
    return detail if isinstance(detail, str) else str(detail)[:500]


def _wanted_pause(answer: aiohttp.ClientResponse) -> float:
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0
