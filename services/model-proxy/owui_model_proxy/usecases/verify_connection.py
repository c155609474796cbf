"""Try a connection before it is used."""

import orjson
from owui_chassis.errors import Invalid, Unavailable

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.ports import ProviderRequest, Providers

_PATHS = {Dialect.OPENAI: "models", Dialect.OLLAMA: "api/version"}


class VerifyConnection:
    """Asks the address for its models or its version, within a bounded time."""

    def __init__(self, providers: Providers, seconds: float) -> None:
        self._providers = providers
        self._seconds = seconds

    async def __call__(self, connection: Connection) -> bytes:
        """Return what the server says; raise Invalid or Unavailable with a sentence that helps."""
        if connection.problem:
            raise Invalid(connection.problem, "connection_invalid")
        request = ProviderRequest("GET", _PATHS[connection.dialect])
        async with self._providers.ask(connection, request, self._seconds) as answer:
            if answer.status != 200:
                raise Unavailable(_sentence(answer.status, connection), "provider_refused")
            body = await answer.read_all()
        try:
            orjson.loads(body)
        except orjson.JSONDecodeError:
            raise Unavailable(
                f"{connection.host} answers, but not with JSON: is it the address of the API?",
                "provider_garbage",
            ) from None
        return body


def _sentence(status: int, connection: Connection) -> str:
    host = connection.host
    if status in {401, 403}:
        return f"{host} refuses the key ({status})"
    if status == 404:
        missing = "/v1" if connection.dialect is Dialect.OPENAI else "the address without a path"
        return f"{host} has no such path (404): the address often ends in {missing}"
    if 300 <= status < 400:
        return f"{host} answers with a redirect ({status}); use the address it redirects to"
    return f"{host} answers with status {status}"
