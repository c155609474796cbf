"""Messages between processes over Redis publish/subscribe."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
Callback = Callable[[bytes], Awaitable[None] | None]
_QUIET_SECONDS = 5.0


class Events:
    """Publishes to channels; nobody listening is no error."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def publish(self, channel: str, payload: bytes) -> None:
        """Send to all who listen now; raise redis' errors when it is away."""
        await self._redis.publish(channel, payload)


class Subscriber:
    """Listens to channels over one connection, which is opened again whenever it breaks.

    Messages that are sent while the connection is down are lost: listeners learn of it by `on_reconnect`,
    which is called after every connecting, the first included; `missed_seconds` then says since when.
    """

    def __init__(self, redis: Redis, on_reconnect: Callable[[], Awaitable[None]] | None = None) -> None:
        self._redis = redis
        self._callbacks: dict[bytes, Callback] = {}
        self._on_reconnect = on_reconnect
        self._pubsub: PubSub | None = None
        self._wanted = asyncio.Event()
        # Subscribing and unsubscribing wait for the network: what is wanted may change meanwhile.
        self._changing = asyncio.Lock()
        # Since the first subscription or the last sign of life; nothing can have been missed before.
        self._heard_at: float | None = None
        self.missed_seconds = 0.0

    async def subscribe(self, channel: str, callback: Callback) -> None:
        """Call `callback` with the payload of each message on the channel."""
        name = channel.encode()
        self._callbacks[name] = callback
        if self._heard_at is None:
            self._heard_at = asyncio.get_running_loop().time()
        self._wanted.set()
        async with self._changing:
            if self._connected and name in self._callbacks:
                await self._tell("subscribe", channel)

    async def unsubscribe(self, channel: str) -> None:
        """Stop listening to the channel."""
        name = channel.encode()
        self._callbacks.pop(name, None)
        async with self._changing:
            if self._connected and name not in self._callbacks:
                await self._tell("unsubscribe", channel)

    @property
    def _connected(self) -> bool:
        connection: Any = self._pubsub.connection if self._pubsub is not None else None
        return connection is not None and bool(connection.is_connected)

    async def _tell(self, verb: str, channel: str) -> None:
        try:
            await getattr(self._pubsub, verb)(channel)
        except (RedisError, OSError):
            log.info("%s %s waits for the next connection to Redis", verb, channel)

    async def run(self) -> None:
        """Receive until the connection breaks; to be run with `Background.forever`."""
        await self._wanted.wait()
        async with self._connection() as pubsub:
            connection: Any = pubsub.connection
            keep_books: Any = pubsub.handle_message
            clock = asyncio.get_running_loop().time
            now = clock()
            self.missed_seconds = now - (self._heard_at or now)
            self._heard_at = now
            if self._on_reconnect is not None:
                await self._on_reconnect()
            watching = asyncio.create_task(self._watch(pubsub), name="silence of Redis")
            try:
                while True:
                    # `get_message` would cost more than everything that is done with a message.
                    response = await connection.read_response(
                        timeout=math.inf, disconnect_on_error=False, push_request=True
                    )
                    self._heard_at = clock()
                    if isinstance(response, list) and response[0] == b"message":
                        await self._deliver(response[1], response[2])
                    else:
                        await keep_books(response)
            finally:
                watching.cancel()

    async def _watch(self, pubsub: PubSub) -> None:
        """Ask for a sign of life when none has come for a while, and end the connection when none comes."""
        connection: Any = pubsub.connection
        clock = asyncio.get_running_loop().time
        while connection.is_connected:
            if not pubsub.subscribed:
                self._heard_at = clock()
            silent = clock() - (self._heard_at or 0.0)
            if silent >= 2 * _QUIET_SECONDS:
                # A host that vanished closes nothing: only its silence tells.
                log.warning("Redis does not answer")
                await connection.disconnect(nowait=True)
            elif silent >= _QUIET_SECONDS:
                with suppress(RedisError, OSError):
                    await pubsub.ping()
            await asyncio.sleep(_QUIET_SECONDS / 2)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PubSub]:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.connect()
            connection = pubsub.connection
            assert connection is not None  # noqa: S101 - just connected
            # redis-py would connect again without a word, and nobody would learn that messages were lost.
            patient, connection.retry = connection.retry, Retry(NoBackoff(), 0)
            try:
                async with self._changing:
                    if self._callbacks:
                        await pubsub.subscribe(*self._callbacks)
                    self._pubsub = pubsub
                yield pubsub
            finally:
                self._pubsub = None
                async with self._changing:
                    connection.retry = patient

    async def _deliver(self, channel: bytes, payload: bytes) -> None:
        callback = self._callbacks.get(channel)
        if callback is None:
            return
        try:
            result = callback(payload)
            if result is not None:
                await result
        except Exception:
            log.exception("a listener of %s failed", channel.decode())
