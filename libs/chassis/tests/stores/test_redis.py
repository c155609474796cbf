"""Redis and tasks that are cancelled while they talk to it."""

import asyncio

import pytest
from owui_chassis.redis import open_redis


class TestCancelledTask:
    @pytest.mark.parametrize("ticks", range(24))
    async def test_ends_whatever_it_is_waiting_for(self, redis_url: str, ticks: int) -> None:
        """The moment of the cancellation is counted in ticks of the event loop."""
        async with open_redis(redis_url, connections=1) as redis:
            await redis.mset({"theirs": "1", "ours": "2"})

            async def read() -> None:
                while True:
                    assert await redis.get("theirs") == b"1"

            reading = asyncio.create_task(read())
            for _ in range(ticks):
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.wait({reading}, timeout=5)
            ended = reading.cancelled()
            while not reading.done():  # a test that fails shall end, too
                reading.cancel()
                await asyncio.sleep(0.01)
            assert ended
            assert await redis.get("ours") == b"2"
