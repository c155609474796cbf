"""Asking providers for their models."""

from datetime import timedelta

from owui_chassis.errors import Unavailable

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.provider_lists import ProviderModel, read_list
from owui_model_proxy.ports import ProviderRequest, Providers


class HttpListReader:
    """Reads `/models` or `/api/tags` within a time of its own."""

    def __init__(self, providers: Providers, within: timedelta) -> None:
        self._providers = providers
        self._seconds = within.total_seconds()

    async def __call__(self, connection: Connection) -> tuple[bytes, tuple[ProviderModel, ...]]:
        """Return the body and its models; raise Unavailable or ListError with a sentence."""
        path = "api/tags" if connection.dialect is Dialect.OLLAMA else "models"
        async with self._providers.ask(connection, ProviderRequest("GET", path), self._seconds) as answer:
            if answer.status != 200:
                raise Unavailable(
                    f"The model server at {connection.host} answered {answer.status}", "provider_refused"
                )
            body = await answer.read_all()
        return body, read_list(connection, body)
