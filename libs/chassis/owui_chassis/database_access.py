"""How a client gets into Postgres: the address, the certificates, and a password that may change."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from sqlalchemy.engine import URL, make_url

from owui_chassis.certificates import Trust

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
# What others put into an address and this driver does without, unless it is required.
_IGNORED = ("channel_binding", "gssencmode", "connect_timeout")
_REFUSED = (
    asyncpg.InvalidPasswordError,
    asyncpg.InvalidAuthorizationSpecificationError,
)


class Passwords(Protocol):
    """Gives the password for each new connection."""

    async def current(self) -> str:
        """Return the password; raise a ServiceError when there is none now."""

    def forget(self, value: str) -> None:
        """Give another one next time, if there is one: this one was refused."""


@dataclass(frozen=True)
class DatabaseAccess:
    """An address for the asyncpg driver, and what its connections need beyond it."""

    url: URL
    tls: ssl.SSLContext | str | bool | None = None
    passwords: Passwords | None = field(default=None, repr=False)

    def arguments(self) -> dict[str, Any]:
        """Return arguments of SQLAlchemy's connections; the password is asked for at each new one."""
        arguments: dict[str, Any] = {}
        if self.tls is not None:
            arguments["ssl"] = self.tls
        if self.passwords is not None:
            arguments["async_creator_fn"] = connecting(self.passwords)
        return arguments


def connecting(passwords: Passwords) -> Callable[..., Awaitable[Any]]:
    """Return what connects with the current password, and with the next one where that is refused."""

    async def connect(*arguments: Any, **options: Any) -> Any:
        password = await passwords.current()
        try:
            return await asyncpg.connect(*arguments, **{**options, "password": password})
        except _REFUSED:
            passwords.forget(password)
            following = await passwords.current()
            if following == password:
                raise
            return await asyncpg.connect(*arguments, **{**options, "password": following})

    return connect


class PasswordFile:
    """A file that holds the password at any moment; a mounted secret that is rotated, for example."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    async def current(self) -> str:
        """Return its content without the last line's end; raise OSError."""
        return (await asyncio.to_thread(self._path.read_text, "utf-8")).rstrip("\r\n")

    def forget(self, value: str) -> None:
        """Do nothing: the file is read each time."""


def async_url(url: str) -> URL:
    """Return the URL for the asyncpg driver, whichever spelling of Postgres it uses; raise ValueError."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+asyncpg")


def access_of(
    url: str | URL,
    *,
    mode: str = "",
    root: str = "",
    trust: Trust | None = None,
    passwords: Passwords | None = None,
) -> DatabaseAccess:
    """Return the access that an address describes, with libpq's words for TLS in it; they win over `mode`.

    Raises ValueError for words that are not known, CertificateError for files that cannot be read.
    """
    parsed = async_url(url) if isinstance(url, str) else url
    for name in _IGNORED:
        if parsed.query.get(name) == "require":
            raise ValueError(f"{name}=require is not supported; use sslmode=verify-full")
    given = dict(parsed.query)
    mode = str(given.get("sslmode") or given.get("ssl") or mode)
    root = str(given.get("sslrootcert") or root)
    certificate, key = given.get("sslcert"), given.get("sslkey")
    rest = parsed.difference_update_query([*_IGNORED, "sslmode", "ssl", "sslrootcert", "sslcert", "sslkey"])
    if passwords is not None:
        rest = rest.set(password=None)
    tls = _tls(mode, root, trust or Trust())
    if isinstance(tls, ssl.SSLContext) and certificate:
        tls.load_cert_chain(str(certificate), str(key) if key else None)
    return DatabaseAccess(rest, tls, passwords)


def _tls(mode: str, root: str, trust: Trust) -> ssl.SSLContext | str | bool | None:
    """Return what the driver takes for a mode; None leaves it to the driver."""
    if not mode:
        return None
    if mode == "disable":
        return False
    if mode in {"allow", "prefer"}:
        return mode
    if mode not in SSL_MODES:
        raise ValueError(f"sslmode is one of {', '.join(SSL_MODES)}, not {mode!r}")
    context = trust.context(file="" if root == "system" else root)
    if mode == "require" and not root:
        # As libpq has it: encrypted, and whoever answers is believed.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif mode != "verify-full":
        context.check_hostname = False
    return context
