"""Hears of deleted accounts: the stream `{prefix}:users:deleted`, each taken by one replica per service."""

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import ResponseError

log = logging.getLogger(__name__)
# Shorter than the time after which the client gives up on an answer.
_BLOCK_MILLISECONDS = 2000
# An entry whose replica died is taken by another after so long.
_ABANDONED_MILLISECONDS = 60_000
_AT_ONCE = 10


class UserDeletions:
    """Erases what belonged to deleted accounts; an entry is confirmed only when its erasure has succeeded."""

    def __init__(
        self, redis: Redis, prefix: str, service: str, erase: Callable[[str], Awaitable[None]]
    ) -> None:
        self._redis: Any = redis
        self._stream = f"{prefix}:users:deleted"
        self._service = service
        self._erase = erase
        self._consumer = uuid.uuid4().hex

    async def take(self) -> None:
        """Wait a moment for entries and erase what they name; raise redis' errors when it is away."""
        try:
            found = await self._redis.xautoclaim(
                self._stream, self._service, self._consumer, _ABANDONED_MILLISECONDS, count=_AT_ONCE
            )
            await self._erase_all(found[1])
            fresh = await self._redis.xreadgroup(
                self._service,
                self._consumer,
                {self._stream: ">"},
                count=_AT_ONCE,
                block=_BLOCK_MILLISECONDS,
            )
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            # From the first entry on: those that were written before the service ever ran count too.
            await self._redis.xgroup_create(self._stream, self._service, id="0", mkstream=True)
            return
        for _, entries in fresh or ():
            await self._erase_all(entries)

    async def _erase_all(self, entries: Any) -> None:
        for identifier, fields in entries:
            try:
                user_id = msgspec.json.decode(fields.get(b"data", b"{}"), type=dict[str, str]).get("user_id")
            except msgspec.DecodeError:
                log.warning("an entry about a deleted account cannot be read and is passed over")
                user_id = None
            if user_id:
                await self._erase(user_id)
            await self._redis.xack(self._stream, self._service, identifier)
