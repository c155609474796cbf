"""The platform as people meet it: by the address of a proxy, over TLS."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import aiohttp

from tests.integration.clients.people import Person
from tests.integration.clients.rest import Rest
from tests.integration.world import World

from .front import Front

PATIENCE = 90.0  # seconds that busy machines may take


@contextlib.asynccontextmanager
async def within(what: str, seconds: float = PATIENCE) -> AsyncIterator[None]:
    """Raise AssertionError with what did not happen in time."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise AssertionError(f"waited {seconds:g} s for {what}") from None


class Site:
    """A platform behind a proxy; `http` is a browser that trusts the proxy's certificate."""

    def __init__(self, world: World, front: Front, bundle: Path) -> None:
        self.world = world
        self.front = front
        self._trusted = ssl.create_default_context(cafile=str(bundle))
        self.http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self.http = self.client()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    def client(self, address: str = "127.0.0.1") -> aiohttp.ClientSession:
        """Another browser, at this address of the machine."""
        connector = aiohttp.TCPConnector(
            limit=0, ssl=self._trusted, family=socket.AF_INET, local_addr=(address, 0)
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        )

    async def connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection."""
        port = self.front.machine.port
        return await asyncio.open_connection(
            "127.0.0.1", port, ssl=self._trusted, server_hostname="localhost"
        )

    async def person(self, **more: Any) -> Person:
        """Somebody who knows only the address of the proxy."""
        made = await self.world.person(**more)
        rest = Rest(self.http, self.front.base_url, made.token)
        return Person(made.id, made.name, made.email, made.role, made.password, rest)

    async def gauge(self, name: str) -> float:
        """The sum of a figure over the gateways, asked for behind the proxy's back."""
        return sum(await self.gauges(name))

    async def gauges(self, name: str) -> list[float]:
        """A figure of each gateway that answers."""
        found = []
        for url in self.world.stack.base_urls:
            rest = Rest(self.world.http, url, self.world.admin.token)
            text = (await rest.get("/metrics")).body.decode()
            [line] = [line for line in text.splitlines() if line.startswith(f"{name} ")]
            found.append(float(line.split()[1]))
        return found
