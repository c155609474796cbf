"""Decides from which web pages a socket may be opened."""

from starlette.types import Scope

from owui_gateway.http.headers import header


class Origins:
    """Pages of this installation always may, others when CORS_ALLOW_ORIGIN names them.

    Programs that are no browsers send no Origin; they are let through to the handshake.
    """

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = frozenset(origin.rstrip("/") for origin in allowed)

    def allows(self, scope: Scope) -> bool:
        """Whether the Origin of a handshake is one of ours."""
        origin = header(scope["headers"], b"origin").decode("latin-1").rstrip("/")
        if not origin or "*" in self._allowed or origin in self._allowed:
            return True
        host = header(scope["headers"], b"host").decode("latin-1")
        return host != "" and origin.partition("://")[2].lower() == host.lower()
