"""Where Celery's messages are, in its own spelling: the platform's Redis or another one."""

import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from owui_chassis.redis_place import RedisPlace
from redis.asyncio.connection import parse_url

_ANSWER_SECONDS = 2.0


@dataclass(frozen=True)
class Broker:
    """An address with what Celery has to be told beside it."""

    url: str = field(repr=False)
    tls: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict, repr=False)


def broker_of(place: RedisPlace) -> Broker:
    """Return the broker at a place that is no cluster."""
    given: dict[str, Any] = dict(parse_url(place.url))
    user = place.username or str(given.get("username") or "")
    password = place.password or str(given.get("password") or "")
    credentials = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user or password else ""
    database = int(given.get("db") or 0)
    tls = _tls(place, given) if place.encrypted else None
    if place.sentinels is not None:
        urls = [
            f"sentinel://{credentials}{_host(host)}:{port}/{database}"
            for host, port in place.sentinels.addresses
        ]
        theirs: dict[str, Any] = {"socket_timeout": _ANSWER_SECONDS, "ssl": place.encrypted, **(tls or {})}
        if place.sentinels.password:
            theirs["password"] = place.sentinels.password
        if place.sentinels.username:
            theirs["username"] = place.sentinels.username
        options = {"master_name": given.get("host") or "mymaster", "sentinel_kwargs": theirs}
        return Broker(";".join(urls), tls, options)
    if "path" in given:
        return Broker(f"redis+socket://{credentials}{quote(given['path'])}?virtual_host={database}")
    address = f"{_host(str(given.get('host') or 'localhost'))}:{given.get('port') or 6379}"
    return Broker(f"redis://{credentials}{address}/{database}", tls)


def _host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _tls(place: RedisPlace, given: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in given.items() if name.startswith("ssl_")}
    tls: dict[str, Any] = {"ssl_cert_reqs": ssl.CERT_REQUIRED, **said}
    if place.trust.bundle:
        tls.setdefault("ssl_ca_certs", place.trust.bundle)
    return tls
