"""Asking an engine: with a deadline, bounded answers, and another attempt for what may pass."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import aiohttp

from owui_rag.domain.documents import Unreadable

log = logging.getLogger(__name__)

_ATTEMPTS = 3
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_FIRST_PAUSE = 0.5  # seconds, doubled each time
_LONGEST_PAUSE = 20.0
_LARGEST_ANSWER = 256 * 1024 * 1024
_ERROR_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What an engine said with a status below 300."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Exchange:
    """Requests to one engine; `name` is what people call it."""

    def __init__(self, http: aiohttp.ClientSession, name: str, seconds: float) -> None:
        self._http = http
        self.name = name
        self._seconds = seconds

    @asynccontextmanager
    async def within_time(self) -> AsyncIterator[None]:
        """Bound all requests for one document together; raise Unreadable when they take longer."""
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except TimeoutError:
            raise Unreadable(
                f"{self.name} did not read the document within {self._seconds:.0f} seconds.",
                "engine_away",
                passing=True,
            ) from None

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: Callable[[], Any] | None = None,
        is_typed: bool = True,
    ) -> Answer:
        """Send a request; `body` makes its data anew for each attempt. Raises Unreadable.

        Without `is_typed` no content type is sent that was not asked for, as signed addresses want it.
        """
        pause = _FIRST_PAUSE
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._ask_once(method, url, headers, params, body, is_typed=is_typed)
            except Unreadable as error:
                if not error.passing or attempt == _ATTEMPTS:
                    raise
                log.info("%s: %s; trying again", self.name, error.message)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def ask_json(self, method: str, url: str, **request: Any) -> Any:
        """The same for an answer in JSON."""
        answer = await self.ask(method, url, **request)
        return self.parse(answer.body)

    def parse(self, body: bytes) -> Any:
        """Read an answer as a JSON object or list; raise Unreadable for anything else."""
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict | list):
            self.refuse("its answer makes no sense")
        return value

    def refuse(self, why: Any) -> NoReturn:
        """Raise Unreadable: the engine did not read the document, and would not the next time."""
        raise Unreadable(f"{self.name} could not read the document: {_short(why)}", "engine_refused")

    def away(self, why: str) -> NoReturn:
        """Raise Unreadable: the engine may read the document at another time."""
        raise Unreadable(f"{self.name} cannot be reached: {_short(why)}", "engine_away", passing=True)

    async def _ask_once(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: Callable[[], Any] | None,
        *,
        is_typed: bool,
    ) -> Answer:
        try:
            async with self._http.request(
                method,
                url,
                headers=headers,
                params=params,
                data=body() if body else None,
                allow_redirects=False,
                skip_auto_headers=() if is_typed else ("Content-Type",),
                timeout=aiohttp.ClientTimeout(total=self._seconds, connect=15),
            ) as response:
                # A redirect would take the key and the document somewhere else.
                if response.status >= 300:
                    self._fail(response.status, await _read(response, _ERROR_BYTES))
                content = await _read(response, _LARGEST_ANSWER + 1)
                if len(content) > _LARGEST_ANSWER:
                    self.refuse("its answer is too large")
                return Answer(response.status, response.headers, content)
        except aiohttp.InvalidURL:
            self.refuse("its address is not valid; an administrator can correct it")
        except (aiohttp.ClientError, TimeoutError) as error:
            self.away(str(error) or type(error).__name__)

    def _fail(self, status: int, body: bytes) -> NoReturn:
        if status in _PASSING:
            self.away(f"it answered {status}")
        if status in {401, 403}:
            self.refuse(f"it refuses our key ({status})")
        if status == 413:
            raise Unreadable(f"The document is too large for {self.name}.", "too_large")
        self.refuse(f"it answered {status} {_detail(body)}")


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    parts = []
    size = 0
    async for part in response.content.iter_any():
        parts.append(part)
        size += len(part)
        if size >= most:
            break
    return b"".join(parts)[:most]


def _detail(body: bytes) -> str:
    """Return what an error answer says, in any of the usual places."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    for key in ("error", "detail", "message", "msg"):
        if isinstance(value, dict) and value.get(key):
            inner = value[key]
            return str(inner.get("message", inner) if isinstance(inner, dict) else inner)
    return ""


def _short(text: Any) -> str:
    plain = " ".join(str(text).split())
    return plain if len(plain) <= 300 else f"{plain[:300]}…"
