"""Counts of attempts to sign in, in Redis; in this process while Redis is away."""

import asyncio
import hashlib
import ipaddress
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass

from owui_chassis.errors import Exhausted
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
_REDIS_SECONDS = 1.0
_REMEMBERED = 20_000

# Counts one attempt and returns {count, milliseconds until the count starts again}.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}
"""
# Only a count that still exists goes down: a negative one would live for ever.
_UNCOUNT = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECR', KEYS[1]) end return 0"


@dataclass(frozen=True)
class AttemptLimits:
    """How many failed attempts are allowed within the window."""

    per_account: int = 15
    per_address: int = 60
    window_seconds: float = 180


class LocalCounts:
    """Counts in this process; forgets the oldest when there are too many."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._counts)

    def count(self, key: str, window: float) -> tuple[int, float]:
        """Count one more; return the count and the seconds until it starts again."""
        now = time.monotonic()
        count, ends = self._counts.get(key, (0, 0.0))
        if ends <= now:
            count, ends = 0, now + window
        self._counts[key] = (count + 1, ends)
        if len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return count + 1, ends - now

    def uncount(self, key: str) -> None:
        """Count one less."""
        if key in self._counts:
            count, ends = self._counts[key]
            self._counts[key] = (max(0, count - 1), ends)


class RedisAttempts:
    """Counts attempts per account and per address over a fixed window."""

    def __init__(self, redis: Redis, prefix: str, limits: AttemptLimits) -> None:
        self._limits = limits
        self._prefix = f"{prefix}:auth:attempts"
        self._local = LocalCounts()
        self._count_script = redis.register_script(_COUNT)
        self._uncount_script = redis.register_script(_UNCOUNT)

    async def reserve(self, account: str, address: str) -> None:
        """Count an attempt; raise Exhausted with the seconds to wait when there were too many.

        Counted before the password is looked at: attempts at the same moment cannot slip past the limit.
        """
        for key, limit in self._keys(account, address):
            count, seconds = await self._count(key)
            if count > limit:
                raise Exhausted(
                    "Too many attempts to sign in; try again later",
                    "too_many_attempts",
                    retry_after=max(1.0, seconds),
                )

    async def refund(self, account: str, address: str) -> None:
        """Take an attempt back, because it was right."""
        for key, _ in self._keys(account, address):
            self._local.uncount(key)
            try:
                async with asyncio.timeout(_REDIS_SECONDS):
                    await self._uncount_script(keys=[key])
            except (RedisError, OSError):
                log.info("an attempt to sign in stays counted: Redis is away")

    async def _count(self, key: str) -> tuple[int, float]:
        window = self._limits.window_seconds
        try:
            async with asyncio.timeout(_REDIS_SECONDS):
                count, milliseconds = await self._count_script(keys=[key], args=[int(window * 1000)])
        except (RedisError, OSError):
            log.warning("attempts to sign in are counted in this replica alone: Redis is away")
            return self._local.count(key, window)
        return int(count), int(milliseconds) / 1000

    def _keys(self, account: str, address: str) -> list[tuple[str, int]]:
        # The address comes first: one that is shut out cannot shut others out of their accounts any more.
        keys = []
        if address:
            keys.append((f"{self._prefix}:address:{network_of(address)}", self._limits.per_address))
        if account:
            name = hashlib.sha256(account.encode()).hexdigest()[:32]
            keys.append((f"{self._prefix}:account:{name}", self._limits.per_account))
        return keys


def network_of(address: str) -> str:
    """Return what counts as one address: for IPv6 the /64 that a single customer is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return hashlib.sha256(address.encode()).hexdigest()[:32]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
