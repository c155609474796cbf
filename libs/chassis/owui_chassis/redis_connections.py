"""Connections to Redis whose users can be cancelled at any moment."""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any

from redis.asyncio import Connection, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection


class Cancellable(AbstractConnection):
    """Sends within `asyncio.wait_for`, which before Python 3.12 loses a cancellation in the moment it ends.

    The task would go on as if nobody had asked it to end: what listens for ever would never end.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Send a command; end as cancelled when that was asked for meanwhile."""
        task = asyncio.current_task()
        asked = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task and task.cancelling() > asked:
            # Nobody will read the answer: the next user of this connection must not take it for its own.
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


class TcpConnection(Cancellable, Connection):
    """Over TCP."""


class TlsConnection(Cancellable, SSLConnection):
    """Over TCP and TLS, with one context for all: making one reads the public certificates."""

    def __init__(self, *, context: ssl.SSLContext | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._context = context

    def _connection_arguments(self) -> Mapping[str, Any]:
        if self._context is None:
            return super()._connection_arguments()
        return {"host": self.host, "port": self.port, "ssl": self._context}


class UnixConnection(Cancellable, UnixDomainSocketConnection):
    """Over a socket of this machine."""


def connection_class(url: str) -> type[AbstractConnection]:
    """Return the kind of connection that an address asks for."""
    if url.startswith("unix:"):
        return UnixConnection
    return TlsConnection if url.startswith("rediss:") else TcpConnection
