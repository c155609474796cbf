"""Promised uploads in Redis, where they end by themselves."""

from datetime import timedelta

import msgspec
from redis.asyncio import Redis

from owui_rag.usecases.direct_upload import Promise

# Taking over a large file may begin in the last second of an address.
_GRACE_SECONDS = 3600
_CLAIM_SECONDS = 3600


class RedisPromises:
    """One key per promise, another one while it is being redeemed."""

    def __init__(self, redis: Redis, prefix: str, lifetime: timedelta) -> None:
        self._redis = redis
        self._prefix = prefix
        self._seconds = int(lifetime.total_seconds()) + _GRACE_SECONDS

    async def add(self, file_id: str, promise: Promise) -> None:
        """Remember a promise."""
        await self._redis.set(self._key(file_id), msgspec.json.encode(promise), ex=self._seconds)

    async def get(self, file_id: str) -> Promise | None:
        """Return a promise; None when there is none any more."""
        found = await self._redis.get(self._key(file_id))
        return None if found is None else msgspec.json.decode(found, type=Promise)

    async def is_open(self, file_id: str) -> bool:
        """Tell whether a promise is there still."""
        return bool(await self._redis.exists(self._key(file_id)))

    async def claim(self, file_id: str) -> bool:
        """Begin to redeem a promise; return False when somebody is doing so."""
        claimed = await self._redis.set(self._claim(file_id), b"1", ex=_CLAIM_SECONDS, nx=True)
        # What is being taken over is not swept away meanwhile.
        await self._redis.expire(self._key(file_id), self._seconds)
        return bool(claimed)

    async def release(self, file_id: str, *, redeemed: bool) -> None:
        """End that; a promise that was redeemed is forgotten."""
        names = [self._claim(file_id), *([self._key(file_id)] if redeemed else [])]
        await self._redis.delete(*names)

    def _key(self, file_id: str) -> str:
        return f"{self._prefix}:rag:upload:{file_id}"

    def _claim(self, file_id: str) -> str:
        return f"{self._prefix}:rag:upload-claim:{file_id}"
