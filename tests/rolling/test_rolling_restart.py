"""Every replica of every service is replaced, one after another, while people use the platform."""

import asyncio
from collections.abc import Callable

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from owui_local.services import SERVICES, snake

from tests.integration.clients.library import Library
from tests.integration.world import World, eventually, numbered

from .balancer import Balancer
from .conftest import environment_of
from .load import Load, through

PEOPLE, STREAMS, WINDOWS = 3, 6, 4
# Longer than a replica waits before it goes, so that every replacement meets running answers.
TOKENS, DELAY = 50, 0.06
ORDER = (*SERVICES, "gateway")


async def is_serving(pid: int, service: str) -> bool:
    """Whether a replica of a service says of itself that it is ready."""
    address = environment_of(pid)[f"{snake(service).upper()}_LISTEN"]
    async with grpc.aio.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        try:
            return (await check).status == health_pb2.HealthCheckResponse.SERVING
        except grpc.aio.AioRpcError:
            return False


async def replace(world: World, service: str, number: int) -> None:
    """Do what a rolling update does with one replica: it leaves, and is back before the next one goes."""
    name = f"{service}-{number}"
    await asyncio.to_thread(world.stack.restart, name)
    # Of a gateway, the restart has waited for that.
    if service in SERVICES:
        await eventually(lambda: is_serving(world.stack.pids[name], service), f"{name} to be ready")


@pytest.mark.asyncio(loop_scope="session")
class TestReplacingEveryReplica:
    async def test_fails_no_request_and_cuts_no_answer(
        self, replicated: World, record_property: Callable[[str, object], None]
    ) -> None:
        world = replicated
        world.providers.reset()
        reply = numbered("all", TOKENS, DELAY)
        world.provider.default = reply
        ports = [int(url.rpartition(":")[2]) for url in world.stack.base_urls]
        async with Balancer(ports) as balancer:
            people = [through(await world.person(), balancer.url) for _ in range(PEOPLE)]
            load = Load(reply.text)
            using = asyncio.create_task(load.run(people, streams=STREAMS, sockets=WINDOWS))
            try:
                await asyncio.wait({using}, timeout=2)
                for service in ORDER:
                    for number in (1, 2):
                        await replace(world, service, number)
                        assert not load.failures, f"after {service}-{number}: {load.failures}"
            finally:
                load.end()
                await asyncio.wait_for(using, 90)
            record_property("done", f"{dict(load.done)}, sockets came back {load.reconnects} times")
            assert load.failures == []
            assert balancer.turned_away == 0
            # Both gateways have been away, and the balancer knew before a connection of theirs was refused.
            assert all(backend.was_away for backend in balancer.backends)
            assert [backend.refused for backend in balancer.backends] == [[], []]
            assert load.reconnects >= 1
            for kind, least in (("request", 300), ("stream", 30), ("answer", 15), ("upload", 10)):
                assert load.done[kind] >= least, load.done
            for person, file_id in load.uploaded:
                [state] = await Library(person.rest).settled(file_id)
                assert state["status"] == "completed", state
