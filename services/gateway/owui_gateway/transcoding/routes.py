"""Serve the methods of the contracts over REST: find the route, decode, call, encode."""

from collections.abc import Iterable, Mapping
from typing import Generic
from urllib.parse import quote

from fastapi import FastAPI
from google.protobuf.descriptor import ServiceDescriptor
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from owui_gateway.transcoding.bindings import Binding, bindings_of
from owui_gateway.transcoding.encode import encoder_of
from owui_gateway.transcoding.fields import ContractError
from owui_gateway.transcoding.paths import RouteTable, segments_of
from owui_gateway.transcoding.ports import (
    ROUTE_SCOPE_KEY,
    STATUS_SCOPE_KEY,
    AnswerHeaders,
    Authenticate,
    Call,
    CallerT,
)
from owui_gateway.transcoding.requests import RequestDecoder

_FOUND = "owui.transcoding.found"


class TranscodedRoute(Generic[CallerT]):
    """Answers the requests of one binding."""

    def __init__(
        self,
        binding: Binding,
        call: Call[CallerT],
        authenticate: Authenticate[CallerT],
        headers: AnswerHeaders | None,
    ) -> None:
        self.binding = binding
        self._decoder = RequestDecoder(binding)
        self._encode = encoder_of(binding.method.output_type, binding.response_body)
        self._call = call
        self._authenticate = authenticate
        self._headers = headers

    async def handle(self, captures: tuple[str, ...], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; ServiceError and RequestValidationError pass up to the gateway's tables."""
        binding = self.binding
        scope[STATUS_SCOPE_KEY] = binding.statuses
        scope[ROUTE_SCOPE_KEY] = binding.template.text
        request = Request(scope, receive)
        caller = await self._authenticate(request, binding.access)
        body, content_type = b"", ""
        if self._decoder.reads_body:
            try:
                body = await request.body()
            except ClientDisconnect:
                # Nobody is left to answer.
                return
            content_type = request.headers.get("content-type", "")
        message = self._decoder.decode(captures, scope.get("query_string", b""), body, content_type)
        answer = await self._call(binding.method, message, caller)
        answer_type, content = self._encode(answer)
        headers = [(b"content-type", answer_type), (b"content-length", b"%d" % len(content))]
        if self._headers is not None:
            headers.extend(self._headers(request, answer))
        if binding.success == 204:
            headers, content = headers[2:], b""
        await send({"type": "http.response.start", "status": binding.success, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class TranscodedRoutes(BaseRoute, Generic[CallerT]):
    """All transcoded routes as one entry of the application's router, found by a tree."""

    def __init__(self) -> None:
        self._table: RouteTable[TranscodedRoute[CallerT]] = RouteTable()

    def add(self, route: TranscodedRoute[CallerT]) -> None:
        """Add a route; raises ContractError when two methods want the same verb and path."""
        other = self._table.add(route.binding.verb, route.binding.template, route)
        if other is not None:
            raise ContractError(f"{route.binding} has the verb and path of {other.binding}")

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Find the route of a request; PARTIAL where only other verbs have this path."""
        if scope["type"] != "http":
            return Match.NONE, {}
        segments = segments_of(_raw_path(scope))
        found = self._table.find(scope["method"], segments)
        if found is not None:
            return Match.FULL, {_FOUND: found}
        verbs = self._table.verbs(segments)
        if verbs:
            return Match.PARTIAL, {_FOUND: verbs}
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with what `matches` found."""
        found = scope[_FOUND]
        if isinstance(found, frozenset):
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(found))})
        route, captures = found
        await route.handle(captures, scope, receive, send)


def register(
    app: FastAPI,
    services: Iterable[ServiceDescriptor],
    call: Call[CallerT],
    authenticate: Authenticate[CallerT],
    headers: Mapping[str, AnswerHeaders] | None = None,
) -> list[Binding]:
    """Add the REST routes of `services` to the application and return their bindings.

    Routes added before win over these, routes added after lose: hand-written routes that a parameter here
    would swallow come first, catch-alls last. `headers` gives extra headers to the answers of methods, by
    their full name.
    Raises ContractError for a contract that cannot be served.
    """
    remaining = dict(headers or {})
    bindings = bindings_of(services)
    routes: TranscodedRoutes[CallerT] = TranscodedRoutes()
    for binding in bindings:
        extra = remaining.get(binding.method.full_name)
        routes.add(TranscodedRoute(binding, call, authenticate, extra))
    unknown = remaining.keys() - {binding.method.full_name for binding in bindings}
    if unknown:
        raise ContractError(f"headers are given for methods without a route: {', '.join(sorted(unknown))}")
    app.router.routes.append(routes)
    # `/api/v1/chats` and `/api/v1/chats/` are different things to clients of this interface.
    app.router.redirect_slashes = False
    return bindings


def _raw_path(scope: Scope) -> str:
    """Return the path as it was sent, without the prefix under which the application is mounted."""
    raw = scope.get("raw_path")
    path: str = raw.decode("latin-1") if raw is not None else quote(scope["path"], safe="/%")
    root: str = scope.get("root_path", "")
    return path.removeprefix(root) if root else path
