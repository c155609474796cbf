"""Replicas that leave, one after the other or for good: no call and no stream notices."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import grpc
import pytest_asyncio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from owui.auth.v1 import identity_service_pb2 as auth_pb
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
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.serve import drain
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
DELAY = 0.3


class Work(IdentityServiceServicer, CompletionServiceServicer):
    """Answers calls, says who it is, and streams for a while."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.slow = asyncio.Event()

    async def ResolveCredential(self, request: Any, context: Any) -> Any:
        if request.credential == "slow":
            await self.slow.wait()
        await asyncio.sleep(0.002)
        return auth_pb.ResolveCredentialResponse(user_id=self.name)

    async def StreamCompletion(self, request: Any, context: Any) -> AsyncIterator[Any]:
        yield pb.StreamCompletionResponse(head=pb.CompletionHead(status=200, model=self.name))
        for number in range(20):
            await asyncio.sleep(0.01)
            yield pb.StreamCompletionResponse(data=b"%d," % number)


class Replica:
    """A replica with a fixed port that can be replaced."""

    def __init__(self, name: str, *, age: float = 60.0) -> None:
        self.name = name
        self.port = 0
        self.settings = ServiceSettings(
            secret_key="a long secret of the tests",
            drain_delay_seconds=DELAY,
            drain_seconds=10.0,
            connection_age_seconds=age,
        )

    async def start(self) -> None:
        """Serve, on the port of before if there was one."""
        self.work = Work(self.name)
        self.service = Service("test", self.settings)
        self.service.add(add_IdentityServiceServicer_to_server, self.work)
        self.service.add(add_CompletionServiceServicer_to_server, self.work)
        self.server = GrpcServer(self.service)
        self.port = await self.server.start(f"127.0.0.1:{self.port}")

    async def leave(self) -> None:
        """Do what a process does when it is told to stop."""
        await drain(self.server, self.service)
        await self.stop()

    async def stop(self) -> None:
        """End at once."""
        await self.server.stop(0)
        await self.service.stop()


class Callers:
    """Processes that call without a pause."""

    def __init__(self, addresses: str) -> None:
        self._environ = {"TEST_ADDRESS": addresses}
        self._ended = asyncio.Event()
        self.answers: Counter[str] = Counter()
        self.streams: Counter[str] = Counter()

    async def __aenter__(self) -> "Callers":
        self._stack = AsyncExitStack()
        channels = await self._stack.enter_async_context(RemoteChannels(self._environ))
        self.identity = IdentityServiceStub(channels("test"))
        self.completions = CompletionServiceStub(channels("test"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def load(self, count: int = 4) -> None:
        """Call and stream until `end`; raises what fails."""
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(self._call())
                group.create_task(self._stream())

    def end(self) -> None:
        self._ended.set()

    async def _call(self) -> None:
        while not self._ended.is_set():
            answer = await self.identity.ResolveCredential(auth_pb.ResolveCredentialRequest())
            self.answers[answer.user_id] += 1

    async def _stream(self) -> None:
        while not self._ended.is_set():
            head, *rest = [a async for a in self.completions.StreamCompletion(pb.StreamCompletionRequest())]
            assert [answer.data for answer in rest] == [b"%d," % number for number in range(20)]
            self.streams[head.head.model] += 1


@pytest_asyncio.fixture(loop_scope="module")
async def pair() -> AsyncIterator[tuple[Replica, Replica]]:
    one, two = Replica("one"), Replica("two")
    await one.start()
    await two.start()
    yield one, two
    await one.stop()
    await two.stop()


def addresses(*replicas: Replica) -> str:
    return ",".join(f"127.0.0.1:{replica.port}" for replica in replicas)


class TestReplacing:
    async def test_one_after_the_other_fails_no_call_and_no_stream(
        self, pair: tuple[Replica, Replica]
    ) -> None:
        async with Callers(addresses(*pair)) as callers:
            loading = asyncio.create_task(callers.load())
            for replica in (*pair, *pair):
                await replica.leave()
                before = callers.answers.copy()
                await replica.start()
                async with asyncio.timeout(10):
                    # It is used again before the next one goes.
                    while callers.answers[replica.name] == before[replica.name]:  # noqa: ASYNC110 - it counts
                        await asyncio.sleep(0.01)
            callers.end()
            await asyncio.wait_for(loading, 20)
            assert callers.answers.total() > 50
            assert callers.streams.total() > 10

    async def test_the_only_one_makes_calls_and_streams_wait_for_its_successor(
        self, pair: tuple[Replica, Replica]
    ) -> None:
        one, _ = pair
        async with Callers(addresses(one)) as callers:
            loading = asyncio.create_task(callers.load(1))
            await asyncio.sleep(0.1)
            await one.leave()
            await one.start()
            before = callers.answers.total(), callers.streams.total()
            async with asyncio.timeout(10):
                for counter, least in ((callers.answers, before[0]), (callers.streams, before[1])):
                    while counter.total() <= least:  # noqa: ASYNC110 - it counts, it tells nobody
                        await asyncio.sleep(0.01)
            callers.end()
            await asyncio.wait_for(loading, 20)

    async def test_a_call_that_takes_longer_is_waited_for(self, pair: tuple[Replica, Replica]) -> None:
        one, _ = pair
        async with Callers(addresses(one)) as callers:
            slow = auth_pb.ResolveCredentialRequest(credential="slow")
            calling = asyncio.create_task(callers.identity.ResolveCredential(slow))
            await callers.identity.ResolveCredential(auth_pb.ResolveCredentialRequest())
            leaving = asyncio.create_task(one.leave())
            await asyncio.sleep(2 * DELAY)
            assert not leaving.done()
            one.work.slow.set()
            assert (await asyncio.wait_for(calling, 5)).user_id == "one"
            await asyncio.wait_for(leaving, 5)
            await one.start()


class TestLeaving:
    async def test_is_told_by_readiness_and_to_callers_before_anything_ends(
        self, pair: tuple[Replica, Replica]
    ) -> None:
        one, _ = pair
        async with grpc.aio.insecure_channel(f"127.0.0.1:{one.port}") as channel:
            stub = health_pb2_grpc.HealthStub(channel)

            async def told() -> list[int]:
                names = ("", "calls", "liveness")
                return [(await stub.Check(health_pb2.HealthCheckRequest(service=n))).status for n in names]

            assert await told() == [SERVING, SERVING, SERVING]
            leaving = asyncio.create_task(one.leave())
            await asyncio.sleep(0)
            assert await told() == [NOT_SERVING, NOT_SERVING, SERVING]
            await IdentityServiceStub(channel).ResolveCredential(auth_pb.ResolveCredentialRequest())
            await asyncio.wait_for(leaving, 5)
        await one.start()


class TestAge:
    async def test_of_connections_fails_no_call_and_no_stream(self) -> None:
        replica = Replica("old", age=0.5)
        await replica.start()
        async with Callers(addresses(replica)) as callers:
            loading = asyncio.create_task(callers.load(2))
            await asyncio.sleep(2.5)
            callers.end()
            await asyncio.wait_for(loading, 20)
            assert callers.answers.total() > 50
        await replica.stop()
