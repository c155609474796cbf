"""Read and replace the connections."""

from collections.abc import Mapping, Sequence
from typing import Any

from owui_chassis.errors import Invalid
from owui_chassis.live import LiveSettings

from owui_model_proxy.domain.addresses import problem_of
from owui_model_proxy.domain.connections import (
    Connection,
    demo_connection,
    ollama_connections,
    openai_connections,
    with_demo,
)
from owui_model_proxy.usecases.catalogue import Catalogue

MAXIMUM_CONNECTIONS = 100
SETTLE_SECONDS = 2.0


def connections_of(live: Any) -> tuple[Connection, ...]:
    """Return the connections that the settings describe now."""
    ollama_urls = live.ollama_base_urls
    if not ollama_urls and live.ollama_api_base_url:
        ollama_urls = (live.ollama_api_base_url.rstrip("/").removesuffix("/api"),)
    demo = demo_connection(
        live.demo_model_base_url, live.demo_model_api_key, live.demo_model_id, live.demo_model_name
    )
    return with_demo(
        [
            *openai_connections(
                live.enable_openai_api,
                live.openai_api_base_urls,
                live.openai_api_keys,
                live.openai_api_configs,
            ),
            *ollama_connections(live.enable_ollama_api, ollama_urls, live.ollama_api_configs),
        ],
        demo,
    )


class Configure:
    """Changes reach all replicas through the settings."""

    def __init__(self, live: LiveSettings[Any], catalogue: Catalogue) -> None:
        self._live = live
        self._catalogue = catalogue

    async def set_openai(
        self,
        enabled: bool | None,
        urls: Sequence[str],
        keys: Sequence[str],
        configs: Mapping[str, Any],
        by: str,
    ) -> None:
        """Replace the OpenAI-compatible connections; raise Invalid for addresses that cannot be used."""
        cleaned = _addresses(urls)
        padded = [*(key.strip() for key in keys), *[""] * len(cleaned)][: len(cleaned)]
        values: dict[str, Any] = {
            "openai_api_base_urls": cleaned,
            "openai_api_keys": tuple(padded),
            "openai_api_configs": _configs(configs, cleaned),
        }
        if enabled is not None:
            values["enable_openai_api"] = enabled
        await self._store(values, by)

    async def set_ollama(
        self, enabled: bool | None, urls: Sequence[str], configs: Mapping[str, Any], by: str
    ) -> None:
        """Replace the Ollama connections; raise Invalid for addresses that cannot be used."""
        cleaned = _addresses(urls)
        values: dict[str, Any] = {
            "ollama_base_urls": cleaned,
            "ollama_api_configs": _configs(configs, cleaned),
        }
        if enabled is not None:
            values["enable_ollama_api"] = enabled
        await self._store(values, by)

    async def _store(self, values: dict[str, Any], by: str) -> None:
        await self._live.set(by=by, **values)
        # Who saves a connection looks at the list of models next.
        await self._catalogue.lists.settle(SETTLE_SECONDS)


def _addresses(urls: Sequence[str]) -> tuple[str, ...]:
    cleaned = tuple(url.strip().rstrip("/") for url in urls)
    if len(cleaned) > MAXIMUM_CONNECTIONS:
        raise Invalid(
            f"At most {MAXIMUM_CONNECTIONS} connections of a kind are possible", "too_many_connections"
        )
    for number, url in enumerate(cleaned, start=1):
        # The address itself is not repeated: somebody may have put a password into it.
        if url and (problem := problem_of(url)):
            raise Invalid(f"Connection {number}: {problem}", "connection_invalid")
    return cleaned


def _configs(configs: Mapping[str, Any], urls: Sequence[str]) -> dict[str, Any]:
    for name, config in configs.items():
        if not isinstance(config, dict):
            raise Invalid(f"The configuration {name!r} has to be an object", "connection_invalid")
    known = {str(index) for index in range(len(urls))} | set(urls)
    return {name: config for name, config in configs.items() if name in known}
