"""Several replicas of the gateway, and a replica without Redis."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest_asyncio

from .world import World, delta, final, started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_other(redis_url: str) -> AsyncIterator[World]:
    async with World(redis_url, None, {}) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def other(module_other: World) -> World:
    module_other.reset()
    return module_other


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alone() -> AsyncIterator[World]:
    """A gateway whose Redis is away."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
    async with World(url, None, {}) as world:
        yield world


class TestTwoReplicas:
    async def test_each_listens_for_its_own_users_only(self, world: World, other: World) -> None:
        await world.until_subscribed("ada", 0)
        async with world.joined("ada-token"), other.joined("bob-token"):
            assert (await world.subscribers("ada"), await world.subscribers("bob")) == (1, 1)
            async with other.raw_socket() as second:
                await second.join("ada-token")
                await world.until_subscribed("ada", 2)
            await world.until_subscribed("ada", 1)

    async def test_sockets_of_a_user_hear_the_same_on_both(self, world: World, other: World) -> None:
        async with world.joined() as one, other.raw_socket() as two:
            await two.join("ada-token", "delta")
            await world.until_subscribed("ada", 2)
            await world.publish("ada", started("t"), delta("t", 2, "Hi"), final("t", 3, "Hi"))
            for _ in range(3):
                assert await one.packet() == await two.packet()

    async def test_a_revocation_is_heard_by_both(self, world: World, other: World) -> None:
        async with world.joined() as one, other.raw_socket() as two:
            await two.join("ada-token")
            await world.revoke("ada")
            assert [await one.closed(), await two.closed()] == [1008, 1008]


class TestWithoutRedis:
    async def test_requests_are_answered(self, alone: World) -> None:
        alone.reset()
        assert (await alone.get("/api/v1/auths/", "ada-token")).status == 200
        ask = {"model": "small", "messages": []}
        assert (await alone.post("/api/chat/completions", ask)).body == b"data: [DONE]\n\n"

    async def test_sockets_are_opened_and_answered(self, alone: World) -> None:
        alone.reset()
        async with alone.raw_socket() as socket:
            await socket.join("ada-token")
            assert await socket.ask("user-join", {}) == {"id": "ada", "name": "Ada"}

    async def test_a_session_that_ended_is_noticed(self, alone: World) -> None:
        alone.reset()
        async with alone.raw_socket() as socket:
            await socket.join("ada-token")
            del alone.auth.accounts["ada-token"]
            assert (await alone.get("/api/v1/auths/", "ada-token")).status == 401
            async with asyncio.timeout(5):
                assert await socket.closed() == 1008
