"""A client of a Redis cluster with the parts of the plain client's interface that the services use."""

import asyncio
import random
from typing import Any, cast

from redis.asyncio.client import PubSub
from redis.asyncio.cluster import ClusterNode, RedisCluster
from redis.asyncio.connection import AbstractConnection, ConnectionPoolInterface
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import ClusterDownError, RedisClusterException, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError

from owui_chassis.redis_connections import connection_class
from owui_chassis.redis_place import RedisPlace

# Pipelines take connections of a node without waiting for each other.
_SPARE_CONNECTIONS = 16


class Cluster(RedisCluster):
    """Commands go to the node that has their keys: all keys of one command or script lie in one slot.

    At most `connections` commands run at the same time, the others wait.
    """

    def __init__(self, place: RedisPlace, connections: int, answer_seconds: float) -> None:
        options = place.options()
        context = options.pop("context", None)
        options.pop("db", None)
        self._given = (str(options.pop("host", "localhost")), int(options.pop("port", 6379)))
        super().__init__(
            startup_nodes=[ClusterNode(*self._given)],
            ssl=place.encrypted,
            max_connections=connections + _SPARE_CONNECTIONS,
            # One that has lost its primary refuses what belongs there and serves the rest.
            require_full_coverage=False,
            socket_connect_timeout=place.connect_seconds,
            socket_timeout=answer_seconds,
            retry=Retry(ExponentialWithJitterBackoff(cap=0.5, base=0.02), retries=3),
            **options,
        )
        # Its constructor leaves no choice of these.
        kind = connection_class(place.url)
        self.connection_kwargs["connection_class"] = kind
        self.nodes_manager.connection_kwargs["connection_class"] = kind
        extra = {"context": context} if context is not None else {}
        self.nodes_manager.connection_kwargs.update(extra)
        for node in self.nodes_manager.startup_nodes.values():
            node.connection_class = kind  # type: ignore[assignment]  # one of ours
            node.connection_kwargs.update(extra)
        self._room = asyncio.Semaphore(connections)

    async def __aenter__(self) -> "Cluster":
        """Connect when it is first used: a service starts without Redis."""
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def initialize(self, *arguments: Any, **options: Any) -> "Cluster":
        """Learn which node has which slots; raise redis' ConnectionError when no node tells."""
        # The nodes learnt before may all have moved; the name that the operator gave leads to some node.
        options.setdefault("additional_startup_nodes_info", [self._given])
        try:
            await super().initialize(*arguments, **options)
        except RedisClusterException as error:
            raise RedisConnectionError(str(error)) from error
        return self

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        """Run one command; raise redis' errors."""
        async with self._room:
            try:
                if self._initialize:
                    # It would ask any node, and close all connections after a few wrong guesses.
                    await self.initialize()
                return await super().execute_command(*args, **kwargs)
            except (RedisClusterException, ClusterDownError) as error:
                # No subclass of redis' own errors, or one that stands for a wrong command.
                raise RedisConnectionError(str(error)) from error

    def pubsub(self, *_: Any, **options: Any) -> PubSub:  # type: ignore[override]  # needs no slots
        """Return a subscriber at any of the nodes: they pass on to each other what is published."""
        pool: Any = _AnyNode(self)
        return PubSub(connection_pool=pool, encoder=self.encoder, **options)


class _AnyNode(ConnectionPoolInterface):
    """Gives each subscriber a connection of its own to a node that can be reached."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def get_encoder(self) -> Any:
        return self._cluster.encoder

    async def get_connection(self, *_: Any, **__: Any) -> AbstractConnection:
        await self._cluster.initialize()
        nodes = self._cluster.get_nodes()
        failure: Exception = RedisConnectionError("the cluster has no nodes")
        for node in random.sample(nodes, len(nodes)):
            options = {**node.connection_kwargs, "retry": Retry(NoBackoff(), 0)}
            connection: Any = node.connection_class(**options)
            try:
                await connection.connect()
            except (RedisError, OSError) as error:
                failure = error
                await connection.disconnect()
                continue
            return cast(AbstractConnection, connection)
        # None of those that were known: the next one asks who there is.
        await self._cluster.aclose()
        raise failure

    async def release(self, connection: AbstractConnection) -> None:
        await connection.disconnect()

    def get_protocol(self) -> Any:
        return self._cluster.connection_kwargs.get("protocol")

    def reset(self) -> None:
        """Do nothing: nothing is kept."""

    async def disconnect(self, inuse_connections: bool = True) -> None:
        """Do nothing: nothing is kept."""

    async def aclose(self) -> None:
        """Do nothing: nothing is kept."""

    def set_retry(self, retry: Retry) -> None:
        """Do nothing: subscribers try again themselves."""

    async def re_auth_callback(self, token: Any) -> None:
        """Do nothing: passwords do not change while connected."""

    def get_connection_count(self) -> list[tuple[int, dict[Any, Any]]]:
        return []
