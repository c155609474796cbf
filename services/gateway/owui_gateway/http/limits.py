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
        received, refused = 0, 0
        complete = started = False

        async def counted() -> Message:
            nonlocal received, refused, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout(self._part_seconds):
                    message = await receive()
            except TimeoutError:
                refused = 408
                raise UnreadableBody from None
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > self._max_bytes:
                refused = 413
                raise UnreadableBody
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            # Whatever the application makes of a body that it could not read: the answer is ours.
            if started or not refused:
                started = True
                await send(message)

        try:
            await self._app(scope, counted, watched)
        except UnreadableBody:
            if started:
                raise
        if refused and not started:
            await self._refuse(scope, receive, send, refused)

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
