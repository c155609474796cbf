"""Events of answers in a Redis cluster, where the keys of one script lie in one slot."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chassis.redis import open_redis
from owui_chassis.redis_place import RedisPlace
from owui_chat.adapters.task_events import RedisTaskEvents
from owui_chat.domain.task import Task
from owui_testkit.redis_servers import RedisServer, redis_cluster, redis_server
from redis.asyncio import Redis
from redis.exceptions import RedisError


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[RedisServer]]:
    with redis_cluster() as nodes:
        yield nodes


@pytest_asyncio.fixture(loop_scope="module")
async def redis(nodes: list[RedisServer]) -> AsyncIterator[Redis]:
    async with open_redis(RedisPlace(nodes[0].url, cluster=True)) as client:
        yield client


class TestCluster:
    async def test_events_of_many_users_go_together_and_are_read_one_by_one(
        self, redis: Redis, nodes: list[RedisServer]
    ) -> None:
        events = RedisTaskEvents(redis, "many", 60)
        tasks = [Task("c", "m", f"user {number}") for number in range(60)]
        heard: dict[bytes, bytes] = {}
        async with redis.pubsub(ignore_subscribe_messages=True) as listening:
            await listening.subscribe("many:user:user 7", "many:user:user 8")
            # Both confirmations have come.
            for _ in range(2):
                await listening.get_message(timeout=5)
            streams = [events.open(task, "") for task in tasks]
            for round_number in range(3):
                for number, stream in enumerate(streams):
                    stream.text(f"{round_number}.{number} ", reasoning=False)
                await events.flush()
            while len(heard) < 2 or not all(b"2." in data for data in heard.values()):
                if message := await listening.get_message(timeout=5):
                    heard[message["channel"]] = heard.get(message["channel"], b"") + message["data"]
        for channel, data in heard.items():
            number = channel.decode().rpartition(" ")[2]
            text = "".join(event.delta.text for event in UserEvents.FromString(data).events)
            assert text == f"0.{number} 1.{number} 2.{number} "
        for number, task in enumerate(tasks):
            _, ended, found = await events.read(task.user_id, task.id, 0)
            assert not ended
            assert "".join(event.delta.text for event in found) == f"0.{number} 1.{number} 2.{number} "
            assert await events.recent(task.user_id, 60) == [task.id]
        assert all(int(node.ask("DBSIZE")) > 0 for node in nodes)

    async def test_users_whose_node_is_there_do_not_wait_for_others(
        self, redis: Redis, nodes: list[RedisServer]
    ) -> None:
        events = RedisTaskEvents(redis, "partly", 60)
        tasks = [Task("c", "m", f"user {number}") for number in range(40)]
        streams = [events.open(task, "") for task in tasks]
        await events.flush()
        for node in nodes:
            node.ask("CONFIG", "SET", "cluster-require-full-coverage", "no")
        nodes[2].kill()
        for stream in streams:
            stream.text("meanwhile", reasoning=False)
        with pytest.raises((RedisError, OSError)):
            await events.flush()
        waiting = [stream for stream in streams if stream.unsent]
        assert 0 < len(waiting) < len(streams)


class TestServerWithoutRoom:
    async def test_keeps_what_was_not_written(self) -> None:
        with redis_server(["maxmemory 1mb", "maxmemory-policy noeviction"]) as server:
            async with open_redis(server.url) as redis:
                events = RedisTaskEvents(redis, "full", 60)
                task = Task("c", "m", "u")
                stream = events.open(task, "")
                await asyncio.sleep(0)
                stream.text("first", reasoning=False)
                with pytest.raises(RedisError):
                    await events.flush()
                await redis.config_set("maxmemory", "100mb")
                await events.flush()
                _, _, found = await events.read("u", task.id, 0)
                assert "".join(event.delta.text for event in found) == "first"
