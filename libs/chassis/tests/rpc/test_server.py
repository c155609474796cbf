"""What a service's server offers beside its own methods: health and reflection."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from owui.auth.v1.identity_service_pb2_grpc import (
    IdentityServiceServicer,
    add_IdentityServiceServicer_to_server,
)
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings

SERVING = health_pb2.HealthCheckResponse.SERVING
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Running:
    """A service on a server, whose readiness a test decides."""

    def __init__(self) -> None:
        self.well = True
        self.service = Service("test", ServiceSettings(secret_key="a secret of the tests"))
        self.service.add(add_IdentityServiceServicer_to_server, IdentityServiceServicer())
        self.service.check("store", self._check)
        self.server = GrpcServer(self.service)

    async def _check(self) -> None:
        if not self.well:
            raise ConnectionError("away")


@pytest.fixture
async def running() -> AsyncIterator[tuple[Running, grpc.aio.Channel]]:
    one = Running()
    port = await one.server.start("127.0.0.1:0")
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield one, channel
    await one.server.stop(0)
    await one.service.stop()


async def health(channel: grpc.aio.Channel) -> int:
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
    return int(answer.status)


class TestHealth:
    async def test_follows_the_checks_of_the_service(self, running: tuple[Running, grpc.aio.Channel]) -> None:
        one, channel = running
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        async with asyncio.timeout(20):
            while (await watch.read()).status != SERVING:
                pass
            one.well = False
            while (await watch.read()).status != NOT_SERVING:
                pass
        assert await health(channel) == NOT_SERVING
        watch.cancel()

    async def test_a_stopping_server_is_not_serving_while_it_lets_calls_finish(
        self, running: tuple[Running, grpc.aio.Channel]
    ) -> None:
        one, channel = running
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        async with asyncio.timeout(20):
            while (await watch.read()).status != SERVING:
                pass
            stopping = asyncio.create_task(one.server.stop(1))
            while (await watch.read()).status != NOT_SERVING:
                pass
            watch.cancel()
            await stopping


class TestReflection:
    async def test_names_the_services(self, running: tuple[Running, grpc.aio.Channel]) -> None:
        _, channel = running
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        answer = await asyncio.wait_for(call.read(), 5)
        names = {one.name for one in answer.list_services_response.service}
        assert {"owui.auth.v1.IdentityService", "grpc.health.v1.Health"} <= names
        await call.done_writing()
