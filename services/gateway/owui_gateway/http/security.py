"""Headers that tell browsers what not to do."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from owui_gateway.http.headers import header
from owui_gateway.settings import GatewaySettings


def security_headers(settings: GatewaySettings) -> list[tuple[bytes, bytes]]:
    """Return the headers of every answer."""
    wanted = {
        "x-content-type-options": settings.xcontent_type,
        "x-frame-options": settings.xframe_options,
        "referrer-policy": settings.referrer_policy,
        "strict-transport-security": settings.hsts,
        "permissions-policy": settings.permissions_policy,
        "x-download-options": settings.xdownload_options,
        "x-permitted-cross-domain-policies": settings.xpermitted_policies,
    }
    return [(name.encode(), value.encode()) for name, value in wanted.items() if value]


class SecurityHeaders:
    """Adds them to every answer, and a Cache-Control where an answer has none of its own."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]], cache_control: str = "") -> None:
        self._app = app
        self._headers = headers
        self._cache_control = cache_control.encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"]
                # What an answer says about itself is stricter, or meant.
                present = {pair[0] for pair in own}
                message["headers"] = [*own, *(pair for pair in self._headers if pair[0] not in present)]
                if self._cache_control and not header(own, b"cache-control"):
                    message["headers"].append((b"cache-control", self._cache_control))
            await send(message)

        await self._app(scope, receive, with_headers)
