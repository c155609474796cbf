"""Which generations of vectors a new text goes into, and how the next one is built beside the former."""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from owui_chassis.errors import ServiceError

from owui_rag.ports import Embedder, Vectors
from owui_rag.usecases.ingest_parts import Target

log = logging.getLogger(__name__)
_BATCH = 256


class Engines(Protocol):
    """The engine of the settings, and those of generations that were made before."""

    def current(self) -> Embedder:
        """Return the engine that the settings name."""

    async def keep(self) -> None:
        """Remember how to reach it."""

    async def of(self, name: str) -> Embedder:
        """Return the engine of a generation; raise Unavailable."""


class Generations(Protocol):
    """The generations; each has id, name, dimensions and state ("building", "live" or "retired")."""

    async def all(self) -> Sequence[Any]:
        """Return all."""

    async def ensure(self, name: str, dimensions: int) -> Any:
        """Return the generation of an engine, made when there is none."""

    async def switch(self, generation_id: int) -> Any:
        """Let a generation answer from now on."""

    async def abandon(self, generation_id: int) -> None:
        """Remove one that is being built."""

    async def missing(self, generation: Any, count: int, after: int = 0) -> list[int]:
        """Return chunks without a vector in it."""


class ChunkVectors(Protocol):
    """Chunks whose vectors are made anew."""

    async def searched(self, chunk_ids: Sequence[int]) -> list[tuple[int, int, str]]:
        """Return (chunk, content, what is embedded) of those that are still there."""

    async def add(self, generation: Any, rows: Sequence[tuple[int, int, str]], vectors: Vectors) -> None:
        """Store their vectors; chunks that went meanwhile are left out."""


class Lease(Protocol):
    """Lets one process at a time build."""

    async def take(self) -> bool:
        """Take or renew; False while another process builds."""

    async def give(self) -> None:
        """Let another process."""


class IngestTargets:
    """The generations that are not retired; only that of the current engine has to be reachable."""

    def __init__(self, generations: Generations, engines: Engines) -> None:
        self._generations = generations
        self._engines = engines

    async def __call__(self) -> list[Target]:
        """Return the targets; raise ServiceError when the current engine cannot be asked."""
        current = self._engines.current()
        found = await self._used()
        if all(generation.name != current.name for generation in found):
            await self._engines.keep()
            await self._generations.ensure(current.name, await current.dimensions())
            found = await self._used()
        targets = []
        for generation in found:
            is_current = generation.name == current.name
            embedder = current if is_current else await self._other(generation.name)
            targets.append(Target(generation, embedder, required=is_current))
        return targets

    async def _other(self, name: str) -> Embedder | None:
        try:
            return await self._engines.of(name)
        except ServiceError as error:
            log.warning("new texts get no vectors of %s: %s", name, error.message)
            return None

    async def _used(self) -> list[Any]:
        return [each for each in await self._generations.all() if each.state != "retired"]


class BuildGeneration:
    """Brings the vectors to the engine that the settings name, while the former ones answer."""

    def __init__(
        self, generations: Generations, engines: Engines, chunks: ChunkVectors, lease: Lease
    ) -> None:
        self._generations = generations
        self._engines = engines
        self._chunks = chunks
        self._lease = lease

    async def run(self) -> bool:
        """Build what is missing and switch; return whether a new generation answers now.

        Raises ServiceError when the engine fails; what was built by then stays.
        """
        current = self._engines.current()
        await self._engines.keep()
        live = next((each for each in await self._generations.all() if each.state == "live"), None)
        if live is not None and live.name == current.name:
            return False
        if not await self._lease.take():
            return False
        try:
            return await self._build(current)
        finally:
            await self._lease.give()

    async def _build(self, current: Embedder) -> bool:
        generation = await self._generations.ensure(current.name, await current.dimensions())
        for other in await self._generations.all():
            if other.state == "building" and other.id != generation.id:
                await self._generations.abandon(other.id)
        if generation.state == "live":
            return True
        while await self._pass(generation, current):
            # Texts that were stored during the pass may lie before its end: look once more.
            if self._engines.current().name != current.name:
                return False
        if not await self._lease.take() or self._engines.current().name != current.name:
            return False
        await self._generations.switch(generation.id)
        log.info("%s answers from now on", generation.name)
        return True

    async def _pass(self, generation: Any, embedder: Embedder) -> int:
        """Embed all chunks that have no vector yet; return how many there were."""
        after = total = 0
        while ids := await self._generations.missing(generation, _BATCH, after):
            if not await self._lease.take() or self._engines.current().name != embedder.name:
                return total
            rows = await self._chunks.searched(ids)
            if rows:
                vectors = await embedder.embed_passages([text for _, _, text in rows])
                await self._chunks.add(generation, rows, vectors)
            after, total = ids[-1], total + len(ids)
        return total
