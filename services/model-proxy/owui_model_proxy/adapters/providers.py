"""Requests to providers over HTTP."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Self

import aiohttp
from owui_chassis.call import current_call
from owui_chassis.errors import Unavailable
from owui_chassis.http import Outside
from owui_chassis.tracing import span
from yarl import URL

from owui_model_proxy import metrics
from owui_model_proxy.adapters.silence import Silence
from owui_model_proxy.domain.connections import Connection
from owui_model_proxy.ports import ProviderRequest

CONNECT_SECONDS = 10.0
MAXIMUM_PLAIN_BYTES = 48 * 1024 * 1024
# A head or a line of it that is larger is no answer of a model provider.
_MAXIMUM_HEAD_BYTES = 64 * 1024
# One read takes what has arrived, up to this; it also bounds what a slow client makes us hold.
_READ_BUFFER_BYTES = 256 * 1024
# Lists and tests of connections work even while as many completions run as are allowed.
_SPARE_CONNECTIONS = 100


class HttpAnswer:
    """An answer whose head has arrived."""

    def __init__(self, connection: Connection, response: aiohttp.ClientResponse, idle_seconds: float) -> None:
        self._connection = connection
        self._response = response
        self._content = response.content
        self.status = response.status
        self.content_type = response.headers.get("Content-Type", "")
        self._silence = Silence(response.content, idle_seconds)
        protocol = response.connection.protocol if response.connection else None
        if protocol is not None:
            # It would set a timer with each piece.
            protocol.read_timeout = None

    async def read_some(self) -> bytes:
        """Return what has arrived, nothing at the end; a break is raised after what came before it."""
        self._silence.begin()
        try:
            return await self._content.readany()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if rest := self._unread():
                return rest
            raise _broken(self._connection, error) from None
        finally:
            self._silence.end()

    def close(self) -> None:
        """Stop watching the answer."""
        self._silence.close()

    def pause(self) -> None:
        """Leave what arrives in the operating system's buffer until `resume`."""
        if transport := self._transport():
            transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if transport := self._transport():
            transport.resume_reading()

    def _transport(self) -> asyncio.Transport | None:
        # At the end of an answer its connection is another's.
        connection = self._response.connection
        found = connection.transport if connection else None
        return found if found is not None and not found.is_closing() else None

    def _unread(self) -> bytes:
        """Take the bytes that arrived before the connection broke; aiohttp keeps them behind the error."""
        content = self._content
        chunks, offset = content._buffer, content._buffer_offset  # there is no public way
        rest = b"".join(chunks)[offset:]
        chunks.clear()
        content._buffer_offset = 0
        return rest

    async def read_all(self) -> bytes:
        """Return the whole body, up to 48 MiB."""
        body = bytearray()
        while data := await self.read_some():
            body += data
            if len(body) > MAXIMUM_PLAIN_BYTES:
                raise Unavailable(
                    f"The answer of {self._connection.host} is too large", "provider_answer_too_large"
                )
        return bytes(body)


