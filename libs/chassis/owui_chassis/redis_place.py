"""Where a Redis is and how to get in."""

from dataclasses import dataclass, field
from typing import Any

from redis.asyncio.connection import parse_url

from owui_chassis.certificates import Trust


@dataclass(frozen=True)
class Sentinels:
    """Those who know which server is the primary; `username` and `password` are for them alone."""

    addresses: tuple[tuple[str, int], ...]
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class RedisPlace:
    """An address; with `sentinels` its host is the name of the primary, with `cluster` it is one node."""

    url: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    sentinels: Sentinels | None = None
    cluster: bool = False
    connect_seconds: float = 3.0
    trust: Trust = field(default_factory=Trust)

    @property
    def encrypted(self) -> bool:
        """Whether it is reached over TLS."""
        return self.url.startswith("rediss:")

    def options(self) -> dict[str, Any]:
        """Return what the address and the other values say, as arguments of our connections.

        Raises ValueError for an address that is none.
        """
        options: dict[str, Any] = {**self.encryption(), **parse_url(self.url)}
        options.pop("connection_class", None)
        if self.username:
            options["username"] = self.username
        if self.password:
            options["password"] = self.password
        return options

    def encryption(self) -> dict[str, Any]:
        """Return the arguments of connections for TLS; none where it is not used."""
        if not self.encrypted:
            return {}
        if any(name.startswith("ssl_") for name in parse_url(self.url)):
            # Who says in the address how servers are verified is obeyed.
            return {"ssl_ca_certs": self.trust.bundle} if self.trust.bundle else {}
        return {"context": self.trust.context()}
