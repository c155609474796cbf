"""What auth tells the other processes through Redis."""

import logging
from collections.abc import Sequence

import orjson
from owui_chassis.database import Database
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import text

from owui_auth.ports import Clock

log = logging.getLogger(__name__)
_STREAM_ENTRIES = 10_000


class RedisAnnouncements:
    """Publishes revocations on `{prefix}:revocations`.

    A revocation that Redis did not carry is still in force: Postgres has it, and the gateways ask again
    within seconds.
    """

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._channel = f"{prefix}:revocations"

    async def revoked(self, user_id: str, credential_id: str | None) -> None:
        """A credential, or all of a person, are worth nothing any more."""
        payload = orjson.dumps({"user_id": user_id, "credential_id": credential_id})
        try:
            await self._redis.publish(self._channel, payload)
        except (RedisError, OSError):
            log.warning("a revocation reaches the gateways with their next look-up: Redis is away")


class DeletionAnnouncer:
    """Appends deleted accounts to the stream `{prefix}:users:deleted`, until Redis has taken each of them."""

    def __init__(self, database: Database, redis: Redis, prefix: str, clock: Clock) -> None:
        self._database = database
        self._redis = redis
        self._stream = f"{prefix}:users:deleted"
        self._clock = clock

    async def announce(self) -> None:
        """Announce what is not announced yet; raise redis' errors when it is away."""
        while pending := await self._pending():
            for user_id in pending:
                payload = orjson.dumps({"user_id": user_id})
                await self._redis.xadd(
                    self._stream, {"data": payload}, maxlen=_STREAM_ENTRIES, approximate=True
                )
            await self._mark(pending)

    async def _pending(self) -> Sequence[str]:
        query = text(
            "SELECT user_id FROM user_deletion WHERE announced_at IS NULL"
            " ORDER BY deleted_at, user_id LIMIT 100"
        )
        async with self._database.connect() as connection:
            return list((await connection.execute(query)).scalars())

    async def _mark(self, user_ids: Sequence[str]) -> None:
        query = text("UPDATE user_deletion SET announced_at = :now WHERE user_id = ANY(:ids)")
        async with self._database.connect() as connection:
            await connection.execute(query, {"now": self._clock(), "ids": list(user_ids)})
