"""Runs the application on uvicorn, inside an event loop that others may share."""

import asyncio
import contextlib
import math
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from owui_gateway.protocols import HttpConnection, SocketConnection


class _Uvicorn(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the process that runs us."""
        yield


class HttpServer:
    """The HTTP side of the gateway."""

    def __init__(
        self,
        app: ASGIApp,
        drain_seconds: float,
        http: type[HttpConnection] = HttpConnection,
        sockets: type[SocketConnection] = SocketConnection,
    ) -> None:
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                http=http,
                ws=sockets,
                # Deltas are a few bytes each: compressing them costs more CPU than everything else together.
                ws_per_message_deflate=False,
                ws_max_size=1_000_000,
                # Engine.IO asks for signs of life itself.
                ws_ping_interval=None,
                ws_ping_timeout=None,
                lifespan="off",
                access_log=False,
                # Which proxies are believed is decided in http/context.py, for sockets too.
                proxy_headers=False,
                log_config=None,
                # It tells of every socket otherwise, with the query of its address.
                log_level="warning",
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=int(drain_seconds),
            )
        )
        self._task: asyncio.Task[None] | None = None

    async def start(self, host: str, port: int) -> int:
        """Begin to answer; return the port. Raises OSError when the address is taken."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        bound: int = listener.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listener]), name="http server")
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.005)
        if self._task.done():
            await self._task
        return bound

    async def stop(self, grace_seconds: float | None = None) -> None:
        """Stop accepting, let answers finish within the grace period, by default all of it."""
        if grace_seconds is not None:
            self._server.config.timeout_graceful_shutdown = math.ceil(grace_seconds)
        self._server.should_exit = True
        if self._task is not None:
            await self._task
