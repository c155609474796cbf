"""Calls whose requests stream, in both ways they can travel: one process and gRPC."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui.rag.v1.file_transfer_service_pb2_grpc import (
    FileTransferServiceServicer,
    FileTransferServiceStub,
    add_FileTransferServiceServicer_to_server,
)
from owui_chassis.call import Call, current_principal, serving
from owui_chassis.errors import Exhausted, Unavailable
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings

SECRET = "a secret of the tests"
ADA = Principal(user_id="ada", role="user")
PART = 256 * 1024


class Receiver(FileTransferServiceServicer):
    """Counts what comes; the name in the head says how to behave."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        self.pace: asyncio.Event | None = None
        self.refuse_after: int | None = None
        self.cancelled = asyncio.Event()
        self.ended = asyncio.Event()

    async def Upload(self, requests: AsyncIterator[pb.UploadRequest], context: Any) -> Any:
        try:
            async for request in requests:
                if request.head.name == "refuse":
                    raise Exhausted("Too much", "quota_reached", retry_after=3)
                if self.refuse_after is not None and len(self.received) >= self.refuse_after:
                    raise Exhausted("Too much", "quota_reached")
                if request.data:
                    self.received.append(request.data)
                    if self.pace is not None:
                        await self.pace.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        self.ended.set()
        answer = pb.UploadResponse()
        answer.file.user_id = current_principal().user_id
        answer.file.created_at = sum(map(len, self.received))
        return answer


class World:
    """A service, reachable in one of two ways."""

    def __init__(self, channel: Any, receiver: Receiver) -> None:
        self.stub = FileTransferServiceStub(channel)
        self.receiver = receiver


@pytest.fixture(params=["one process", "gRPC"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    receiver = Receiver()
    service = Service("test", ServiceSettings(secret_key=SECRET))
    service.add(add_FileTransferServiceServicer_to_server, receiver)
    async with AsyncExitStack() as stack:
        if request.param == "one process":
            yield World(LocalChannel("test", lambda: service.methods), receiver)
        else:
            server = GrpcServer(service)
            port = await server.start("127.0.0.1:0")
            channels = await stack.enter_async_context(RemoteChannels({"TEST_ADDRESS": f"127.0.0.1:{port}"}))
            yield World(channels("test"), receiver)
            await server.stop(0.1)
    await service.stop()


@pytest.fixture(autouse=True)
def as_ada() -> Any:
    with serving(Call(principal=ADA, identity=Identities(SECRET).sign(ADA))):
        yield


class Sender:
    """Gives requests; knows how far it has come and whether it was closed."""

    def __init__(self, parts: int, name: str = "") -> None:
        self.parts = parts
        self.name = name
        self.given = 0
        self.closed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[pb.UploadRequest]:
        try:
            yield pb.UploadRequest(head=pb.UploadHead(name=self.name))
            for number in range(self.parts):
                self.given += 1
                yield pb.UploadRequest(data=bytes([number % 256]) * PART)
        finally:
            self.closed.set()


class TestClientStreams:
    async def test_arrive_whole_and_in_order_with_the_principal(self, world: World) -> None:
        answer = await world.stub.Upload(aiter(Sender(40)))
        assert (answer.file.user_id, answer.file.created_at) == ("ada", 40 * PART)
        assert [part[0] for part in world.receiver.received] == list(range(40))

    async def test_that_are_refused_early_stop_their_sender(self, world: World) -> None:
        sender = Sender(100_000, "refuse")
        with pytest.raises(Exhausted, match="Too much") as caught:
            await world.stub.Upload(aiter(sender))
        assert (caught.value.reason, caught.value.retry_after) == ("quota_reached", 3)
        async with asyncio.timeout(5):
            await sender.closed.wait()
        assert sender.given < 1000

    async def test_that_are_refused_in_the_middle_hear_why_every_time(self, world: World) -> None:
        world.receiver.refuse_after = 8
        for _ in range(100):
            world.receiver.received.clear()
            with pytest.raises(Exhausted, match="Too much"):
                await world.stub.Upload(aiter(Sender(1000)))

    async def test_wait_for_a_receiver_that_does_not_keep_up(self, world: World) -> None:
        world.receiver.pace = asyncio.Event()
        sender = Sender(400)
        call = asyncio.create_task(world.stub.Upload(aiter(sender)))
        for _ in range(100):
            await asyncio.sleep(0.002)
        # What lies between them is bounded, and far from the 100 MB that are to come.
        assert sender.given * PART < 16 * 1024 * 1024
        world.receiver.pace.set()
        assert (await call).file.created_at == 400 * PART

    async def test_that_are_cancelled_end_the_method(self, world: World) -> None:
        world.receiver.pace = asyncio.Event()
        sender = Sender(400)
        call = asyncio.create_task(world.stub.Upload(aiter(sender)))
        while not world.receiver.received:  # noqa: ASYNC110 - the other side acts
            await asyncio.sleep(0.002)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        async with asyncio.timeout(5):
            await world.receiver.cancelled.wait()
            await sender.closed.wait()
        assert not world.receiver.ended.is_set()

    async def test_that_fail_at_their_sender_fail_with_his_error(self, world: World) -> None:
        async def failing() -> AsyncIterator[pb.UploadRequest]:
            yield pb.UploadRequest(data=b"x")
            raise LookupError("the sender's own")

        with pytest.raises(LookupError, match="own"):
            await world.stub.Upload(failing())
        assert not world.receiver.ended.is_set()

    async def test_end_at_their_deadline(self, world: World) -> None:
        world.receiver.pace = asyncio.Event()
        # Who is writing at that moment hears only that the call is over.
        with pytest.raises(Unavailable, match=r"in time|broke off"):
            await world.stub.Upload(aiter(Sender(400)), timeout=0.2)
