"""Multiplexed streams to several replicas: balance, death, draining, size, number."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any, Self

import pytest
import pytest_asyncio
from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui.model_proxy.v1.completion_service_pb2_grpc import (
    CompletionServiceServicer,
    CompletionServiceStub,
    add_CompletionServiceServicer_to_server,
)
from owui_chassis.errors import Exhausted, Unavailable
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings

SECRET = "a long secret of the tests"


class Scripted(CompletionServiceServicer):
    """Does what the body says."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.running = self.begun = 0
        self.gate = asyncio.Event()

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[Any]:
        self.running += 1
        self.begun += 1
        try:
            yield pb.StreamCompletionResponse(head=pb.CompletionHead(status=200, model=self.name))
            command, _, number = request.body.decode().partition(" ")
            if command == "wait":
                await self.gate.wait()
            elif command == "large":
                yield pb.StreamCompletionResponse(data=b"x" * int(number))
            elif command == "full":
                raise Exhausted("Too many", "limit")
            elif command == "flood":
                for _ in range(10):
                    yield pb.StreamCompletionResponse(data=b"x" * 50_000)
            elif command == "count":
                for position in range(int(number)):
                    yield pb.StreamCompletionResponse(data=b"%d," % position)
                    await asyncio.sleep(0)
        finally:
            self.running -= 1


