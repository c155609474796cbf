"""Makes each request a call: trace, client address, metrics, and one answer for every bug."""

import ipaddress
import logging
import time
from functools import lru_cache

from owui_chassis.call import Call, set_call, trace_id
from owui_chassis.tracing import new_trace, span, valid_trace
from prometheus_client import Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from owui_gateway.errors import problem
from owui_gateway.http.headers import header, header_list
from owui_gateway.transcoding.ports import ROUTE_SCOPE_KEY

log = logging.getLogger(__name__)
# Key of the ASGI scope under which the server's own `send` is found, for the bodies of streams.
DIRECT_SEND_SCOPE_KEY = "owui.direct_send"
_REQUESTS = Counter("owui_http_requests", "Requests answered.", ["method", "route", "status"])
_SECONDS = Histogram("owui_http_first_byte_seconds", "Time to the first byte of the answer.", ["route"])


class RequestContext:
    """The outermost layer."""

    def __init__(self, app: ASGIApp, proxies: tuple[str, ...]) -> None:
        self._app = app
        self._believe_all = "*" in proxies
        # Reading an address costs more than everything else here, and most requests come from the same few.
        self._believes = lru_cache(maxsize=4096)(self._is_proxy)
        self._proxies = [
            ipaddress.ip_network(proxy, strict=False) for proxy in proxies if proxy not in ("*", "")
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = scope["headers"]
        given = header(headers, b"traceparent").decode("latin-1")
        trace = given if valid_trace(given) else new_trace()
        agent = header(headers, b"user-agent").decode("latin-1")[:300]
        if self._from_proxy(scope) and header_list(headers, b"x-forwarded-proto")[:1] == ["https"]:
            scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        with span(f"{scope.get('method', 'WEBSOCKET')} {scope['path']}", trace) as inner:
            set_call(Call(trace=inner, client_address=self._client(scope), user_agent=_printable(agent)))
            await (self._http if scope["type"] == "http" else self._app)(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        status = 0
        complete = False

        async def observed(message: Message) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                _SECONDS.labels(_route(scope)).observe(time.perf_counter() - began)
                message["headers"] = [*message["headers"], (b"x-trace-id", trace_id().encode())]
            else:
                complete = not message.get("more_body", False)
            await send(message)

        # The layers change only how an answer begins; the bytes of a stream need not pass through them all.
        scope[DIRECT_SEND_SCOPE_KEY] = send
        try:
            await self._app(scope, receive, observed)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if not status:
                await problem(500, "Internal error")(scope, receive, observed)
            elif not complete:
                # The server cuts the connection: the client shall not take what it has for all of it.
                raise
        finally:
            _REQUESTS.labels(scope["method"], _route(scope), status).inc()

    def _client(self, scope: Scope) -> str:
        """Return the address of the client; what proxies say is believed only from proxies we know."""
        peer = scope["client"][0] if scope.get("client") else ""
        if not self._from_proxy(scope):
            return peer
        hops = header_list(scope["headers"], b"x-forwarded-for")
        for hop in reversed(hops):
            if not self._believes(hop):
                return _printable(hop)[:64]
        return _printable(hops[0])[:64] if hops else peer

    def _from_proxy(self, scope: Scope) -> bool:
        return bool(scope.get("client")) and self._believes(scope["client"][0])

    def _is_proxy(self, address: str) -> bool:
        if self._believe_all:
            return True
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        # A socket that listens on IPv6 and IPv4 shows IPv4 addresses in their IPv6 form.
        parsed = getattr(parsed, "ipv4_mapped", None) or parsed
        return any(parsed in network for network in self._proxies)


def _route(scope: Scope) -> str:
    """Return the template of the route that answered; addresses themselves would be too many labels."""
    return str(scope.get(ROUTE_SCOPE_KEY) or getattr(scope.get("route"), "path", "other"))


def _printable(text: str) -> str:
    """Keep what gRPC metadata can carry."""
    return "".join(character for character in text if " " <= character <= "~")
