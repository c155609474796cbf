"""Connections to Redis that survive its restarts, and whose users can be cancelled at any moment."""

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool, Connection, Redis, SSLConnection, UnixDomainSocketConnection
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

CONNECT_SECONDS = 3
ANSWER_SECONDS = 5


class _Cancellable(AbstractConnection):
    """Sends within `asyncio.wait_for`, which before Python 3.12 loses a cancellation in the moment it ends.

    The task would go on as if nobody had asked it to end: what listens for ever would never end.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        task = asyncio.current_task()
        asked = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task and task.cancelling() > asked:
            # Nobody will read the answer: the next user of this connection must not take it for its own.
            await self.disconnect(nowait=True)
            raise asyncio.CancelledError


class _TcpConnection(_Cancellable, Connection):
    pass


class _TlsConnection(_Cancellable, SSLConnection):
    pass


class _UnixConnection(_Cancellable, UnixDomainSocketConnection):
    pass


_CANCELLABLE: dict[type[AbstractConnection], type[AbstractConnection]] = {
    Connection: _TcpConnection,
    SSLConnection: _TlsConnection,
    UnixDomainSocketConnection: _UnixConnection,
}


def open_redis(url: str, connections: int = 16) -> Redis:
    """Return a client with a bounded pool; a stale connection costs a retry and never an error.

    Raises redis.exceptions.ConnectionError or TimeoutError from its calls when Redis is away.
    """
    # Only TCP connections know the option; a Unix socket refuses it.
    keepalive = {} if url.startswith("unix:") else {"socket_keepalive": True}
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.02), retries=2),
        retry_on_error=[RedisConnectionError, RedisTimeoutError],
        **keepalive,
    )
    pool.connection_class = _CANCELLABLE[pool.connection_class]
    return Redis.from_pool(pool)
