"""Let requests that have no method of their own pass to a provider."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import orjson
from owui_chassis.errors import Forbidden, Invalid, NotFound
from owui_chassis.identity import Principal

from owui_model_proxy.domain.addresses import is_safe_path
from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.pass_through import UNLOAD, is_method, manages_model, names_model, unload_body
from owui_model_proxy.domain.request_params import strip_ours
from owui_model_proxy.ports import ProviderRequest
from owui_model_proxy.usecases.door import Door, model_of, refuse_redirect

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Passing:
    """A request that shall pass."""

    dialect: Dialect
    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    index: int | None


@dataclass(frozen=True, slots=True)
class PassedHead:
    """How the answer begins."""

    status: int
    content_type: str


@dataclass(frozen=True, slots=True)
class _Outgoing:
    connection: Connection
    path: str
    body: bytes


class PassThrough:
    """Administrators reach every path; others those that name a model which they may use."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __call__(
        self, wanted: Passing, principal: Principal
    ) -> AsyncGenerator[PassedHead | bytes, None]:
        """Give the head and then bytes.

        Raises Forbidden or NotFound for what the caller may not do, Unavailable when the provider fails.
        """
        if not is_method(wanted.method):
            raise Invalid("This method is not passed on", "method_not_allowed")
        if not is_safe_path(wanted.path) or "#" in wanted.query:
            raise Invalid("This path cannot be passed on", "path_not_allowed")
        with self._door.gate.inside():
            outgoing = await self._outgoing(wanted, principal)
            request = ProviderRequest(
                wanted.method,
                outgoing.path,
                outgoing.body,
                wanted.content_type or JSON,
                wanted.query,
                self._door.headers(principal),
            )
            async with self._door.providers.ask(outgoing.connection, request) as answer:
                refuse_redirect(answer, outgoing.connection.host)
                if wanted.path == UNLOAD and answer.status == 200:
                    yield PassedHead(200, JSON)
                    yield b'{"status":true}'
                    return
                yield PassedHead(answer.status, answer.content_type)
                while data := await answer.read_some():
                    yield data

    async def _outgoing(self, wanted: Passing, principal: Principal) -> _Outgoing:
        self._door.check_size(wanted.body)
        managing = principal.is_admin and manages_model(wanted.dialect, wanted.path)
        if not principal.is_admin and not names_model(wanted.dialect, wanted.method, wanted.path):
            raise Forbidden("This path is for administrators", "path_not_allowed")
        if managing or names_model(wanted.dialect, wanted.method, wanted.path):
            body = self._door.read(wanted.body)
            try:
                connection, upstream_id = await self._model_target(wanted, model_of(body), principal)
            except NotFound:
                # An administrator may name what no list holds, such as a model of speech.
                if not principal.is_admin:
                    raise
            else:
                if wanted.path == UNLOAD:
                    unload = orjson.dumps(unload_body(upstream_id))
                    return _Outgoing(connection, "api/generate", unload)
                strip_passed(wanted.path, body)
                body["model"] = upstream_id
                return _Outgoing(connection, wanted.path, self._door.write(body))
        return _Outgoing(self._connection(wanted.dialect, wanted.index), wanted.path, wanted.body)

    async def _model_target(
        self, wanted: Passing, model: str, principal: Principal
    ) -> tuple[Connection, str]:
        route = await self._door.catalogue.route(model, principal)
        target = route.base.target(wanted.index)
        if target is None or target[0].dialect is not wanted.dialect:
            raise NotFound("Model not found", "model_not_found")
        return target

    def _connection(self, dialect: Dialect, index: int | None) -> Connection:
        usable = [
            state.connection
            for state in self._door.catalogue.states()
            if state.connection.usable
            and state.connection.dialect is dialect
            and not state.connection.is_demo
        ]
        found = next((one for one in usable if index is None or one.index == index), None)
        if found is None:
            raise NotFound("There is no such connection", "connection_not_found")
        return found


def strip_passed(path: str, body: dict[str, Any]) -> None:
    """Remove our own fields from requests for completions; other requests have their own meaning for them."""
    if path.endswith(("completions", "api/chat", "api/generate")):
        strip_ours(body)