class HttpProviders:
    """One bounded pool of connections for all providers; opened with `async with`."""

    def __init__(
        self,
        total: timedelta | None,
        idle: timedelta,
        *,
        verify_tls: bool,
        pool_size: int,
        outside: Outside,
    ) -> None:
        self._idle_seconds = idle.total_seconds()
        self._timeout = aiohttp.ClientTimeout(
            total=total.total_seconds() if total else None,
            sock_connect=CONNECT_SECONDS,
            sock_read=self._idle_seconds,
        )
        self._verify_tls = verify_tls
        self._pool_size = pool_size
        self._outside = outside
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size + _SPARE_CONNECTIONS,
                ssl=self._outside.trust.http if self._verify_tls else False,
                ttl_dns_cache=30,
            ),
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=_READ_BUFFER_BYTES,
            max_line_size=_MAXIMUM_HEAD_BYTES,
            max_field_size=_MAXIMUM_HEAD_BYTES,
            trace_configs=[trace],
            # Compression would only hold tokens back.
            headers={"Accept-Encoding": "identity", "User-Agent": "owui-model-proxy"},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    @asynccontextmanager
    async def ask(
        self, connection: Connection, request: ProviderRequest, total_seconds: float | None = None
    ) -> AsyncIterator[HttpAnswer]:
        """Send a request and give its answer; leaving the block early closes the connection."""
        began = time.perf_counter()
        try:
            with span(f"provider {connection.label}", current_call().trace) as trace:
                response = await self._send(connection, request, trace, total_seconds)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            metrics.ERRORS.labels(connection.label, "unreachable").inc()
            raise _unreachable(connection, error) from None
        metrics.HEAD_SECONDS.labels(connection.label).observe(time.perf_counter() - began)
        if response.status >= 400:
            metrics.ERRORS.labels(connection.label, str(response.status)).inc()
        in_flight = metrics.IN_FLIGHT.labels(connection.label)
        in_flight.inc()
        answer = HttpAnswer(connection, response, self._idle_seconds)
        try:
            yield answer
        finally:
            in_flight.dec()
            answer.close()
            if not response.content.at_eof():
                response.close()
            response.release()

    async def _send(
        self, connection: Connection, request: ProviderRequest, trace: str, total_seconds: float | None
    ) -> aiohttp.ClientResponse:
        url = URL(f"{connection.url}/{request.path}{f'?{request.query}' if request.query else ''}")
        headers = {**connection.request_headers(), **request.headers}
        if trace and connection.connection_type == "local":
            # The operator's own servers may take part in his traces; others need not know of them.
            headers["traceparent"] = trace
        if request.body:
            headers["Content-Type"] = request.content_type
        timeout = aiohttp.ClientTimeout(total=total_seconds) if total_seconds else self._timeout
        for attempt in (1, 2):
            reuse = SimpleNamespace(reused=False)
            try:
                return await self._session.request(
                    request.method,
                    url,
                    data=request.body or None,
                    headers=headers,
                    timeout=timeout,
                    # Following one would carry the key to wherever the answer says.
                    allow_redirects=False,
                    proxy=self._outside.proxies.for_url(url),
                    trace_request_ctx=reuse,
                )
            except (aiohttp.ServerDisconnectedError, ConnectionResetError):
                # The provider closed an idle connection just as it was used: it has not seen the request.
                if attempt == 2 or not reuse.reused:
                    raise
        raise AssertionError("unreachable")


async def _note_reuse(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    if context.trace_request_ctx is not None:
        context.trace_request_ctx.reused = True


def _unreachable(connection: Connection, error: Exception) -> Unavailable:
    host = connection.host
    if isinstance(error, TimeoutError | aiohttp.ServerTimeoutError):
        return Unavailable(f"The model server at {host} did not answer in time", "provider_timeout")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Unavailable(f"The name of the model server {host} cannot be resolved", "provider_unreachable")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return Unavailable(
            f"The certificate of the model server at {host} is not valid", "provider_certificate"
        )
    if isinstance(error, aiohttp.ClientConnectorError | ConnectionRefusedError):
        return Unavailable(f"The model server at {host} refuses connections", "provider_unreachable")
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionResetError):
        return Unavailable(
            f"The model server at {host} closed the connection without an answer", "provider_broke"
        )
    return Unavailable(f"The model server at {host} does not speak HTTP as expected", "provider_garbage")


def _broken(connection: Connection, error: Exception) -> Unavailable:
    metrics.ERRORS.labels(connection.label, "broke").inc()
    host = connection.host
    if isinstance(error, TimeoutError | aiohttp.ServerTimeoutError | asyncio.TimeoutError):
        return Unavailable(f"The model server at {host} stopped sending", "provider_timeout")
    return Unavailable(f"The model server at {host} broke off in the middle of its answer", "provider_broke")
