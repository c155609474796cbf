"""Asks clients to come back over another connection while this replica is about to stop."""

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Leaving:
    """Adds `Connection: close` to answers from then on: pooled connections end between two requests."""

    def __init__(self, app: ASGIApp, is_leaving: Callable[[], bool]) -> None:
        self._app = app
        self._is_leaving = is_leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or not self._is_leaving():
            await self._app(scope, receive, send)
            return

        async def with_farewell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, with_farewell)
