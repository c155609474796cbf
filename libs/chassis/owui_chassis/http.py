"""HTTP clients for what is outside the platform: certificates and proxies as the operator set them."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp

from owui_chassis.certificates import Trust
from owui_chassis.proxies import OutboundProxies

_CONNECTIONS = 100


class Outside(Protocol):
    """What of the settings an HTTP client needs; see `owui_chassis.settings_of.outside`."""

    @property
    def trust(self) -> Trust:
        """Whose certificates are believed."""

    @property
    def proxies(self) -> OutboundProxies:
        """Which proxy an address is reached through."""


def open_session(outside: Outside, *, limit: int = _CONNECTIONS, **options: Any) -> aiohttp.ClientSession:
    """Return a session with at most `limit` connections; other options are those of aiohttp's session."""
    connector = aiohttp.TCPConnector(limit=limit, ssl=outside.trust.http)
    return aiohttp.ClientSession(connector=connector, middlewares=(_through(outside.proxies),), **options)


def _through(
    proxies: OutboundProxies,
) -> Callable[[aiohttp.ClientRequest, aiohttp.ClientHandlerType], Awaitable[aiohttp.ClientResponse]]:
    async def choose_proxy(
        request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if proxy := proxies.for_url(request.url):
            request.update_proxy(proxy, None, None)
        return await send(request)

    return choose_proxy
