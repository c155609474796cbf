"""Connections to the primary of several Redis servers, whichever of them that is."""

import asyncio
import logging
import time
import weakref
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, RedisError

from owui_chassis.redis_connections import TcpConnection, TlsConnection, connection_class
from owui_chassis.redis_place import RedisPlace

log = logging.getLogger(__name__)
Address = tuple[str, int]
_ANSWER_SECONDS = 1.0
# A pool that connects anew asks once and not once per connection.
_BELIEVED_SECONDS = 0.5
# For some seconds after a change the former primary serves who is still connected, and forgets it later.
_WATCH_SECONDS = 1.0


class Primary:
    """Knows the address of the primary: asks the sentinels, over one lasting connection to each."""

    def __init__(self, place: RedisPlace) -> None:
        """Take a place with sentinels; nothing is asked yet."""
        sentinels = place.sentinels
        if sentinels is None:
            raise ValueError("this place has no sentinels")
        options = place.options()
        self.name = str(options.get("host") or "mymaster")
        kind = connection_class(place.url)
        tls = {name: value for name, value in options.items() if name.startswith(("ssl_", "context"))}
        self._sentinels: list[Any] = [
            Redis.from_pool(
                BlockingConnectionPool(
                    connection_class=kind,
                    max_connections=1,
                    timeout=_ANSWER_SECONDS,
                    host=host,
                    port=port,
                    username=sentinels.username or None,
                    password=sentinels.password or None,
                    socket_connect_timeout=_ANSWER_SECONDS,
                    socket_timeout=_ANSWER_SECONDS,
                    retry=Retry(NoBackoff(), 1),
                    **tls,
                )
            )
            for host, port in sentinels.addresses
        ]
        self._asking = asyncio.Lock()
        self._found: Address | None = None
        self._found_at = 0.0
        self._connections: weakref.WeakSet[_ToPrimary] = weakref.WeakSet()
        self._watching: asyncio.Task[None] | None = None

    async def address(self) -> Address:
        """Return its host and port; raise redis' ConnectionError when no sentinel knows it."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="watching the primary of Redis")
        async with self._asking:
            if self._found is None or time.monotonic() - self._found_at > _BELIEVED_SECONDS:
                self._found = await self._asked()
                self._found_at = time.monotonic()
            return self._found

    def doubt(self, address: Address) -> None:
        """Ask again next time: this one cannot be reached or is the primary no more."""
        if address == self._found:
            self._found = None

    def follow(self, connection: "_ToPrimary") -> None:
        """Cut this connection when its server is the primary no more."""
        self._connections.add(connection)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            try:
                async with self._asking:
                    found = self._found = await self._asked()
                    self._found_at = time.monotonic()
            except RedisConnectionError:
                continue
            left = [one for one in self._connections if (one.host, one.port) != found and one.cut()]
            if left:
                log.warning("the primary %s is %s:%d now", self.name, *found)

    async def close(self) -> None:
        """Close the connections to the sentinels."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
            self._watching = None
        for sentinel in self._sentinels:
            await sentinel.aclose()

    async def _asked(self) -> Address:
        for number, sentinel in enumerate(self._sentinels):
            try:
                answer: Any = await sentinel.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", self.name)
            except (RedisError, OSError) as error:
                log.info("a sentinel does not answer: %s", error)
                continue
            if answer:
                # Who answered is asked first from now on.
                self._sentinels.insert(0, self._sentinels.pop(number))
                host, port = (part.decode() if isinstance(part, bytes) else part for part in answer)
                return str(host), int(port)
        raise RedisConnectionError(f"no sentinel knows the primary {self.name}")


class _ToPrimary(AbstractConnection):
    """Finds the primary whenever it connects; a server that is the primary no more is left at once."""

    host: str
    port: int

    def __init__(self, *, primary: Primary, **options: Any) -> None:
        self._primary = primary
        super().__init__(**options)

    async def _connect(self) -> None:
        self.host, self.port = await self._primary.address()
        try:
            await super()._connect()  # type: ignore[safe-super, no-untyped-call]  # of the class beside this one
        except BaseException:
            self._primary.doubt((self.host, self.port))
            raise
        self._primary.follow(self)

    def cut(self) -> bool:
        """Break the connection off, whoever uses it; return whether there was one."""
        if not self.is_connected or self._writer is None:
            return False
        self._writer.transport.abort()
        return True

    async def on_connect_check_health(self, check_health: bool = True) -> None:
        await super().on_connect_check_health(check_health)
        # Sentinels that have not noticed yet, and servers that were the primary, both answer.
        await self.send_command("ROLE", check_health=False)
        role = (await self.read_response())[0]
        if role not in {b"master", "master"}:
            await self._leave()

    async def read_response(self, *arguments: Any, **options: Any) -> Any:
        try:
            return await super().read_response(*arguments, **options)
        except ReadOnlyError:
            await self._leave()

    async def _leave(self) -> None:
        self._primary.doubt((self.host, self.port))
        await self.disconnect()
        raise RedisConnectionError(f"{self.host}:{self.port} is not the primary of {self._primary.name}")


class SentinelTcpConnection(_ToPrimary, TcpConnection):
    """To the primary over TCP."""


class SentinelTlsConnection(_ToPrimary, TlsConnection):
    """To the primary over TLS."""


class WatchedRedis(Redis):
    """A client of the primary; closing it closes what asks the sentinels, too."""

    def __init__(self, pool: BlockingConnectionPool, primary: Primary) -> None:
        super().__init__(connection_pool=pool)
        self.auto_close_connection_pool = True
        self._primary = primary

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        """Close all connections."""
        await super().aclose(close_connection_pool)
        await self._primary.close()
