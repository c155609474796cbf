"""Ask the Ollama connections about themselves."""

import asyncio
import re
import time
from typing import Any

import orjson
from owui_chassis.errors import NotFound, ServiceError, Unavailable

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.ports import ProviderRequest, Providers
from owui_model_proxy.usecases.catalogue import Catalogue

ANSWER_SECONDS = 3.0
KEPT_SECONDS = 10.0


class OllamaState:
    """Versions are kept for ten seconds, because anybody may ask for them."""

    def __init__(self, catalogue: Catalogue, providers: Providers) -> None:
        self._catalogue = catalogue
        self._providers = providers
        self._versions: dict[str, tuple[float, str]] = {}
        self._asking = asyncio.Lock()

    def connections(self, index: int | None = None) -> list[Connection]:
        """Return the usable Ollama connections, or the one named; raise NotFound for an unknown one."""
        usable = [
            state.connection
            for state in self._catalogue.states()
            if state.connection.usable and state.connection.dialect is Dialect.OLLAMA
        ]
        if index is None:
            return usable
        chosen = [connection for connection in usable if connection.index == index]
        if not chosen:
            raise NotFound("There is no such connection", "connection_not_found")
        return chosen

    async def version(self, index: int | None) -> str:
        """Return the lowest version among those that answer; raise Unavailable when none does."""
        async with self._asking:
            found = await asyncio.gather(
                *(self._version(connection) for connection in self.connections(index))
            )
        versions = [version for version in found if version]
        if not versions:
            raise Unavailable("No Ollama server answers", "provider_unreachable")
        return min(versions, key=_comparable)

    async def loaded(self) -> dict[str, Any]:
        """Return the answer of /api/ps of each connection by its address; None for one that is away."""
        connections = self.connections()
        answers = await asyncio.gather(*(self._get(connection, "api/ps") for connection in connections))
        return {connection.url: answer for connection, answer in zip(connections, answers, strict=True)}

    async def _version(self, connection: Connection) -> str:
        until, version = self._versions.get(connection.url, (0.0, ""))
        if time.monotonic() > until:
            answer = await self._get(connection, "api/version")
            text = answer.get("version") if isinstance(answer, dict) else None
            version = text if isinstance(text, str) else ""
            known = {one.url for one in self.connections()}
            self._versions = {url: kept for url, kept in self._versions.items() if url in known}
            self._versions[connection.url] = (time.monotonic() + KEPT_SECONDS, version)
        return version

    async def _get(self, connection: Connection, path: str) -> Any:
        try:
            async with self._providers.ask(
                connection, ProviderRequest("GET", path), ANSWER_SECONDS
            ) as answer:
                return orjson.loads(await answer.read_all()) if answer.status == 200 else None
        except (ServiceError, orjson.JSONDecodeError):
            return None


def _comparable(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:4])
