"""Requests to a storage over HTTP: bounded in time, repeated when that may help, refusals as our errors."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO

import aiohttp
from owui_chassis.errors import NotFound, Unavailable
from owui_chassis.http import Outside, open_session
from yarl import URL

from owui_rag.adapters.blobs.pieces import READ_BYTES

log = logging.getLogger(__name__)
_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.3
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 32
_DELETES_AT_ONCE = 8
_PASSING = frozenset({408, 429, 500, 502, 503, 504})

# Returns the headers of one attempt, its signature included.
Sign = Callable[[str, URL, Mapping[str, str], int], Awaitable[Mapping[str, str]]]


class StorageHttp:
    """A session that opens when it is first used."""

    def __init__(self, timeout: timedelta, sign: Sign, outside: Outside) -> None:
        self._sign = sign
        self._outside = outside
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=_CONNECT_SECONDS, sock_read=timeout.total_seconds()
        )
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The session, for requests that are signed in no way or another one."""
        if self._session is None:
            self._session = open_session(self._outside, limit=_CONNECTIONS, timeout=self._timeout)
        return self._session

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def ask(
        self,
        method: str,
        url: URL,
        *,
        body: bytes | bytearray = b"",
        headers: Mapping[str, str] | None = None,
        allowed: tuple[int, ...] = (),
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Give an answer whose status is a success or `allowed`; raise NotFound or Unavailable.

        Only for requests that may be repeated.
        """
        answer = await self._attempts(method, url, body, headers or {}, allowed)
        try:
            yield answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _away(url, error) from error
        finally:
            # What is left unread is not worth keeping the connection for.
            answer.close()

    async def do(
        self,
        method: str,
        url: URL,
        body: bytes | bytearray = b"",
        headers: Mapping[str, str] | None = None,
        allowed: tuple[int, ...] = (),
    ) -> None:
        """Ask for something to be done; the answer has nothing but its status."""
        async with self.ask(method, url, body=body, headers=headers, allowed=allowed):
            pass

    async def read(self, url: URL, range_header: str, span: str) -> AsyncGenerator[bytes, None]:
        """Give the bytes that lie in the span ("" for all), none when it begins behind the end."""
        wanted = {range_header: span} if span else {}
        async with self.ask("GET", url, headers=wanted, allowed=(416,)) as answer:
            if answer.status != 416:
                async for part in answer.content.iter_chunked(READ_BYTES):
                    yield part

    async def delete(self, urls: Sequence[URL], headers: Mapping[str, str] | None = None) -> None:
        """Delete what is at these addresses; what is not there is no error."""
        for begin in range(0, len(urls), _DELETES_AT_ONCE):
            some = urls[begin : begin + _DELETES_AT_ONCE]
            await asyncio.gather(*(self.do("DELETE", url, headers=headers, allowed=(404,)) for url in some))

    async def _attempts(
        self,
        method: str,
        url: URL,
        body: bytes | bytearray,
        given: Mapping[str, str],
        allowed: tuple[int, ...],
    ) -> aiohttp.ClientResponse:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                headers = await self._sign(method, url, given, len(body))
                async with asyncio.timeout(self._timeout.sock_read):
                    answer = await self.session.request(
                        method,
                        url,
                        data=BytesIO(body) if body else None,
                        headers=headers,
                        allow_redirects=False,
                    )
            except (aiohttp.ClientError, TimeoutError) as error:
                if attempt == _ATTEMPTS:
                    raise _away(url, error) from error
            else:
                if answer.status < 300 or answer.status in allowed:
                    return answer
                answer.close()
                if answer.status == 404:
                    raise NotFound("The content of this file is not there", "blob_not_found")
                if answer.status not in _PASSING or attempt == _ATTEMPTS:
                    log.warning("%s refused %s with %d", url.host, method, answer.status)
                    raise Unavailable("The storage of files refused the request", "storage_refused")
            await asyncio.sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")


def _away(url: URL, error: Exception) -> Unavailable:
    log.warning("%s cannot be reached: %s: %s", url.host, type(error).__name__, error)
    return Unavailable("The storage of files is not reachable", "storage_away")
