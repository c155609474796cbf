"""Events of answers survive what happens to Redis."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chassis.errors import NotFound
from owui_chassis.redis import open_redis
from owui_chat.adapters.task_events import RedisTaskEvents
from owui_chat.domain.task import Task
from owui_local.redis import EmbeddedRedis
from owui_testkit.stores import temporary_folders
from redis.asyncio import Redis
from redis.exceptions import RedisError


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedRedis]:
    """A Redis of our own, to stop and start."""
    with temporary_folders() as (files, sockets):
        made = EmbeddedRedis(
            files / "redis", sockets, files / "redis.log", secrets.token_urlsafe(8), durable=False
        )
        made.prepare()
        made.start()
        made.wait_ready()
        try:
            yield made
        finally:
            made.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def redis(server: EmbeddedRedis) -> AsyncIterator[Redis]:
    """A client of it."""
    async with open_redis(server.url()) as client:
        yield client


def text_of(events: list[object]) -> str:
    """Return the text that events carry."""
    return "".join(event.delta.text for event in events)


class TestRestartOfRedis:
    async def test_text_that_came_meanwhile_is_sent_when_it_is_back(
        self, server: EmbeddedRedis, redis: Redis
    ) -> None:
        events = RedisTaskEvents(redis, "away", 60)
        task = Task("c", "m", "u")
        stream = events.open(task, "")
        stream.text("before ", reasoning=False)
        await events.flush()
        server.stop()
        for piece in ("while ", "it was ", "away "):
            stream.text(piece, reasoning=False)
            with pytest.raises((RedisError, OSError)):
                await events.flush()
        server.start()
        server.wait_ready()
        async with redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("away:user:u")
            await pubsub.get_message(timeout=5)
            stream.text("after", reasoning=False)
            stream.close()
            await events.flush()
            published = await pubsub.get_message(timeout=5)
        assert text_of(list(UserEvents.FromString(published["data"]).events)) == "while it was away after"
        started, done, found = await events.read("u", task.id, 0)
        assert (started.stream, done) == (task.stream, True)
        assert text_of(found) == "before while it was away after"


class TestReading:
    async def test_a_reader_inside_text_that_was_joined_again_has_to_start_anew(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "joined", 60)
        task = Task("c", "m", "u")
        stream = events.open(task, "")
        for piece in ("a", "b", "c"):
            stream.text(piece, reasoning=False)
            await events.flush()
        await redis.flushdb()
        stream.text("d", reasoning=False)
        await events.flush()
        with pytest.raises(NotFound):
            await events.read("u", task.id, 3)
        _, _, whole = await events.read("u", task.id, 1)
        assert text_of(whole) == "abcd"

    async def test_only_the_user_of_a_task_reads_it(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "owned", 60)
        task = Task("c", "m", "u")
        events.open(task, "")
        await events.flush()
        for user_id, task_id in (("other", task.id), ("u", "unknown"), ("", f"u:{task.id}"), ("u", "*")):
            with pytest.raises(NotFound):
                await events.read(user_id, task_id, 0)

    async def test_a_task_that_has_just_begun_is_read(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "begun", 60)
        task = Task("c", "m", "u")
        events.open(task, "")
        # Nobody has sent its beginning yet.
        started, done, _ = await events.read("u", task.id, 0)
        assert (started.chat_id, started.message_id, done) == ("c", "m", False)

    async def test_tasks_are_found_by_their_user_for_a_time_after_they_began(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "recent", 60)
        first, second = Task("c", "m", "u"), Task("c", "m2", "u")
        events.open(first, "").close()
        await events.flush()
        events.open(second, "")
        events.open(Task("c", "m", "v"), "")
        await events.flush()
        assert set(await events.recent("u", 5)) == {first.id, second.id}
        assert await events.recent("w", 5) == []
        await redis.zadd("recent:tasks:u", {first.id: time.time() - 10})
        assert await events.recent("u", 5) == [second.id]
        assert 0 < await redis.ttl("recent:tasks:u") <= 600

    async def test_events_expire_some_time_after_the_end(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "expiring", 60)
        task = Task("c", "m", "u")
        stream = events.open(task, "")
        await events.flush()
        assert await redis.ttl(f"expiring:task:u:{task.id}") > 3600
        stream.close()
        await events.flush()
        assert 0 < await redis.ttl(f"expiring:task:u:{task.id}") <= 60


class TestTick:
    async def test_text_of_one_tick_is_one_event_and_goes_out_with_that_of_others(self, redis: Redis) -> None:
        events = RedisTaskEvents(redis, "tick", 60)
        sender = asyncio.create_task(events.run())
        async with redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("tick:user:u")
            await pubsub.get_message(timeout=5)
            streams = [events.open(Task("c", f"m{number}", "u"), "") for number in range(3)]
            for stream in streams:
                for letter in "abc":
                    stream.text(letter, reasoning=False)
            message = await pubsub.get_message(timeout=5)
        sender.cancel()
        found = UserEvents.FromString(message["data"]).events
        assert [event.delta.text for event in found if event.HasField("delta")] == ["abc"] * 3
