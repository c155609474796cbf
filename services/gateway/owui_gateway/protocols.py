"""uvicorn's connections with bounds on what a client may make them wait for."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import State

# Key of the ASGI scope under which a socket's application finds `SocketConnection.write_text`.
WRITE_TEXT_SCOPE_KEY = "owui.write_text"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: application/json\r\ncontent-length: 47\r\nconnection: close\r\n\r\n"
    b'{"detail":"The head of the request is too big"}'
)


class _Stall:
    """Aborts a connection whose client takes nothing of what is waiting for it."""

    def __init__(self, transport: asyncio.Transport, seconds: float) -> None:
        self._transport = transport
        self._seconds = seconds
        self._waiting = transport.get_write_buffer_size()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        waiting = self._transport.get_write_buffer_size()
        if waiting >= self._waiting:
            self._transport.abort()
            return
        self._waiting = waiting
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._look)

    def end(self) -> None:
        self._timer.cancel()


class HttpConnection(HttpToolsProtocol):
    """HTTP: the head of a request has to arrive in time and be of decent size, answers have to be read."""

    head_seconds = 20.0
    head_bytes = 64 * 1024
    stall_seconds = 30.0
    # How long a connection has to be silent before a stopping server closes it.
    silent_seconds = 1.0
    _stall: _Stall | None = None
    _patience: asyncio.TimerHandle | None = None
    _leaving: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _answered_at = 0.0

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._answered_at = asyncio.get_running_loop().time()
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Read more of a request."""
        self._head_bytes += len(data)
        super().data_received(data)
        if (
            self._patience is not None
            and self._head_bytes > self.head_bytes
            and not self.transport.is_closing()
        ):
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """Begin a request; the first one of a connection is waited for since its beginning."""
        super().on_message_begin()
        if self._patience is None:
            self._head_bytes = 0
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Stop the clock."""
        self._end_patience()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Note when the connection fell silent."""
        self._answered_at = asyncio.get_running_loop().time()
        super().on_response_complete()

    def shutdown(self) -> None:
        """Close the connection once it has been silent for a moment.

        Who has just been answered may be sending the next request: it would be lost, and nobody may repeat
        it. That one is answered with `Connection: close`, see http/leaving.py.
        """
        loop = asyncio.get_running_loop()
        is_silent = self.cycle is None or self.cycle.response_complete
        if is_silent and loop.time() - self._answered_at >= self.silent_seconds:
            self.transport.close()
        else:
            self._leaving = loop.call_later(self.silent_seconds / 4, self.shutdown)

    def pause_writing(self) -> None:
        """Begin to watch whether the client reads."""
        super().pause_writing()
        self._stall = self._stall or _Stall(self.transport, self.stall_seconds)

    def resume_writing(self) -> None:
        """Stop watching."""
        self._end_stall()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        if self._leaving is not None:
            self._leaving.cancel()
        self._end_patience()
        self._end_stall()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._patience = asyncio.get_running_loop().call_later(self.head_seconds, self.transport.close)

    def _end_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _end_stall(self) -> None:
        if self._stall is not None:
            self._stall.end()
            self._stall = None


class SocketConnection(WebSocketsSansIOProtocol):
    """WebSocket: what is sent has to be read."""

    stall_seconds = 30.0
    _stall: _Stall | None = None

    def handle_connect(self, event: Request) -> None:
        """Begin to serve a socket."""
        super().handle_connect(event)
        if not self.close_sent:
            scope: dict[str, Any] = self.scope  # type: ignore[assignment]  # extensions are not in its type
            scope[WRITE_TEXT_SCOPE_KEY] = self.write_text

    def write_text(self, text: str) -> bool:
        """Send a text at once; return False when it has to wait, or nobody is there any more.

        Through `send` a task is woken for it, and what is written costs less than the waking.
        """
        if self.conn.state is not State.OPEN or self.transport.is_closing() or not self.writable.is_set():
            return False
        self.conn.send_text(text.encode())
        self.transport.write(b"".join(self.conn.data_to_send()))
        return True

    def pause_writing(self) -> None:
        """Begin to watch whether the client reads."""
        super().pause_writing()
        self._stall = self._stall or _Stall(self.transport, self.stall_seconds)

    def resume_writing(self) -> None:
        """Stop watching."""
        self._end_stall()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._end_stall()
        super().connection_lost(exc)

    def _end_stall(self) -> None:
        if self._stall is not None:
            self._stall.end()
            self._stall = None
