"""The serving end of multiplexed streams."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from typing import Any

from owui.streams.v1 import stream_service_pb2 as pb
from owui.streams.v1.stream_service_pb2_grpc import StreamServiceServicer

from owui_chassis.errors import ServiceError, Unavailable, status_of
from owui_chassis.grpc.batches import Batches
from owui_chassis.grpc.credit import Credit
from owui_chassis.grpc.handlers import Handler
from owui_chassis.grpc.inprocess import LocalContext

log = logging.getLogger(__name__)
MAX_STREAMS_PER_CONNECTION = 10_000
# The windows of all streams together may hold more than one gRPC message can carry.
_RESPONSE_BYTES = 1024 * 1024
# How long a caller may take to end its side of a connection that is closing.
_FAREWELL_SECONDS = 1.0


class StreamServicer(StreamServiceServicer):
    """Serves the streaming methods of a process to callers that multiplex."""

    def __init__(self, methods: Mapping[str, Handler]) -> None:
        self._methods = methods
        self._connections: set[_Connection] = set()
        self._leaving = False
        self._draining = False

    async def Multiplex(
        self, request_iterator: AsyncIterator[pb.MultiplexRequest], context: Any
    ) -> AsyncIterator[pb.MultiplexResponse]:
        """Serve one calling process until it leaves or this one has drained."""
        if self._draining:
            return
        connection = _Connection(self._methods)
        self._connections.add(connection)
        if self._leaving:
            connection.leave()
        reader: asyncio.Task[None] | None = None
        try:
            # Tells the caller that what it sends from now on is read.
            yield pb.MultiplexResponse(draining=self._leaving)
            reader = asyncio.create_task(connection.read(request_iterator))
            while (response := await connection.next_response()) is not None:
                yield response
            # Who still writes into a call that has ended hears of an error, not of a good end.
            yield pb.MultiplexResponse(draining=True, closing=True)
            await asyncio.wait({reader}, timeout=_FAREWELL_SECONDS)
        finally:
            self._connections.discard(connection)
            await connection.abandon()
            if reader is not None:
                reader.cancel()
                await asyncio.gather(reader, return_exceptions=True)

    def leave(self) -> None:
        """Ask callers to go elsewhere with new streams; those that know no other replica are served."""
        self._leaving = True
        for connection in self._connections:
            connection.leave()

    async def drain(self) -> None:
        """Refuse new streams and wait until the running ones have ended."""
        self.leave()
        self._draining = True
        connections = list(self._connections)
        for connection in connections:
            connection.drain()
        await asyncio.gather(*(connection.idle.wait() for connection in connections))


class _Connection:
    def __init__(self, methods: Mapping[str, Handler]) -> None:
        self._methods = methods
        self._batches: Batches[tuple[int, bytes | pb.StreamEnd]] = Batches()
        self._taken: deque[tuple[int, bytes | pb.StreamEnd]] = deque()
        self._streams: dict[int, tuple[asyncio.Task[None], Credit]] = {}
        self._leaving = False
        self._draining = False
        self.idle = asyncio.Event()
        self.idle.set()

    async def read(self, requests: AsyncIterator[pb.MultiplexRequest]) -> None:
        try:
            async for request in requests:
                for frame in request.frames:
                    self._receive(frame)
        finally:
            self._batches.close()

    def _receive(self, frame: pb.CallerFrame) -> None:
        kind = frame.WhichOneof("frame")
        if kind == "open":
            self._open(frame.stream_id, frame.open)
        elif (found := self._streams.get(frame.stream_id)) is not None:
            task, credit = found
            if kind == "credit":
                credit.give(frame.credit)
            elif kind == "cancel":
                task.cancel()

    def _open(self, stream_id: int, opened: pb.Open) -> None:
        if self._draining:
            # The caller had not heard of it yet: it finds another replica.
            self._batches.put((stream_id, pb.StreamEnd(code=14, message="Stopping", reason="draining")))
            return
        if len(self._streams) >= MAX_STREAMS_PER_CONNECTION:
            end = pb.StreamEnd(
                code=8, message="Too many streams on this connection", reason="too_many_streams"
            )
            self._batches.put((stream_id, end))
            return
        credit = Credit(opened.credit)
        task = asyncio.create_task(self._serve(stream_id, opened, credit))
        self._streams[stream_id] = (task, credit)
        self.idle.clear()

    async def _serve(self, stream_id: int, opened: pb.Open, credit: Credit) -> None:
        end = pb.StreamEnd(code=0)
        try:
            await self._run(stream_id, opened, credit)
        except ServiceError as error:
            code = status_of(error).value[0]
            end = pb.StreamEnd(
                code=code, message=error.message, reason=error.reason, retry_after_seconds=error.retry_after
            )
        except asyncio.CancelledError:
            end = pb.StreamEnd(code=1, message="Cancelled", reason="cancelled")
        except Exception:
            log.exception("stream of %s failed", opened.method)
            end = pb.StreamEnd(code=13, message="Internal error", reason="internal")
        finally:
            self._batches.put((stream_id, end))
            self._streams.pop(stream_id, None)
            if not self._streams:
                self.idle.set()
                if self._draining:
                    self._batches.close()

    async def _run(self, stream_id: int, opened: pb.Open, credit: Credit) -> None:
        handler = self._methods.get(opened.method)
        if handler is None:
            raise ServiceError(f"no such method: {opened.method}", "unimplemented")
        seconds = opened.timeout_milliseconds / 1000 or None
        pairs = tuple(zip(opened.metadata[::2], opened.metadata[1::2], strict=True))
        deadline = asyncio.get_running_loop().time() + seconds if seconds else None
        request = handler.request_deserializer(opened.request)
        serialize = handler.response_serializer
        put = self._batches.put
        try:
            async with asyncio.timeout(seconds):
                async with aclosing(handler.function(request, LocalContext(pairs, deadline))) as responses:
                    async for response in responses:
                        message = serialize(response)
                        await credit.spend(len(message))
                        put((stream_id, message))
        except TimeoutError:
            raise Unavailable("The stream lasted longer than allowed", "deadline_exceeded") from None

    async def next_response(self) -> pb.MultiplexResponse | None:
        """Wait for the next frames; None when the connection is to end."""
        if not self._taken:
            self._taken.extend(await self._batches.take())
            if not self._taken and self._batches.closed:
                return None
        response = pb.MultiplexResponse(draining=self._leaving)
        frames: dict[int, pb.ServerFrame] = {}
        size = 0
        while self._taken:
            stream_id, content = self._taken[0]
            if size and isinstance(content, bytes) and size + len(content) > _RESPONSE_BYTES:
                break
            self._taken.popleft()
            frame = frames.get(stream_id)
            if frame is None:
                frame = frames[stream_id] = response.frames.add(stream_id=stream_id)
            if isinstance(content, bytes):
                frame.messages.append(content)
                size += len(content)
            else:
                frame.end.CopyFrom(content)
        return response

    def leave(self) -> None:
        self._leaving = True
        self._batches.wake()

    def drain(self) -> None:
        self._draining = True
        if not self._streams:
            self._batches.close()

    async def abandon(self) -> None:
        tasks = [task for task, _ in self._streams.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
