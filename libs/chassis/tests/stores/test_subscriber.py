"""Events over Redis: a subscriber hears what it asked for, whatever happens to its connection."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from owui_chassis.background import Background
from owui_chassis.events import Events, Subscriber
from owui_chassis.redis import open_redis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError


class Listener:
    def __init__(self, redis: Redis) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.connections = 0
        self.connected = asyncio.Event()
        self.subscriber = Subscriber(redis, on_reconnect=self._connected)

    async def _connected(self) -> None:
        self.connections += 1
        self.connected.set()

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.heard.get(), 5)


@pytest_asyncio.fixture(loop_scope="module")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = open_redis(redis_url)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(loop_scope="module")
async def listener(redis: Redis) -> AsyncIterator[Listener]:
    background, listener = Background(), Listener(redis)
    await listener.subscriber.subscribe("first", listener.heard.put)
    background.forever(listener.subscriber.run, "listening")
    await asyncio.wait_for(listener.connected.wait(), 5)
    yield listener
    await background.stop()


async def until_heard(redis: Redis, channel: str, number: int = 1) -> None:
    async with asyncio.timeout(5):
        while (await redis.pubsub_numsub(channel))[0][1] != number:  # noqa: ASYNC110 - Redis does not tell
            await asyncio.sleep(0.01)


class TestListening:
    async def test_hears_its_channels_and_no_others(self, redis: Redis, listener: Listener) -> None:
        events = Events(redis)
        await until_heard(redis, "first")
        await events.publish("other", b"no")
        await events.publish("first", b"\x00yes\xff")
        assert await listener.next() == b"\x00yes\xff"

    async def test_channels_come_and_go(self, redis: Redis, listener: Listener) -> None:
        await listener.subscriber.subscribe("second", listener.heard.put_nowait)
        await until_heard(redis, "second")
        await redis.publish("second", b"1")
        assert await listener.next() == b"1"
        await listener.subscriber.unsubscribe("second")
        await until_heard(redis, "second", 0)

    async def test_what_is_wanted_last_counts(self, redis: Redis, listener: Listener) -> None:
        subscriber = listener.subscriber
        for _ in range(10):
            await asyncio.gather(
                subscriber.subscribe("quick", listener.heard.put),
                subscriber.unsubscribe("quick"),
                subscriber.subscribe("quick", listener.heard.put),
            )
        await until_heard(redis, "quick")
        await redis.publish("quick", b"1")
        assert await listener.next() == b"1"
        await subscriber.unsubscribe("quick")
        await until_heard(redis, "quick", 0)

    async def test_a_listener_that_fails_does_not_end_it(self, redis: Redis, listener: Listener) -> None:
        def fail(_: bytes) -> None:
            raise RuntimeError("no")

        await listener.subscriber.subscribe("failing", fail)
        await until_heard(redis, "failing")
        await redis.publish("failing", b"x")
        await redis.publish("first", b"still here")
        assert await listener.next() == b"still here"


class TestReconnecting:
    async def test_takes_up_all_channels_and_tells_that_something_may_be_lost(
        self, redis: Redis, listener: Listener
    ) -> None:
        await listener.subscriber.subscribe("second", listener.heard.put)
        await until_heard(redis, "second")
        listener.connected.clear()
        for round_number in (2, 3):
            await redis.client_kill_filter(_type="pubsub")
            await asyncio.wait_for(listener.connected.wait(), 5)
            listener.connected.clear()
            assert listener.connections == round_number
            for channel in ("first", "second"):
                await until_heard(redis, channel)
                await redis.publish(channel, channel.encode())
                assert await listener.next() == channel.encode()

    async def test_gives_its_connection_back(self, redis: Redis) -> None:
        listener = Listener(redis)
        await listener.subscriber.subscribe("first", listener.heard.put)
        for _ in range(20):
            listener.connected.clear()
            running = asyncio.create_task(listener.subscriber.run())
            await asyncio.wait_for(listener.connected.wait(), 5)
            await redis.client_kill_filter(_type="pubsub")
            with pytest.raises(RedisConnectionError):
                await asyncio.wait_for(running, 5)
        assert await asyncio.gather(*(redis.ping() for _ in range(40)))
