"""Every replica of every service is replaced, one after another, while people use the platform."""

import asyncio
from collections import Counter
from collections.abc import Callable

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from owui_local.services import SERVICES, snake

from tests.integration.clients.library import Library
from tests.integration.world import World, eventually, numbered

from .balancer import Balancer
from .conftest import DRAIN_DELAY, REPLACED_SECONDS, environment_of, tell_to_leave, until_replaced
from .load import Load, through

PEOPLE, STREAMS, WINDOWS = 3, 6, 4
# Longer than a replica waits before it goes, so that every replacement meets running answers.
TOKENS, DELAY = 50, 0.06
ORDER = (*SERVICES, "gateway")
USES = ("request", "stream", "answer", "upload")
READ_SECONDS = 300.0


async def is_serving(pid: int, service: str) -> bool:
    """Whether a replica of a service says of itself that it is ready."""
    address = environment_of(pid)[f"{snake(service).upper()}_LISTEN"]
    async with grpc.aio.insecure_channel(address) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=5)
        try:
            return (await check).status == health_pb2.HealthCheckResponse.SERVING
        except grpc.aio.AioRpcError:
            return False


async def replace_under_load(world: World, load: Load, service: str, number: int) -> None:
    """Do what a rolling update does with one replica: it leaves, and is back before the next one goes.

    Meanwhile, or a little later, something of each use comes to its end.
    """
    name, before = f"{service}-{number}", Counter(load.done)
    await until_replaced(world, name, tell_to_leave(world, name))
    # Of a gateway, the replacement has waited for that.
    if service in SERVICES:
        await eventually(
            lambda: is_serving(world.stack.pids[name], service), f"{name} to be ready", REPLACED_SECONDS
        )

    async def used() -> bool:
        return bool(load.failures) or all(load.done[use] > before[use] for use in USES)

    await eventually(used, f"each of {', '.join(USES)} after {name} left", REPLACED_SECONDS)
    assert not load.failures, f"after {name}: {load.failures}"


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
        async with Balancer(ports, DRAIN_DELAY) as balancer:
            people = [through(await world.person(), balancer.url) for _ in range(PEOPLE)]
            load = Load(reply.text)
            using = asyncio.create_task(load.run(people, streams=STREAMS, sockets=WINDOWS))
            try:
                for service in ORDER:
                    for number in (1, 2):
                        await replace_under_load(world, load, service, number)
            finally:
                load.end()
                await asyncio.wait_for(using, REPLACED_SECONDS)
            told = [(backend.told, backend.gone) for backend in balancer.backends]
            record_property("done", f"{dict(load.done)}, {load.reconnects} reconnects, {told} leavings seen")
            assert load.failures == []
            assert balancer.turned_away == 0
            # Ready but for its own leaving, whatever leaves behind it; and listening until all have heard.
            assert [backend.broken for backend in balancer.backends] == [[], []]
            assert all(backend.served for backend in balancer.backends)
            assert load.reconnects >= 1
            for person, file_id in load.uploaded:
                [state] = await Library(person.rest).settled(file_id, seconds=READ_SECONDS)
                assert state["status"] == "completed", state
