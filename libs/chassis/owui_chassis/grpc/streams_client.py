"""The calling end of multiplexed streams: one connection per replica, shared by all streams to it."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
from google.protobuf import descriptor_pool
from owui.options.v1 import options_pb2
from owui.streams.v1 import stream_service_pb2 as pb
from owui.streams.v1.stream_service_pb2_grpc import StreamServiceStub

from owui_chassis.errors import ServiceError, Unavailable, error_of
from owui_chassis.grpc.batches import Batches
from owui_chassis.grpc.channel import STREAM_SECONDS, outgoing
from owui_chassis.grpc.credit import WINDOW_BYTES

log = logging.getLogger(__name__)
CONNECT_SECONDS = 5.0
RESOLVE_SECONDS = 5.0
# How long a stream waits for one replica while it may try others.
_TRY_SECONDS = 1.0
_PAUSE_SECONDS = 0.1
# How often a stream that met a stopping replica is begun.
_ATTEMPTS = 10
DRAINED = "draining"
_STATUS_BY_NUMBER = {status.value[0]: status for status in grpc.StatusCode}


def is_multiplexed(method: str) -> bool:
    """Whether the contract marks a method ("/package.Service/Method") as multiplexed."""
    try:
        found = descriptor_pool.Default().FindMethodByName(method[1:].replace("/", "."))
    except KeyError:
        return False
    options: Any = found.GetOptions()
    return bool(options.Extensions[options_pb2.multiplexed])


class _Stream:
    """One stream as its consumer sees it."""

    __slots__ = ("_connection", "_consumed", "_end", "_messages", "_waiter", "number", "untouched")

    def __init__(self, connection: "Connection", number: int) -> None:
        self.number = number
        # Whether nothing has come back yet.
        self.untouched = True
        self._connection = connection
        self._messages: deque[bytes] = deque()
        self._end: pb.StreamEnd | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._consumed = 0

    def receive(self, frame: pb.ServerFrame) -> None:
        if frame.messages:
            self.untouched = False
        self._messages.extend(frame.messages)
        if frame.HasField("end"):
            self._end = frame.end
        self._wake()

    def break_off(self, *, drained: bool) -> None:
        if self._end is None:
            status = grpc.StatusCode.UNAVAILABLE.value[0]
            # A replica that stops ends its connections in good order; a stream that it had not answered
            # by then was sent while it was leaving.
            reason = DRAINED if drained and self.untouched else "connection_lost"
            self._end = pb.StreamEnd(
                code=status, message="The connection to the service broke", reason=reason
            )
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    @property
    def ended(self) -> bool:
        return self._end is not None

    async def next(self) -> bytes | None:
        while not self._messages:
            if self._end is not None:
                if self._end.code:
                    raise _error(self._end)
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        message = self._messages.popleft()
        self._consumed += len(message)
        if self._consumed >= WINDOW_BYTES // 2 and self._end is None:
            self._connection.send(pb.CallerFrame(stream_id=self.number, credit=self._consumed))
            self._consumed = 0
        return message


def _error(end: pb.StreamEnd) -> ServiceError:
    status = _STATUS_BY_NUMBER.get(end.code, grpc.StatusCode.UNKNOWN)
    retry_after = end.retry_after_seconds if end.HasField("retry_after_seconds") else None
    return error_of(status, end.message, end.reason, retry_after)


class Connection:
    """All streams to one replica. Opened on first use, opened again after it broke."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel
        self._stub = StreamServiceStub(channel)
        self._streams: dict[int, _Stream] = {}
        self._next_number = 0
        self._batches: Batches[pb.CallerFrame] | None = None
        self._task: asyncio.Task[None] | None = None
        self.draining = False
        self._failed_at = float("-inf")

    @property
    def failed_lately(self) -> bool:
        """Whether the replica could not be reached a moment ago."""
        return asyncio.get_running_loop().time() - self._failed_at < RESOLVE_SECONDS

    @property
    def open_streams(self) -> int:
        """How many streams run on it."""
        return len(self._streams)

    async def open(
        self, method: str, request: bytes, seconds: float, metadata: tuple[tuple[str, str], ...]
    ) -> _Stream:
        """Begin a stream; raise Unavailable when the replica cannot be reached now."""
        await self._connect()
        self._next_number += 1
        stream = _Stream(self, self._next_number)
        self._streams[stream.number] = stream
        opened = pb.Open(
            method=method,
            request=request,
            metadata=[part for pair in metadata for part in pair],
            timeout_milliseconds=int(seconds * 1000),
            credit=WINDOW_BYTES,
        )
        self.send(pb.CallerFrame(stream_id=stream.number, open=opened))
        return stream

    def send(self, frame: pb.CallerFrame) -> None:
        """Send a frame with the next batch."""
        if self._batches is not None:
            self._batches.put(frame)

    def finish(self, stream: _Stream) -> None:
        """Forget a stream; tell the other side if it is still sending."""
        if self._streams.pop(stream.number, None) is not None and not stream.ended:
            self.send(pb.CallerFrame(stream_id=stream.number, cancel=True))

    async def _connect(self) -> None:
        if self._task is not None and not self._task.done():
            return
        try:
            async with asyncio.timeout(_TRY_SECONDS):
                await self._reach()
        except TimeoutError:
            self._failed_at = asyncio.get_running_loop().time()
            raise Unavailable("The service is not reachable", "unreachable") from None
        if self._task is None or self._task.done():
            self.draining = False
            self._batches = Batches()
            self._task = asyncio.create_task(self._run(self._batches), name="multiplexed streams")

    async def _reach(self) -> None:
        """Wait until the channel is connected; raise TimeoutError at once when connecting has failed."""
        state = self._channel.get_state(try_to_connect=True)
        while state is not grpc.ChannelConnectivity.READY:
            if state in (grpc.ChannelConnectivity.TRANSIENT_FAILURE, grpc.ChannelConnectivity.SHUTDOWN):
                raise TimeoutError
            await self._channel.wait_for_state_change(state)
            state = self._channel.get_state(try_to_connect=True)

    async def _run(self, batches: Batches[pb.CallerFrame]) -> None:
        async def requests() -> AsyncIterator[pb.MultiplexRequest]:
            while frames := await batches.take():
                yield pb.MultiplexRequest(frames=frames)

        drained = False
        try:
            async for response in self._stub.Multiplex(requests()):
                for frame in response.frames:
                    stream = self._streams.get(frame.stream_id)
                    if stream is not None:
                        stream.receive(frame)
                self.draining = self.draining or response.draining
            drained = True
        except grpc.aio.AioRpcError as error:
            log.info("a connection for streams ended: %s", error.details())
        finally:
            batches.close()
            # What was draining has gone; its successor at this address gets its chance a little later.
            self.draining = False
            self._failed_at = asyncio.get_running_loop().time()
            for stream in list(self._streams.values()):
                stream.break_off(drained=drained)

    async def close(self) -> None:
        """End the connection and every stream on it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._channel.close()


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
            deadline = asyncio.get_running_loop().time() + timeout
            for attempt in range(_ATTEMPTS):
                remaining = max(0.001, deadline - asyncio.get_running_loop().time())
                connection, stream = await self._begin(method, serialized, remaining, pairs)
                try:
                    while (message := await stream.next()) is not None:
                        yield response_deserializer(message)
                except Unavailable as error:
                    if error.reason != DRAINED or not stream.untouched or attempt == _ATTEMPTS - 1:
                        raise
                else:
                    return
                finally:
                    connection.finish(stream)
                await asyncio.sleep(_PAUSE_SECONDS)

        return call

    async def _begin(
        self, method: str, request: bytes, seconds: float, metadata: tuple[tuple[str, str], ...]
    ) -> tuple[Connection, _Stream]:
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
        now = asyncio.get_running_loop().time()
        if now - self._resolved_at < RESOLVE_SECONDS:
            return
        async with self._resolving:
            if asyncio.get_running_loop().time() - self._resolved_at < RESOLVE_SECONDS:
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

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))
        self._connections.clear()
