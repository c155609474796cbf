"""Opens Redis, whichever kind of installation it is, so that restarts and changed primaries are survived."""

from collections.abc import Mapping
from typing import Any, cast

from redis.asyncio import BlockingConnectionPool, Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from owui_chassis.redis_connections import connection_class
from owui_chassis.redis_place import RedisPlace

ANSWER_SECONDS = 5


def open_redis(where: str | RedisPlace, connections: int = 16) -> Redis:
    """Return a client with a bounded pool; a stale connection costs a retry and never an error.

    Raises redis.exceptions.ConnectionError or TimeoutError from its calls when Redis is away.
    """
    place = RedisPlace(where) if isinstance(where, str) else where
    if place.cluster:
        from owui_chassis.redis_cluster import Cluster

        # It has the methods that the services call, and no common base.
        return cast(Redis, Cluster(place, connections * 4, ANSWER_SECONDS))
    if place.sentinels is not None:
        return _watched(place, connections)
    return Redis.from_pool(_pool(connection_class(place.url), place, connections, place.options()))


def is_cluster(redis: Redis) -> bool:
    """Tell whether the keys of one command or script have to lie in one slot."""
    return isinstance(redis, RedisCluster)


def _watched(place: RedisPlace, connections: int) -> Redis:
    from owui_chassis.redis_sentinel import (
        Primary,
        SentinelTcpConnection,
        SentinelTlsConnection,
        WatchedRedis,
    )

    primary = Primary(place)
    kind = SentinelTlsConnection if place.encrypted else SentinelTcpConnection
    options = {**place.options(), "primary": primary}
    return WatchedRedis(_pool(kind, place, connections, options), primary)


def _pool(
    kind: type[Any], place: RedisPlace, connections: int, options: Mapping[str, Any]
) -> BlockingConnectionPool:
    # Only TCP connections know the option; a Unix socket refuses it.
    keepalive = {} if place.url.startswith("unix:") else {"socket_keepalive": True}
    return BlockingConnectionPool(
        connection_class=kind,
        max_connections=connections,
        timeout=ANSWER_SECONDS,
        **{
            "socket_connect_timeout": place.connect_seconds,
            "socket_timeout": ANSWER_SECONDS,
            "retry": Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.02), retries=2),
            "retry_on_error": [RedisConnectionError, RedisTimeoutError],
            **keepalive,
            **options,
        },
    )
