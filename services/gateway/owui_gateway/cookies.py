"""The session cookie: set by answers that sign somebody in, cleared by signing out."""

from collections.abc import Mapping, Sequence
from email.utils import formatdate

from google.protobuf.message import Message
from starlette.requests import Request

from owui_gateway.settings import GatewaySettings
from owui_gateway.transcoding.ports import AnswerHeaders

_SERVICE = "owui.auth.v1.SessionService"


class SessionCookie:
    """Writes the cookie `token`: HttpOnly, with the lifetime of the session."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._same_site = settings.cookie_same_site
        self._secure = settings.cookie_secure

    def by_method(self) -> Mapping[str, AnswerHeaders]:
        """Return which methods set or clear it."""
        return {
            f"{_SERVICE}.SignIn": self.signed_in,
            f"{_SERVICE}.SignUp": self.signed_in,
            f"{_SERVICE}.SignOut": self.signed_out,
        }

    def signed_in(self, request: Request, answer: Message) -> Sequence[tuple[bytes, bytes]]:
        """Return the header that sets the cookie."""
        user = answer.user  # type: ignore[attr-defined]  # both answers carry the session's user
        expires = formatdate(user.expires_at, usegmt=True) if user.expires_at else ""
        return [self._header(request, user.token, expires)]

    def signed_out(self, request: Request, answer: Message) -> Sequence[tuple[bytes, bytes]]:
        """Return the header that clears the cookie."""
        return [self._header(request, "", formatdate(0, usegmt=True))]

    def _header(self, request: Request, value: str, expires: str) -> tuple[bytes, bytes]:
        secure = self._secure if self._secure is not None else request.url.scheme == "https"
        parts = [f"token={value}", "Path=/", "HttpOnly", f"SameSite={self._same_site}"]
        if expires:
            parts.append(f"Expires={expires}")
        if secure:
            parts.append("Secure")
        return b"set-cookie", "; ".join(parts).encode("latin-1")
