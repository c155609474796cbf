"""Connections to Redis that survive its restarts."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

CONNECT_SECONDS = 3
ANSWER_SECONDS = 5


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
    return Redis.from_pool(pool)
