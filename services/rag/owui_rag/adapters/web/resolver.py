"""Connections only to addresses that were checked: names are resolved here and nowhere else."""

import ipaddress
import socket
from collections.abc import Callable
from errno import EACCES
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from owui_rag.domain.egress import EgressPolicy, EgressRefused
from owui_rag.domain.egress_addresses import Address


class CheckedResolver(AbstractResolver):
    """Resolves a name once per connection; the HTTP client connects to what this returns."""

    def __init__(self, inner: AbstractResolver, policy: Callable[[], EgressPolicy]) -> None:
        self._inner = inner
        self._policy = policy

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the addresses of a host; raise EgressRefused when one of them is refused, or OSError."""
        found = await self._inner.resolve(host, port, family)
        self._policy().check_addresses(address_of(entry["host"]) for entry in found)
        return found

    async def close(self) -> None:
        """Close the resolver behind this one."""
        await self._inner.close()


class CheckedSockets:
    """Makes the sockets of connections; the last look at the address, whichever way it came here."""

    def __init__(self, policy: Callable[[], EgressPolicy]) -> None:
        self._policy = policy

    def __call__(self, address_info: Any) -> socket.socket:
        """Return a socket for one entry of `getaddrinfo`; raise PermissionError for a refused address."""
        family, kind, protocol, _, place = address_info
        try:
            self._policy().check_addresses([address_of(place[0])])
        except EgressRefused as refused:
            # The client tries further addresses after an OSError and passes on nothing else in order.
            raise PermissionError(EACCES, refused.message) from None
        return socket.socket(family, kind, protocol)


def address_of(text: str) -> Address:
    """Read what a resolver returned; what is no address is refused."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        raise EgressRefused("The host of the address cannot be resolved.") from None
