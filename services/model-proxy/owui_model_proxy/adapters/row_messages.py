"""Telling other replicas that rows have changed."""

import logging
from collections.abc import Awaitable, Callable

from owui_chassis.background import Background
from owui_chassis.events import Events, Subscriber
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
REREAD_SECONDS = 5.0


class RowMessages:
    """Messages are a hint; the revision in the table is read every five seconds as well."""

    def __init__(self, events: Events, subscriber: Subscriber, prefix: str) -> None:
        self._events = events
        self._subscriber = subscriber
        self._channel = f"{prefix}:model-proxy:models"

    async def start(self, background: Background, follow: Callable[[], Awaitable[None]]) -> None:
        """Call `follow` whenever rows may have changed."""
        await self._subscriber.subscribe(self._channel, lambda _: follow())
        background.forever(self._subscriber.run, "messages about models")
        background.every(REREAD_SECONDS, follow, "re-reading models")

    async def changed(self) -> None:
        """Tell the other replicas."""
        try:
            await self._events.publish(self._channel, b"changed")
        except (RedisError, OSError):
            log.warning("other replicas see changed models within %g s: Redis is away", REREAD_SECONDS)
