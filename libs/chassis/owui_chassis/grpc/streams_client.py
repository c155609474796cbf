"""The calling end of multiplexed streams: chooses a replica for each, and another when it is leaving."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from owui.options.v1 import options_pb2

from owui_chassis.errors import Unavailable
from owui_chassis.grpc.channel import STREAM_SECONDS, outgoing
from owui_chassis.grpc.stream_connection import DRAINED, Connection, Stream

CONNECT_SECONDS = 5.0
RESOLVE_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
# How old the list of replicas may be when one of them is leaving: its successor is about to appear.
_RESOLVE_SOON_SECONDS = 0.5


def is_multiplexed(method: str) -> bool:
    """Whether the contract marks a method ("/package.Service/Method") as multiplexed."""
    try:
        found = descriptor_pool.Default().FindMethodByName(method[1:].replace("/", "."))
    except KeyError:
        return False
    options: Any = found.GetOptions()
    return bool(options.Extensions[options_pb2.multiplexed])


class StreamConnections:
    """The connections to all replicas of a service; a stream goes to the one with the fewest streams."""

    def __init__(
        self, resolve: Callable[[], Awaitable[list[str]]], dial: Callable[[str], grpc.aio.Channel]
    ) -> None:
        self._resolve = resolve
        self._dial = dial
        self._connections: dict[str, Connection] = {}
        self._resolved_at = float("-inf")
        self._resolving = asyncio.Lock()

    carries = staticmethod(is_multiplexed)

    def unary_stream(self, method: str, request_serializer: Any, response_deserializer: Any, **_: Any) -> Any:
        """Return the callable of a stub's method; it takes `timeout` (seconds) and `metadata`."""

        async def call(
            request: Any, *, timeout: float = STREAM_SECONDS, metadata: Any = None
        ) -> AsyncIterator[Any]:
            serialized, pairs = request_serializer(request), outgoing(metadata)
            clock = asyncio.get_running_loop().time
            deadline = clock() + timeout
            give_up_at = clock() + CONNECT_SECONDS
            while True:
                remaining = max(0.001, deadline - clock())
                connection, stream = await self._begin(method, serialized, remaining, pairs)
                try:
                    while (message := await stream.next()) is not None:
                        yield response_deserializer(message)
                except Unavailable as error:
                    # A stream that met a stopping replica begins elsewhere: nothing has happened yet.
                    if error.reason != DRAINED or not stream.untouched or clock() >= give_up_at:
                        raise
                else:
                    return
                finally:
                    connection.finish(stream)
                await asyncio.sleep(_PAUSE_SECONDS)

        return call

    async def _begin(
        self, method: str, request: bytes, seconds: float, metadata: tuple[tuple[str, str], ...]
    ) -> tuple[Connection, Stream]:
        give_up_at = asyncio.get_running_loop().time() + min(seconds, CONNECT_SECONDS)
        while True:
            await self._refresh()
            for connection in self._by_load():
                try:
                    return connection, await connection.open(method, request, seconds, metadata)
                except Unavailable:
                    self._resolved_at = float("-inf")
            if asyncio.get_running_loop().time() >= give_up_at:
                raise Unavailable("The service is not reachable", "unreachable")
            # While the only replica restarts, streams wait for it within their deadline.
            await asyncio.sleep(_PAUSE_SECONDS)

    def _by_load(self) -> list[Connection]:
        return sorted(
            self._connections.values(), key=lambda one: (one.draining, one.failed_lately, one.open_streams)
        )

    async def _refresh(self) -> None:
        if self._is_fresh():
            return
        async with self._resolving:
            if self._is_fresh():
                return
            addresses = await self._resolve()
            for address in addresses:
                if address not in self._connections:
                    self._connections[address] = Connection(self._dial(address))
            for address in set(self._connections) - set(addresses):
                # A replica that left the name keeps its running streams until they end.
                if not self._connections[address].open_streams:
                    await self._connections.pop(address).close()
                else:
                    self._connections[address].draining = True
            self._resolved_at = asyncio.get_running_loop().time()

    def _is_fresh(self) -> bool:
        age = asyncio.get_running_loop().time() - self._resolved_at
        is_changing = any(connection.draining for connection in self._connections.values())
        return age < (_RESOLVE_SOON_SECONDS if is_changing else RESOLVE_SECONDS)

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))
        self._connections.clear()
