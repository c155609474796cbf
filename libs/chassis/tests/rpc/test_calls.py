"""Calls between services in each of the ways they can travel: one process, gRPC, multiplexed streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing
from typing import Any

import pytest
from owui.auth.v1 import identity_service_pb2 as identity_pb
from owui.auth.v1.identity_service_pb2_grpc import (
    IdentityServiceServicer,
    IdentityServiceStub,
    add_IdentityServiceServicer_to_server,
)
from owui.model_proxy.v1 import completion_service_pb2 as pb
from owui.model_proxy.v1.completion_service_pb2_grpc import (
    CompletionServiceServicer,
    CompletionServiceStub,
    add_CompletionServiceServicer_to_server,
)
from owui_chassis.call import Call, current_call, current_principal, serving
from owui_chassis.errors import Exhausted, NotFound, ServiceError, Unauthenticated, Unavailable
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings

SECRET = "a secret of the tests"
ADA = Principal(
    user_id="ada", name="Ada", role="user", group_ids=("g1",), permissions=frozenset({"chat.delete"})
)


class Whoami(IdentityServiceServicer):
    """Answers with the principal of the call, or fails as the credential asks."""

    async def ResolveCredential(self, request: Any, context: Any) -> Any:
        match request.credential:
            case "limit":
                raise Exhausted("Too many", "too_many", retry_after=2.5)
            case "missing":
                raise NotFound("No such user", "user_not_found")
            case "bug":
                raise ZeroDivisionError("secret detail")
            case "hang":
                await asyncio.sleep(60)
        principal = current_principal()
        return identity_pb.ResolveCredentialResponse(
            user_id=principal.user_id,
            name=current_call().client_address,
            permissions=sorted(principal.permissions),
        )


class Counting(CompletionServiceServicer):
    """Counts to the number in the body; knows who has hung up."""

    def __init__(self) -> None:
        self.cancelled = asyncio.Event()
        self.sent = 0

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[Any]:
        if request.body == b"missing":
            raise NotFound("Model not found", "model_not_found")
        try:
            yield pb.StreamCompletionResponse(
                head=pb.CompletionHead(status=200, model=current_principal().user_id)
            )
            if request.body == b"endless":
                while True:
                    yield pb.StreamCompletionResponse(data=b"x" * 60_000)
                    self.sent += 60_000
                    await asyncio.sleep(0)
            if request.body == b"hang":
                await asyncio.sleep(60)
            for number in range(int(request.body)):
                if number == 500:
                    raise Unavailable("The provider died", "provider_died")
                yield pb.StreamCompletionResponse(data=b"%d," % number)
                if number % 7 == 0:
                    await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        except GeneratorExit:
            self.cancelled.set()
            raise


class World:
    """A service, reachable in one of two ways."""

    def __init__(self, channel: Any, counting: Counting, server: GrpcServer | None) -> None:
        self.whoami = IdentityServiceStub(channel)
        self.completions = CompletionServiceStub(channel)
        self.counting = counting
        self.server = server


@pytest.fixture(params=["one process", "gRPC"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    counting = Counting()
    service = Service("test", ServiceSettings(secret_key=SECRET))
    service.add(add_IdentityServiceServicer_to_server, Whoami())
    service.add(add_CompletionServiceServicer_to_server, counting)
    async with AsyncExitStack() as stack:
        if request.param == "one process":
            yield World(LocalChannel("test", lambda: service.methods), counting, None)
        else:
            server = GrpcServer(service)
            port = await server.start("127.0.0.1:0")
            channels = await stack.enter_async_context(RemoteChannels({"TEST_ADDRESS": f"127.0.0.1:{port}"}))
            yield World(channels("test"), counting, server)
            await server.stop(0.1)
    await service.stop()


@pytest.fixture
def as_ada() -> Any:
    with serving(Call(principal=ADA, identity=Identities(SECRET).sign(ADA), client_address="192.0.2.1")):
        yield


async def collect(world: World, body: bytes) -> list[bytes]:
    answers = world.completions.StreamCompletion(pb.StreamCompletionRequest(body=body))
    return [answer.data async for answer in answers if answer.WhichOneof("event") == "data"]


class TestUnaryCalls:
    async def test_carry_the_principal_and_the_client_address(self, world: World, as_ada: None) -> None:
        answer = await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest())
        assert (answer.user_id, answer.name, list(answer.permissions)) == (
            "ada",
            "192.0.2.1",
            ["chat.delete"],
        )

    async def test_without_identity_are_unauthenticated(self, world: World) -> None:
        with pytest.raises(Unauthenticated):
            await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest())

    async def test_with_a_forged_identity_are_refused(self, world: World) -> None:
        with (
            serving(Call(identity=Identities("another secret").sign(ADA))),
            pytest.raises(Unauthenticated, match="signature"),
        ):
            await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest())

    async def test_raise_the_error_that_the_service_raised(self, world: World) -> None:
        with pytest.raises(NotFound, match="No such user") as caught:
            await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest(credential="missing"))
        assert caught.value.reason == "user_not_found"

    async def test_tell_when_to_try_again(self, world: World) -> None:
        with pytest.raises(Exhausted) as caught:
            await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest(credential="limit"))
        assert caught.value.retry_after == 2.5

    async def test_do_not_show_the_details_of_a_bug(self, world: World) -> None:
        with pytest.raises(ServiceError, match=r"^Internal error$"):
            await world.whoami.ResolveCredential(identity_pb.ResolveCredentialRequest(credential="bug"))

    async def test_end_at_their_deadline(self, world: World) -> None:
        with pytest.raises(Unavailable, match="in time"):
            await world.whoami.ResolveCredential(
                identity_pb.ResolveCredentialRequest(credential="hang"), timeout=0.1
            )


class TestStreams:
    async def test_deliver_every_message_once_and_in_order(self, world: World, as_ada: None) -> None:
        received = await asyncio.gather(*(collect(world, b"%d" % (300 + number)) for number in range(40)))
        for number, messages in enumerate(received):
            assert messages == [b"%d," % position for position in range(300 + number)]

    async def test_carry_the_principal(self, world: World, as_ada: None) -> None:
        async for answer in world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"0")):
            assert answer.head.model == "ada"

    async def test_fail_before_the_first_message_with_the_error_of_the_service(
        self, world: World, as_ada: None
    ) -> None:
        with pytest.raises(NotFound) as caught:
            await collect(world, b"missing")
        assert caught.value.reason == "model_not_found"

    async def test_deliver_what_came_before_an_error(self, world: World, as_ada: None) -> None:
        received = []
        answers = world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"1000"))

        async def read() -> None:
            async for answer in answers:
                received.append(answer)  # noqa: PERF401 - a comprehension would lose what came before the error

        with pytest.raises(Unavailable, match="died"):
            await read()
        assert len(received) == 501

    async def test_reach_the_service_when_the_caller_leaves(self, world: World, as_ada: None) -> None:
        async with aclosing(
            world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"hang"))
        ) as answers:
            await anext(answers)
            waiting = asyncio.create_task(anext(answers))
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5):
            await world.counting.cancelled.wait()

    async def test_stop_the_sender_when_the_receiver_does_not_keep_up(
        self, world: World, as_ada: None
    ) -> None:
        async with aclosing(
            world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"endless"))
        ) as answers:
            await anext(answers)
            await anext(answers)
            for _ in range(200):
                await asyncio.sleep(0.001)
            assert world.counting.sent < 1_000_000
            for _ in range(50):
                await anext(answers)

    async def test_leave_no_principal_behind_in_the_task_that_reads_them(
        self, world: World, as_ada: None
    ) -> None:
        before = current_call()
        async for _ in world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"3")):
            assert current_call() is before


class TestDrain:
    async def test_lets_running_streams_finish(self, world: World, as_ada: None) -> None:
        if world.server is None:
            return
        answers = world.completions.StreamCompletion(pb.StreamCompletionRequest(body=b"400"))
        first = await anext(answers)
        stopping = asyncio.create_task(world.server.stop(10))
        rest = [answer async for answer in answers]
        assert first.HasField("head")
        assert len(rest) == 400
        await stopping
