"""Refuses bodies that are larger than allowed or never end, whether or not they announce their size."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from owui_gateway.errors import problem
from owui_gateway.http.headers import header

# How long the next part of a body may take, and how long a refused sender may go on.
PART_SECONDS = 60.0
_LINGER_SECONDS = 2.0


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
        self.refused = 0
        self.started = False

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
        if self.started or not self.refused:
            self.started = True
            await self._send(message)


class BodyLimit:
    """Answers 413 before the body is read when its size is announced, and as soon as it shows otherwise."""

    def __init__(self, app: ASGIApp, max_bytes: int, part_seconds: float = PART_SECONDS) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._part_seconds = part_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = header(scope["headers"], b"content-length")
        if announced.isdigit() and int(announced) > self._max_bytes:
            await self._refuse(scope, receive, send, 413)
            return
        exchange = _Exchange(receive, send, self._max_bytes, self._part_seconds)
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except UnreadableBody:
            if exchange.started:
                raise
        if exchange.refused and not exchange.started:
            await self._refuse(scope, receive, send, exchange.refused)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int) -> None:
        megabytes = self._max_bytes / 1024 / 1024
        detail = "The request did not arrive in time"
        if status == 413:
            detail = f"The request is larger than {megabytes:g} MB"

        async def lingering(message: Message) -> None:
            if message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                # A connection that is closed while the client still sends is reset, and the answer is lost.
                await _discard(receive)
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        await problem(status, detail, {"Connection": "close"})(scope, receive, lingering)


async def _discard(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            while (await receive()).get("more_body", False):
                pass
    except TimeoutError:
        return