class Door:
    """A TCP forwarder in front of a replica; closing it is what the death of a host looks like."""

    def __init__(self) -> None:
        self.port = 0
        self._target = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self, target: int) -> None:
        """Listen, on the port of before if there was one."""
        self._target = target
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, inner_writer}
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    def close(self) -> None:
        """Listen no more and cut what is open."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


class Replica:
    """One of several that offer the same service."""

    def __init__(self, name: str) -> None:
        self.work = Scripted(name)
        self.door = Door()
        self.service = Service("test", ServiceSettings(secret_key=SECRET))
        self.service.add(add_CompletionServiceServicer_to_server, self.work)
        self.server = GrpcServer(self.service)

    async def __aenter__(self) -> Self:
        self.port = await self.server.start("127.0.0.1:0")
        await self.door.open(self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.door.close()
        await self.server.stop(0)
        await self.service.stop()


class Pair:
    def __init__(self, one: Replica, two: Replica, stub: Any) -> None:
        self.one, self.two, self.stub = one, two, stub

    def ask(self, body: str, **more: Any) -> Any:
        return self.stub.StreamCompletion(pb.StreamCompletionRequest(body=body.encode()), **more)

    async def name(self, body: str = "") -> str:
        """Return which replica answers."""
        first, *_ = [answer.head.model async for answer in self.ask(body)]
        return str(first)


@pytest_asyncio.fixture(loop_scope="module")
async def pair() -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        one, two = [await stack.enter_async_context(Replica(name)) for name in ("one", "two")]
        addresses = f"127.0.0.1:{one.door.port},127.0.0.1:{two.door.port}"
        channels = await stack.enter_async_context(RemoteChannels({"TEST_ADDRESS": addresses}))
        yield Pair(one, two, CompletionServiceStub(channels("test")))


async def opened(pair: Pair, count: int) -> list[Any]:
    """Return streams that wait, each with its head read."""
    streams = [pair.ask("wait") for _ in range(count)]
    for stream in streams:
        await asyncio.wait_for(anext(stream), 10)
    return streams


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - the replicas count, they tell nobody
            await asyncio.sleep(0.005)


class TestBalance:
    async def test_streams_go_where_the_fewest_are(self, pair: Pair) -> None:
        streams = await opened(pair, 10)
        assert (pair.one.work.running, pair.two.work.running) == (5, 5)
        for stream in streams:
            await stream.aclose()

    async def test_what_has_ended_does_not_count(self, pair: Pair) -> None:
        streams = [pair.ask("wait") for _ in range(4)]
        replicas = [(await anext(stream)).head.model for stream in streams]
        pair.one.work.gate.set()
        for stream, replica in zip(streams, replicas, strict=True):
            if replica == "one":
                assert [answer async for answer in stream] == []
        pair.one.work.gate.clear()
        more = await opened(pair, 2)
        assert (pair.one.work.begun, pair.two.work.begun) == (4, 2)
        for stream in (*streams, *more):
            await stream.aclose()


class TestDeath:
    async def test_ends_its_streams_and_no_others(self, pair: Pair) -> None:
        streams = await opened(pair, 6)
        pair.one.door.close()
        pair.two.work.gate.set()
        outcomes = await asyncio.wait_for(
            asyncio.gather(*(anext(stream, "ended") for stream in streams), return_exceptions=True), 10
        )
        assert outcomes.count("ended") == 3
        broken = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
        assert [error.reason for error in broken] == ["connection_lost"] * 3

    async def test_the_next_streams_go_to_the_other_without_waiting(self, pair: Pair) -> None:
        assert {await pair.name(), await pair.name()} <= {"one", "two"}
        await opened(pair, 2)
        pair.one.door.close()
        await until(lambda: pair.one.work.running == 0)
        async with asyncio.timeout(3):
            assert [await pair.name() for _ in range(10)] == ["two"] * 10

    async def test_of_both_is_reported(self, pair: Pair) -> None:
        pair.one.door.close()
        pair.two.door.close()
        with pytest.raises(Unavailable, match="not reachable"):
            await asyncio.wait_for(anext(pair.ask("", timeout=0.5)), 10)

    async def test_one_that_comes_back_is_used_again(self, pair: Pair) -> None:
        await opened(pair, 2)
        pair.one.door.close()
        pair.two.door.close()
        await until(lambda: pair.one.work.running == pair.two.work.running == 0)
        asking = asyncio.create_task(pair.name())
        await asyncio.sleep(0.3)
        await pair.one.door.open(pair.one.port)
        assert await asyncio.wait_for(asking, 10) == "one"


class TestDraining:
    async def test_lets_streams_finish_and_takes_no_new_ones(self, pair: Pair) -> None:
        streams = await opened(pair, 4)
        stopping = asyncio.create_task(pair.one.server.stop(10))
        await asyncio.sleep(0.1)
        before = pair.one.work.begun
        assert [await pair.name() for _ in range(6)] == ["two"] * 6
        assert pair.one.work.begun == before
        assert not stopping.done()
        pair.one.work.gate.set()
        pair.two.work.gate.set()
        for stream in streams:
            assert [answer async for answer in stream] == []
        await asyncio.wait_for(stopping, 10)

    async def test_loses_no_stream_that_is_begun_meanwhile(self, pair: Pair) -> None:
        await asyncio.gather(*(pair.name() for _ in range(4)))
        asking = [asyncio.create_task(pair.name("count 20")) for _ in range(50)]
        await asyncio.sleep(0)
        stopping = asyncio.create_task(pair.one.server.stop(10))
        asking += [asyncio.create_task(pair.name("count 20")) for _ in range(50)]
        names = await asyncio.wait_for(asyncio.gather(*asking), 20)
        assert len(names) == 100
        await stopping


class TestSizeAndNumber:
    async def test_a_thousand_streams_at_once_keep_every_message_in_order(self, pair: Pair) -> None:
        async def numbers(count: int) -> bool:
            answers = [answer.data async for answer in pair.ask(f"count {count}")]
            return answers[1:] == [b"%d," % position for position in range(count)]

        outcomes = await asyncio.wait_for(asyncio.gather(*(numbers(5 + n % 20) for n in range(1000))), 60)
        assert all(outcomes)
        assert pair.one.work.begun + pair.two.work.begun == 1000
        # Open streams are balanced, not begun ones: the quicker replica gets more of streams this short.
        assert min(pair.one.work.begun, pair.two.work.begun) > 200

    async def test_a_message_may_be_large(self, pair: Pair) -> None:
        size = 20_000_000
        answers = [answer async for answer in pair.ask(f"large {size}")]
        assert len(answers[1].data) == size

    async def test_much_that_is_ready_at_once_is_no_message_that_is_too_large(self, pair: Pair) -> None:
        # What either replica has ready in one tick is more than one gRPC message may carry.
        streams = [pair.ask("large 9000000") for _ in range(16)]
        await asyncio.gather(*(anext(stream) for stream in streams))
        sizes = [sum([len(answer.data) async for answer in stream]) for stream in streams]
        assert sizes == [9_000_000] * 16

    async def test_a_stream_that_nobody_reads_does_not_hold_up_others(self, pair: Pair) -> None:
        async with aclosing(pair.ask("flood")) as idle:
            await anext(idle)
            for _ in range(4):
                assert len([answer async for answer in pair.ask("flood")]) == 11

    async def test_an_error_arrives_after_what_was_sent_before(self, pair: Pair) -> None:
        stream = pair.ask("full")
        assert (await anext(stream)).head.status == 200
        with pytest.raises(Exhausted, match="Too many"):
            await anext(stream)

    async def test_the_deadline_ends_a_stream(self, pair: Pair) -> None:
        stream = pair.ask("wait", timeout=0.2)
        await anext(stream)
        with pytest.raises(Unavailable):
            await asyncio.wait_for(anext(stream), 5)
        await until(lambda: pair.one.work.running + pair.two.work.running == 0)
