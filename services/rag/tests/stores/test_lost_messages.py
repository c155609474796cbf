"""Messages that were lost are found by what still waits in the queue, however busy it is."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from owui_chassis.redis import open_redis
from redis.asyncio import Redis
from sqlalchemy import text

from .ingest_bed import Bed, Engine, bed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bed]:
    folder: Path = tmp_path_factory.mktemp("lost")
    async with Engine().running() as engine, bed(postgres_url, redis_url, folder, engine) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def redis(opened: Bed, redis_url: str) -> AsyncIterator[Redis]:
    """Redis without a message, and a database without a file."""
    async with opened.database.begin() as connection:
        await connection.execute(text("DELETE FROM file"))
    async with open_redis(redis_url) as client:
        await client.flushdb()
        yield client


async def age(files: Bed, file_id: str, seconds: int) -> None:
    """Make a file look as if it had been submitted earlier."""
    async with files.database.begin() as connection:
        aged = "UPDATE file SET updated_at = updated_at - :seconds, submitted_at = NULL WHERE id = :id"
        await connection.execute(text(aged), {"seconds": seconds, "id": file_id})


class TestLostMessages:
    async def test_are_found_while_others_wait(self, opened: Bed, redis: Redis) -> None:
        lost, waiting = await opened.add_files([("lost.txt", b"lost"), ("waits.txt", b"waits")])
        await age(opened, lost, 90)
        await opened.queue.submit([waiting])
        assert await opened.queue.sweep() == 1
        # It is in the queue now, and counts as on its way.
        assert await opened.queue.length() == 2
        assert await opened.queue.sweep() == 0

    async def test_what_waits_as_long_as_the_queue_is_long_is_none(self, opened: Bed, redis: Redis) -> None:
        first, second = await opened.add_files([("a.txt", b"a"), ("b.txt", b"b")])
        await opened.queue.submit([first, second])
        (row,) = await redis.lrange(f"{opened.environ['REDIS_KEY_PREFIX']}:rag:celery:light", 0, 0)
        assert b'"sent_at"' in row
        # Both were sent a minute and a half ago; the older of their messages has not been taken.
        await self._send_earlier(opened, redis, 90)
        for file_id in (first, second):
            await age(opened, file_id, 90)
        assert await opened.queue.sweep() == 0

    @staticmethod
    async def _send_earlier(files: Bed, redis: Redis, seconds: int) -> None:
        key = f"{files.environ['REDIS_KEY_PREFIX']}:rag:celery:light"
        rows = await redis.lrange(key, 0, -1)
        await redis.delete(key)
        for row in reversed(rows):
            before, _, rest = row.partition(b'"sent_at": ')
            stamp, comma, after = rest.partition(b"," if b"," in rest.split(b"}")[0] else b"}")
            earlier = b"%f" % (float(stamp) - seconds)
            await redis.lpush(key, before + b'"sent_at": ' + earlier + comma + after)
