"""Refuses bodies that are larger than allowed or never end, whether or not they announce their size."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from owui_gateway.errors import problem
from owui_gateway.http.headers import header

# How long the next part of a body may take, and how long a refused sender may go on.
PART_SECONDS = 60.0
_LINGER_SECONDS = 2.0
# Key of the ASGI scope under which a route that streams its body finds a function: called with a number of
# bytes, it allows so many instead of the general limit, or refuses the request at once.
ALLOW_BODY_SCOPE_KEY = "owui.allow_body"


class UnreadableBody(Exception):
    """More bytes arrived than were allowed, or none for too long."""


class _Exchange:
    """A request whose body is counted; `refused` is the status to answer when it is not to be read."""

    def __init__(self, receive: Receive, send: Send, max_bytes: int, part_seconds: float) -> None:
        self._receive = receive
        self._send = send
        self._left = max_bytes
        self._part_seconds = part_seconds
        self._complete = False
        self.max_bytes = max_bytes
        self.announced = 0
        self.refused = 0
        self.started = False
        self.lingers = False

    def allow(self, max_bytes: int) -> None:
        """Let the body have another size; raise UnreadableBody when it has announced a larger one."""
        self._left += max_bytes - self.max_bytes
        self.max_bytes = max_bytes
        if self.announced > max_bytes:
            self.refused = 413
            raise UnreadableBody

    async def receive(self) -> Message:
        if self._complete:
            return await self._receive()
        try:
            async with asyncio.timeout(self._part_seconds):
                message = await self._receive()
        except TimeoutError:
            self.refused = 408
            raise UnreadableBody from None
        self._left -= len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._left < 0:
            self.refused = 413
            raise UnreadableBody
        return message

    async def send(self, message: Message) -> None:
        # Whatever the application makes of a body that it could not read: the answer is ours.
        if self.refused and not self.started:
            return
        self.started = True
        if self.lingers and not self._complete:
            await _send_early(message, self._receive, self._send)
        else:
            await self._send(message)


class BodyLimit:
    """Answers 413 before the body is read when its size is announced, and as soon as it shows otherwise."""

    def __init__(
        self,
        app: ASGIApp,
        max_bytes: int,
        part_seconds: float = PART_SECONDS,
        streamed: frozenset[str] = frozenset(),
    ) -> None:
        """At the paths `streamed` a route may allow other sizes, and answer before the body has come."""
        self._app = app
        self._max_bytes = max_bytes
        self._part_seconds = part_seconds
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = header(scope["headers"], b"content-length")
        announced = int(length) if length.isdigit() else 0
        exchange = _Exchange(receive, send, self._max_bytes, self._part_seconds)
        if scope["method"] == "POST" and scope["path"] in self._streamed:
            exchange.announced, exchange.lingers = announced, True
            scope[ALLOW_BODY_SCOPE_KEY] = exchange.allow
        elif announced > self._max_bytes:
            await _refuse(scope, receive, send, 413, self._max_bytes)
            return
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except UnreadableBody:
            if exchange.started:
                raise
        if exchange.refused and not exchange.started:
            await _refuse(scope, receive, send, exchange.refused, exchange.max_bytes)


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, max_bytes: int) -> None:
    detail = "The request did not arrive in time"
    if status == 413:
        detail = f"The request is larger than {max_bytes / 1024 / 1024:g} MB"

    async def early(message: Message) -> None:
        await _send_early(message, receive, send)

    await problem(status, detail)(scope, receive, early)


async def _send_early(message: Message, receive: Receive, send: Send) -> None:
    """Send a part of an answer to a client that may still be sending."""
    if message["type"] == "http.response.start":
        message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
    elif not message.get("more_body", False):
        await send({**message, "more_body": True})
        # A connection that is closed while the client still sends is reset, and the answer is lost.
        await _discard(receive)
        message = {"type": "http.response.body", "body": b"", "more_body": False}
    await send(message)


async def _discard(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return
