"""Chunks that no search by meaning finds, and tables of vectors that nothing reads."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import asyncpg
from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text

from owui_rag.adapters.chunk_vectors import ChunkVectors
from owui_rag.adapters.index.generations import Generations
from owui_rag.adapters.index.vectors import table
from owui_rag.adapters.reconciliation.texts import found_of
from owui_rag.domain.reconciliation import MOST, Found
from owui_rag.ports import Embedder

log = logging.getLogger(__name__)
_AT_ONCE = 64
_ABANDONED = Statement("""
    SELECT relname AS id, count(*) OVER () AS total FROM pg_class
    WHERE relnamespace = to_regnamespace(CAST(:schema AS text)) AND relkind = 'r'
        AND relname ~ '^embedding_[0-9]+$' AND NOT EXISTS (
            SELECT 1 FROM embedding_generation
            WHERE 'embedding_' || embedding_generation.id = relname AND state <> 'retired'
        )
    ORDER BY relname
""")


class ChunksWithoutVectors:
    """Chunks that lack a vector in the generation that answers."""

    kind = "chunks_without_vectors"

    def __init__(
        self,
        database: Database,
        chunks: ChunkVectors,
        engine_of: Callable[[str], Awaitable[Embedder]],
        grace: timedelta,
    ) -> None:
        self._database = database
        self._generations = Generations(database)
        self._chunks = chunks
        self._engine_of = engine_of
        self._grace = grace

    async def find(self) -> Found:
        """Return them; none while there is no generation."""
        live = await self._generations.live()
        if live is None:
            return Found(0, [])
        statement = Statement(f"""
            SELECT chunk.id, count(*) OVER () AS total
            FROM chunk JOIN content ON content.id = chunk.content_id
            WHERE content.created_at < now() - CAST(:grace AS interval) AND NOT EXISTS (
                SELECT 1 FROM {table(live.id)} AS entry WHERE entry.chunk_id = chunk.id
            ) ORDER BY chunk.id LIMIT {MOST}
        """)  # noqa: S608 - numbers of ours
        return found_of(await self._database.fetch(statement, grace=self._grace))

    async def repair(self, ids: Sequence[str]) -> int:
        """Embed them; raise ServiceError when the engine is away."""
        live = await self._generations.live()
        if live is None:
            return 0
        engine = await self._engine_of(live.name)
        repaired = 0
        for start in range(0, len(ids), _AT_ONCE):
            rows = await self._chunks.searched([int(each) for each in ids[start : start + _AT_ONCE]])
            if not rows:
                continue
            vectors = await engine.embed_passages([words for _, _, words in rows])
            try:
                await self._chunks.add(live, rows, vectors)
                repaired += len(rows)
            except (asyncpg.UniqueViolationError, asyncpg.UndefinedTableError):
                # A worker read the file again, or another generation answers now: the next run looks again.
                log.info("vectors came from elsewhere meanwhile")
        return repaired


class AbandonedVectors:
    """Tables of generations that are retired or gone."""

    kind = "abandoned_vectors"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self) -> Found:
        """Return the names of the tables; a generation and its table come in one transaction."""
        return found_of(await self._database.fetch(_ABANDONED, schema=self._database.schema))

    async def repair(self, ids: Sequence[str]) -> int:
        """Drop them, while nobody begins or ends a generation."""
        async with self._database.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended('owui rag generations', 0))")
            )
            rows = await connection.execute(_ABANDONED.text, {"schema": self._database.schema})
            gone = [row.id for row in rows if row.id in ids]
            for name in gone:
                await connection.execute(text(f"DROP TABLE {table(int(name.removeprefix('embedding_')))}"))
        return len(gone)
