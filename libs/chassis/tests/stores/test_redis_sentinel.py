"""Redis watched by sentinels: a changed primary is followed, and nothing is built anew for it."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from owui_chassis.background import Background
from owui_chassis.certificates import Trust
from owui_chassis.events import Events, Subscriber
from owui_chassis.redis import open_redis
from owui_chassis.redis_place import RedisPlace, Sentinels
from owui_chassis.settings import ServiceSettings
from owui_testkit.redis_servers import PRIMARY, RedisServer, WatchedServers, watched_servers
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

POOL = 16  # as the services have it
PASSWORD = "a/p@ss:word"


@pytest.fixture(scope="module")
def watched() -> Iterator[WatchedServers]:
    with watched_servers(replicas=1, password=PASSWORD) as servers:
        yield servers


@pytest.fixture
def place(watched: WatchedServers) -> RedisPlace:
    environ = {
        "WEBUI_SECRET_KEY": "a-long-enough-secret",
        "REDIS_URL": f"redis://{PRIMARY}/0",
        "REDIS_PASSWORD": PASSWORD,
        "REDIS_SENTINEL_HOSTS": f"127.0.0.1:1, {watched.hosts}",
    }
    return ServiceSettings.read(environ).redis


def received(servers: list[RedisServer]) -> int:
    return sum(int(server.ask("INFO", "stats")["total_connections_received"]) for server in servers)


async def patiently(redis: Redis, *command: str) -> bytes:
    async with asyncio.timeout(20):
        while True:
            with suppress(RedisError, OSError):
                answer: bytes = await redis.execute_command(*command)
                return answer
            await asyncio.sleep(0.02)


class TestChangedPrimary:
    async def test_is_followed_by_streams_and_listeners_over_few_new_connections(
        self, watched: WatchedServers, place: RedisPlace
    ) -> None:
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        connected = asyncio.Event()

        async def again() -> None:
            connected.set()

        background = Background()
        async with open_redis(place, POOL) as redis:
            subscriber = Subscriber(redis, on_reconnect=again)
            await subscriber.subscribe("news", heard.put)
            background.forever(subscriber.run, "listening")
            await asyncio.wait_for(connected.wait(), 10)
            await asyncio.gather(*(redis.ping() for _ in range(POOL * 3)))
            connected.clear()
            written, stop = [0], asyncio.Event()

            async def write() -> None:
                while not stop.is_set():
                    with suppress(RedisError, OSError):
                        await redis.xadd("log", {"n": written[0]})
                        written[0] += 1
                    await asyncio.sleep(0.005)

            writers = [asyncio.create_task(write()) for _ in range(POOL * 2)]
            before = received(watched.servers)
            primary = await asyncio.to_thread(watched.change_primary)
            await asyncio.wait_for(connected.wait(), 10)
            at = written[0]
            async with asyncio.timeout(10):
                while written[0] < at + 50:  # noqa: ASYNC110 - the writers do not tell
                    await asyncio.sleep(0.01)
            grown = received(watched.servers) - before
            stop.set()
            await asyncio.gather(*writers)
            await patiently(redis, "PUBLISH", "news", "after")
            assert await asyncio.wait_for(heard.get(), 5) == b"after"
            clients = {one["addr"] for one in await redis.client_list()}
        await background.stop()
        # The questions of this test to the servers are among them, and those of sentinels and replicas.
        assert grown < 2 * POOL, grown
        assert len(clients) <= POOL + 6
        assert primary.ask("XLEN", "log") >= 50

    async def test_by_the_death_of_the_old_one_is_followed(
        self, watched: WatchedServers, place: RedisPlace
    ) -> None:
        watched.reunite()
        async with open_redis(place, POOL) as redis:
            await redis.set("kept", "yes")
            await redis.wait(1, 2000)
            old = watched.primary()
            old.kill()
            try:
                assert await patiently(redis, "GET", "kept") == b"yes"
                await patiently(redis, "SET", "new", "yes")
                assert watched.primary() is not old
            finally:
                old.start()


class TestServerThatIsNoPrimary:
    async def test_is_refused_although_a_sentinel_names_it(self, watched: WatchedServers) -> None:
        watched.reunite()
        primary = watched.primary()
        replica = next(one for one in watched.servers if one is not primary)

        async def lie(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(1000):
                port = str(replica.port).encode()
                writer.write(b"*2\r\n$9\r\n127.0.0.1\r\n$%d\r\n%s\r\n" % (len(port), port))

        liar = await asyncio.start_server(lie, "127.0.0.1", 0)
        sentinels = Sentinels((("127.0.0.1", liar.sockets[0].getsockname()[1]),))
        async with open_redis(
            RedisPlace(f"redis://{PRIMARY}", password=PASSWORD, sentinels=sentinels, trust=Trust())
        ) as redis:
            with pytest.raises(RedisConnectionError, match="is not the primary"):
                await redis.get("kept")
        liar.close()


class TestSentinelsThatAreAway:
    async def test_are_an_outage_of_redis(self) -> None:
        sentinels = Sentinels((("127.0.0.1", 1), ("127.0.0.1", 2)))
        async with open_redis(RedisPlace("redis://x", sentinels=sentinels)) as redis:
            with pytest.raises(RedisConnectionError, match="no sentinel knows the primary x"):
                await redis.ping()
            with pytest.raises(RedisConnectionError):
                await Events(redis).publish("a", b"b")
