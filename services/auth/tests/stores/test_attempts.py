"""Limits of attempts, in Redis and without it."""

import asyncio

import pytest
from owui_auth.adapters.attempts import AttemptLimits, LocalCounts, RedisAttempts, network_of
from owui_chassis.errors import Exhausted
from owui_chassis.redis import open_redis

LIMITS = AttemptLimits(per_account=3, per_address=5, window_seconds=60)


@pytest.fixture
async def redis(redis_url):
    """A client whose database is empty."""
    async with open_redis(redis_url) as client:
        await client.flushdb()
        yield client


class TestReserve:
    async def test_refuses_after_the_limit_and_says_when_to_come_back(self, redis):
        attempts = RedisAttempts(redis, "owui", LIMITS)
        for _ in range(3):
            await attempts.reserve("a@example.com", "")
        with pytest.raises(Exhausted) as refused:
            await attempts.reserve("a@example.com", "")
        assert 0 < refused.value.retry_after <= 60
        await attempts.reserve("b@example.com", "")

    async def test_counts_across_replicas_and_at_the_same_moment(self, redis):
        replicas = [RedisAttempts(redis, "owui", LIMITS) for _ in range(3)]
        results = await asyncio.gather(
            *(replicas[number % 3].reserve("a@example.com", "") for number in range(20)),
            return_exceptions=True,
        )
        assert sum(result is None for result in results) == 3

    async def test_counts_addresses_whatever_the_account(self, redis):
        attempts = RedisAttempts(redis, "owui", LIMITS)
        for number in range(5):
            await attempts.reserve(f"{number}@example.com", "2001:db8::1")
        with pytest.raises(Exhausted):
            await attempts.reserve("6@example.com", "2001:db8::ffff")
        await attempts.reserve("7@example.com", "2001:db8:0:1::1")

    async def test_the_window_ends_though_attempts_go_on(self, redis):
        attempts = RedisAttempts(redis, "owui", LIMITS)
        await attempts.reserve("a@example.com", "")
        (key,) = await redis.keys("*")
        await redis.pexpire(key, 1000)
        for _ in range(2):
            await attempts.reserve("a@example.com", "")
        for _ in range(10):
            with pytest.raises(Exhausted):
                await attempts.reserve("a@example.com", "")
        assert await redis.pttl(key) <= 1000

    async def test_right_attempts_do_not_count(self, redis):
        attempts = RedisAttempts(redis, "owui", LIMITS)
        for _ in range(20):
            await attempts.reserve("a@example.com", "192.0.2.1")
            await attempts.refund("a@example.com", "192.0.2.1")

    async def test_a_late_refund_leaves_no_count_behind(self, redis):
        attempts = RedisAttempts(redis, "owui", LIMITS)
        await attempts.refund("a@example.com", "192.0.2.1")
        assert await redis.keys("*") == []


class TestWithoutRedis:
    async def test_limits_hold_in_this_process(self):
        async with open_redis("redis://127.0.0.1:1/0") as away:
            attempts = RedisAttempts(away, "owui", LIMITS)
            for _ in range(3):
                await attempts.reserve("a@example.com", "")
            with pytest.raises(Exhausted):
                await attempts.reserve("a@example.com", "")
            await attempts.refund("b@example.com", "")

    def test_memory_is_bounded(self):
        counts = LocalCounts()
        for number in range(30_000):
            counts.count(str(number), 60)
        assert len(counts) <= 20_000


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::/64"),
        ],
    )
    def test_is_what_one_customer_has(self, address, network):
        assert network_of(address) == network

    def test_of_garbage_is_short(self):
        assert len(network_of("x" * 10_000)) == 32
