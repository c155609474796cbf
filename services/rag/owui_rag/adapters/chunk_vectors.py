"""Vectors of chunks that are there already, made anew for another generation."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.domain.ingestion import searched_text
from owui_rag.ports import Vectors

_CHUNKS = Statement("""
    SELECT id, content_id, text, headings FROM chunk WHERE id = ANY(CAST(:ids AS bigint[]))
    ORDER BY content_id, ordinal
""")
# Who deletes a content waits until its vectors are stored, and they go with it.
_LOCK = Statement("SELECT id FROM chunk WHERE id = ANY(CAST(:ids AS bigint[])) FOR KEY SHARE")


class ChunkVectors:
    """Port ChunkVectors."""

    def __init__(self, database: Database, index: IndexWriter) -> None:
        self._database = database
        self._index = index

    async def searched(self, chunk_ids: Sequence[int]) -> list[tuple[int, int, str]]:
        """Return (chunk, content, what is embedded) of those that are still there, by content."""
        rows = await self._database.fetch(_CHUNKS, ids=list(chunk_ids))
        return [(row.id, row.content_id, searched_text(row.text, row.headings)) for row in rows]

    async def add(self, generation: Any, rows: Sequence[tuple[int, int, str]], vectors: Vectors) -> None:
        """Store their vectors; chunks that went meanwhile are left out."""
        async with self._database.begin() as connection:
            locked = await connection.execute(_LOCK.text, {"ids": [chunk for chunk, _, _ in rows]})
            present = {row.id for row in locked.all()}
            kept = [(place, row) for place, row in enumerate(rows) if row[0] in present]
            for content_id, group in groupby(kept, key=lambda item: item[1][1]):
                part = list(group)
                await self._index.add_vectors(
                    connection,
                    content_id,
                    [row[0] for _, row in part],
                    vectors[[place for place, _ in part]],
                    generation,
                )
