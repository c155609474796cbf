"""One connection to one replica, shared by all multiplexed streams to it."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator

import grpc
from owui.streams.v1 import stream_service_pb2 as pb
from owui.streams.v1.stream_service_pb2_grpc import StreamServiceStub

from owui_chassis.errors import ServiceError, Unavailable, error_of
from owui_chassis.grpc.batches import Batches
from owui_chassis.grpc.credit import WINDOW_BYTES

log = logging.getLogger(__name__)
# How long a replica that failed is tried last.
SHUN_SECONDS = 5.0
# How long a stream waits for one replica while it may try others.
_TRY_SECONDS = 1.0
# Reason of the error of a stream that met a stopping replica and has not begun there.
DRAINED = "draining"
_STATUS_BY_NUMBER = {status.value[0]: status for status in grpc.StatusCode}


class Stream:
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
        """Take what the server says."""
        if frame.messages:
            self.untouched = False
        self._messages.extend(frame.messages)
        if frame.HasField("end"):
            self._end = frame.end
        self._wake()

    def break_off(self, *, drained: bool) -> None:
        """End with an error unless it has ended; `drained` when the server closed in good order."""
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
        """Whether the server has said its last."""
        return self._end is not None

    async def next(self) -> bytes | None:
        """Return the next message, None at the end; raise the error that ended it."""
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
        self._streams: dict[int, Stream] = {}
        self._next_number = 0
        self._batches: Batches[pb.CallerFrame] | None = None
        self._task: asyncio.Task[None] | None = None
        self.draining = False
        self._failed_at = float("-inf")

    @property
    def failed_lately(self) -> bool:
        """Whether the replica could not be reached a moment ago."""
        return asyncio.get_running_loop().time() - self._failed_at < SHUN_SECONDS

    @property
    def open_streams(self) -> int:
        """How many streams run on it."""
        return len(self._streams)

    async def open(
        self, method: str, request: bytes, seconds: float, metadata: tuple[tuple[str, str], ...]
    ) -> Stream:
        """Begin a stream; raise Unavailable when the replica cannot be reached now."""
        await self._connect()
        self._next_number += 1
        stream = Stream(self, self._next_number)
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

    def finish(self, stream: Stream) -> None:
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
        accepted = False
        closing = False
        try:
            async for response in self._stub.Multiplex(requests()):
                accepted = True
                for frame in response.frames:
                    stream = self._streams.get(frame.stream_id)
                    if stream is not None:
                        stream.receive(frame)
                self.draining = self.draining or response.draining
                if response.closing:
                    closing = True
                    batches.close()
            drained = True
        except grpc.aio.AioRpcError as error:
            log.info("a connection for streams ended: %s", error.details())
            # A replica speaks before it reads: one that never spoke has begun nothing. One that has said its
            # last word has ended all that it had begun.
            drained = closing or not accepted
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
