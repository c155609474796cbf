"""What works with Redis all the time is there again after each of many outages."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from owui_chassis.background import Background
from owui_chassis.deletions import UserDeletions
from owui_chassis.events import Events, Subscriber
from owui_chassis.redis import open_redis
from owui_testkit.redis_servers import RedisServer, redis_server
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

OUTAGES = 10


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


class TestKilledConnections:
    @pytest.mark.parametrize("connections", [1, 16])
    async def test_cost_no_request_an_error(self, server: RedisServer, connections: int) -> None:
        async with open_redis(server.url, connections) as redis:
            for number in range(20):
                await asyncio.gather(
                    *(redis.incr(f"killed {connections} {number}") for _ in range(connections))
                )
                server.ask("CLIENT", "KILL", "TYPE", "normal")
                assert await redis.get(f"killed {connections} {number}") == str(connections).encode()

    async def test_by_the_servers_idle_timeout_cost_none_either(self, server: RedisServer) -> None:
        async with open_redis(server.url) as redis:
            assert await redis.set("idle", "1")
            server.ask("CONFIG", "SET", "timeout", "1")
            async with asyncio.timeout(10):
                while int(server.ask("INFO", "clients")["connected_clients"]) > 1:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
            server.ask("CONFIG", "SET", "timeout", "0")
            assert await redis.get("idle") == b"1"


class TestOutages:
    async def test_end_no_periodic_task(self, server: RedisServer) -> None:
        """Listening, erasing what belonged to deleted accounts, and work that is repeated."""
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        erased: asyncio.Queue[str] = asyncio.Queue()
        connected, failures, done = asyncio.Event(), [0], asyncio.Event()

        async def again() -> None:
            connected.set()

        async with open_redis(server.url) as redis:

            async def repeated() -> None:
                try:
                    await redis.ping()
                except RedisConnectionError:
                    failures[0] += 1
                    raise
                done.set()

            background = Background()
            subscriber = Subscriber(redis, on_reconnect=again)
            await subscriber.subscribe("news", heard.put)
            background.forever(subscriber.run, "listening")
            background.forever(UserDeletions(redis, "outages", "rag", erased.put).take, "deletions")
            background.every(0.05, repeated, "repeated")
            await asyncio.wait_for(connected.wait(), 10)
            for number in range(OUTAGES):
                connected.clear()
                before = failures[0]
                server.kill()
                async with asyncio.timeout(10):
                    while failures[0] == before:  # noqa: ASYNC110 - what fails does not tell
                        await asyncio.sleep(0.01)
                done.clear()
                await asyncio.to_thread(server.start)
                await asyncio.wait_for(asyncio.gather(connected.wait(), done.wait()), 40)
                async with asyncio.timeout(20):
                    # What is said between connecting and the confirmed subscription is heard by nobody.
                    while heard.empty():
                        await Events(redis).publish("news", b"%d" % number)
                        await asyncio.sleep(0.1)
                while not heard.empty():
                    assert await heard.get() == b"%d" % number
                async with asyncio.timeout(20):
                    while erased.empty():
                        with suppress(RedisError):
                            fields = {"data": b'{"user_id": "%d"}' % number}
                            await redis.xadd("outages:users:deleted", fields)
                        await asyncio.sleep(0.5)
                while not erased.empty():
                    assert await erased.get() == str(number)
            await background.stop()
