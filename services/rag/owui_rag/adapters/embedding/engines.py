"""Remembers how to reach the engine of each generation, so that it answers after settings changed."""

from collections.abc import Callable
from typing import Any

import aiohttp
import msgspec
from owui_chassis.database import Database
from owui_chassis.encryption import Cipher
from owui_chassis.errors import Unavailable
from owui_chassis.grpc.channel import Channel
from owui_chassis.statements import Statement

from owui_rag.adapters.embedding.choose import embedder_of
from owui_rag.ports import Embedder

_KEEP = Statement("""
    INSERT INTO embedding_engine (name, settings, secrets)
    VALUES (:name, CAST(:settings AS jsonb), :secrets)
    ON CONFLICT (name) DO UPDATE
    SET settings = excluded.settings, secrets = excluded.secrets, updated_at = now()
    WHERE embedding_engine.settings <> excluded.settings OR embedding_engine.secrets <> excluded.secrets
""")
_READ = Statement("SELECT settings::text AS settings, secrets FROM embedding_engine WHERE name = :name")


class _Kept:
    """Former values of settings, by attribute as on the settings themselves."""

    def __init__(self, values: Any, kept: dict[str, Any]) -> None:
        self._values = values
        self._kept = kept

    def __getattr__(self, attribute: str) -> Any:
        kept = self.__dict__["_kept"]
        return kept[attribute] if attribute in kept else getattr(self.__dict__["_values"], attribute)


class EmbeddingEngines:
    """The engine that the settings name now, and those of generations that were made before."""

    def __init__(
        self, database: Database, values: Any, http: aiohttp.ClientSession, platform: Callable[[str], Channel]
    ) -> None:
        self._database = database
        self._values = values
        self._http = http
        self._platform = platform
        self._cipher = Cipher(values.secret_key, "embedding engine")
        self._kept: set[tuple[Any, ...]] = set()

    def current(self) -> Embedder:
        """Return the engine that the settings name; raise Invalid for nonsense."""
        return embedder_of(self._values, self._http, self._platform)

    async def keep(self) -> None:
        """Remember how to reach the current engine; cheap when nothing has changed."""
        declared = self._values.declared
        found = {name: getattr(self._values, name) for name in sorted(declared) if "embedding" in name}
        key = tuple(found.items())
        if key in self._kept:
            return
        secrets = {name: value for name, value in found.items() if declared[name].secret}
        plain = {name: value for name, value in found.items() if name not in secrets}
        await self._database.fetch(
            _KEEP,
            name=self.current().name,
            settings=msgspec.json.encode(plain).decode(),
            secrets=self._cipher.encrypt(msgspec.json.encode(secrets).decode()),
        )
        self._kept = {key}

    async def of(self, name: str) -> Embedder:
        """Return the engine of a generation by its name; raise Unavailable when it is not remembered."""
        current = self.current()
        if current.name == name:
            return current
        row = await self._database.first(_READ, name=name)
        if row is None:
            raise Unavailable(f"How to reach the embedding engine {name} is not known", "engine_unknown")
        kept = {**msgspec.json.decode(row.settings), **msgspec.json.decode(self._cipher.decrypt(row.secrets))}
        declared = self._values.declared
        known = {
            attribute: msgspec.convert(value, declared[attribute].type)
            for attribute, value in kept.items()
            if attribute in declared
        }
        return embedder_of(_Kept(self._values, known), self._http, self._platform)
