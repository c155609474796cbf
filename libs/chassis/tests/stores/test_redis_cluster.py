"""A Redis cluster: keys of all slots, scripts, streams, transactions, listeners, nodes that go."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
import pytest_asyncio
from owui_chassis.background import Background
from owui_chassis.deletions import UserDeletions
from owui_chassis.events import Events, Subscriber
from owui_chassis.outages import outage
from owui_chassis.redis import is_cluster, open_redis
from owui_chassis.settings import ServiceSettings
from owui_testkit.redis_servers import RedisServer, redis_cluster, wait_until
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

PASSWORD = "a/p@ss:word"


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[RedisServer]]:
    with redis_cluster(replicas=1, password=PASSWORD) as nodes:
        yield nodes


def settings(node: RedisServer) -> ServiceSettings:
    return ServiceSettings.read(
        {
            "WEBUI_SECRET_KEY": "a-long-enough-secret",
            "REDIS_URL": f"redis://127.0.0.1:{node.port}",
            "REDIS_PASSWORD": PASSWORD,
            "REDIS_CLUSTER": "true",
        }
    )


@pytest_asyncio.fixture(loop_scope="module")
async def redis(nodes: list[RedisServer]) -> AsyncIterator[Redis]:
    async with open_redis(settings(nodes[1]).redis) as client:
        yield client


class TestCluster:
    async def test_finds_the_node_of_each_key(self, redis: Redis, nodes: list[RedisServer]) -> None:
        assert is_cluster(redis)
        await asyncio.gather(*(redis.set(f"key {number}", number) for number in range(300)))
        assert await redis.get("key 299") == b"299"
        assert all(int(node.ask("DBSIZE")) > 50 for node in nodes[:3])
        assert await redis.delete("key 1", "key 2", "key 3") == 3

    async def test_more_callers_than_connections_wait_for_each_other(self, redis: Redis) -> None:
        answers = await asyncio.gather(*(redis.incr("count") for _ in range(1000)))
        assert sorted(answers) == list(range(1, 1001))

    async def test_runs_scripts_where_their_keys_are(self, redis: Redis) -> None:
        script = redis.register_script(
            "redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])"
        )
        assert [await script(keys=[f"s{number}"], args=[number]) for number in range(9)] == [
            str(number).encode() for number in range(9)
        ]

    async def test_reads_a_stream_as_it_was_at_one_moment(self, redis: Redis) -> None:
        await redis.xadd("stream", {"a": 1})
        async with redis.pipeline(transaction=True) as pipeline:
            pipeline.xrange("stream", count=1)
            pipeline.xrevrange("stream", count=1)
            first, last = await pipeline.execute()
        assert first == last
        assert first[0][1] == {b"a": b"1"}

    async def test_starts_without_any_node(self) -> None:
        async with open_redis(settings(RedisServer(folder=None, port=1)).redis) as redis:  # type: ignore[arg-type]  # never started
            with pytest.raises(RedisConnectionError) as caught:
                await redis.get("x")
            assert outage(caught.value) == "Redis does not answer"


class TestListening:
    async def test_hears_what_is_published_at_any_node(self, redis: Redis, nodes: list[RedisServer]) -> None:
        background, heard = Background(), asyncio.Queue[bytes]()
        connected = asyncio.Event()

        async def ready() -> None:
            connected.set()

        subscriber = Subscriber(redis, on_reconnect=ready)
        await subscriber.subscribe("one", heard.put)
        background.forever(subscriber.run, "listening")
        await asyncio.wait_for(connected.wait(), 10)
        await subscriber.subscribe("two", heard.put)
        wait_until(
            lambda: sum(int(node.ask("PUBSUB", "NUMSUB", "two")[1]) for node in nodes) == 1, "a listener"
        )
        for node in nodes:
            node.ask("PUBLISH", "one", str(node.port))
        assert {await asyncio.wait_for(heard.get(), 5) for _ in nodes} == {
            str(node.port).encode() for node in nodes
        }
        await Events(redis).publish("two", b"x")
        assert await asyncio.wait_for(heard.get(), 5) == b"x"
        for node in nodes:
            connected.clear()
            if int(node.ask("CLIENT", "KILL", "TYPE", "pubsub")):
                await asyncio.wait_for(connected.wait(), 10)
        await Events(redis).publish("one", b"again")
        assert await asyncio.wait_for(heard.get(), 5) == b"again"
        await background.stop()

    async def test_deleted_accounts_are_heard_of(self, redis: Redis) -> None:
        erased: asyncio.Queue[str] = asyncio.Queue()
        deletions = UserDeletions(redis, "cluster", "rag", erased.put)
        background = Background()
        background.forever(deletions.take, "deletions")
        await redis.xadd("cluster:users:deleted", {"data": b'{"user_id": "u"}'})
        assert await asyncio.wait_for(erased.get(), 10) == "u"
        await background.stop()


class TestNodeThatGoes:
    async def test_gives_its_slots_to_its_replica_and_is_left(
        self, redis: Redis, nodes: list[RedisServer]
    ) -> None:
        key = next(
            name
            for number in range(100)
            if int(nodes[0].ask("CLUSTER", "KEYSLOT", name := f"key {number}")) <= 5460
        )
        await redis.set(key, "there")
        wait_until(lambda: nodes[3].ask("DBSIZE") == nodes[0].ask("DBSIZE"), "a replica that has everything")
        nodes[0].kill()
        found = None
        async with asyncio.timeout(30):
            while found is None:
                with suppress(RedisError, OSError):
                    found = await redis.get(key)
                await asyncio.sleep(0.05)
        assert found == b"there"
        assert nodes[3].ask("ROLE")[0] == "master"
