"""The text of what was found, with the file it is from; read only where the caller may read."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from owui_chassis.database import Database
from owui_chassis.statements import Row, Statement

from owui_rag.adapters.index.generations import Generation
from owui_rag.adapters.index.scope_sql import SCOPE, scope_values, within
from owui_rag.adapters.index.vectors import QUERY, table, vector_text
from owui_rag.domain.ranking import Hit, Scope
from owui_rag.domain.ranking_fusion import Fused

# One file of the scope that has the content: the same text may be in many.
_FILE = """
    SELECT file.id AS file_id, file.filename, file.meta, file.user_id, file.hash, file.created_at,
        link.knowledge_id
    FROM file LEFT JOIN knowledge_file AS link
        ON link.file_id = file.id AND link.knowledge_id = ANY(ARRAY(SELECT id FROM base))
    WHERE file.content_id = chunk.content_id
        AND (link.knowledge_id IS NOT NULL
            OR file.id = ANY(ARRAY(SELECT id FROM named)))
    ORDER BY file.created_at, file.id, link.knowledge_id LIMIT 1
"""
_COLUMNS = """
    chunk.id, chunk.content_id, chunk.ordinal, chunk.text, chunk.page, chunk.start_at, chunk.end_at,
    chunk.headings, chunk.tokens
"""


@lru_cache(maxsize=8)
def _found(generation: int | None, dimensions: int) -> Statement:
    similarity, join = "CAST(NULL AS double precision)", ""
    if generation is not None:
        similarity = f"-(entry.embedding <#> {QUERY.format(dimensions=dimensions)})"
        join = f"LEFT JOIN {table(generation)} AS entry ON entry.chunk_id = chunk.id"
    return Statement(f"""{SCOPE}
        SELECT {_COLUMNS}, source.file_id, source.filename, source.meta, source.user_id,
            source.hash, source.knowledge_id,
            {similarity} AS similarity
        FROM chunk {join} CROSS JOIN LATERAL ({_FILE}) AS source
        WHERE chunk.id = ANY(CAST(:chunk_ids AS bigint[]))
            AND (CAST(:allowed AS bigint[]) IS NULL OR chunk.content_id = ANY(CAST(:allowed AS bigint[])))
    """)


_AROUND = Statement(f"""{SCOPE}
    SELECT chunk.content_id, chunk.ordinal, chunk.text, chunk.start_at, chunk.end_at, chunk.page, chunk.tokens
    FROM unnest(CAST(:contents AS bigint[]), CAST(:ordinals AS integer[])) AS wanted (content_id, ordinal)
    JOIN chunk ON chunk.content_id = wanted.content_id
        AND chunk.ordinal BETWEEN wanted.ordinal - CAST(:reach AS integer)
            AND wanted.ordinal + CAST(:reach AS integer)
    WHERE {within("chunk.content_id")}
""")


class Passages:
    """Reads chunks by their ids or places."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(
        self,
        scope: Scope,
        allowed: list[int] | None,
        chunk_ids: Sequence[int],
        generation: Generation | None,
        vector: NDArray[np.float32] | None,
    ) -> dict[int, Row]:
        """Return the rows of those chunks that are in the scope, with their similarity to a vector."""
        values: dict[str, Any] = scope_values(scope, allowed)
        if generation is None or vector is None:
            statement = _found(None, 0)
        else:
            statement = _found(generation.id, generation.dimensions)
            values["vector"] = vector_text(vector)
        rows = await self._database.fetch(statement, chunk_ids=list(chunk_ids), **values)
        return {row["id"]: row for row in rows}

    async def around(self, scope: Scope, places: Sequence[tuple[int, int]], reach: int) -> list[Row]:
        """Return the chunks at these places (content, ordinal) and up to `reach` before and after."""
        return await self._database.fetch(
            _AROUND,
            contents=[content for content, _ in places],
            ordinals=[ordinal for _, ordinal in places],
            reach=reach,
            **scope_values(scope),
        )


def hit_of(row: Row, fused: Fused, lexical: Mapping[int, float], near: Mapping[int, float]) -> Hit:
    """Return a found chunk; `lexical` and `near` are scores and similarities as far as they are known."""
    similarity = near.get(row["id"], row["similarity"])
    return Hit(
        chunk_id=row["id"], content_id=row["content_id"], ordinal=row["ordinal"], text=row["text"],
        page=row["page"], start=row["start_at"], end=row["end_at"], headings=tuple(row["headings"]),
        tokens=row["tokens"], file_id=row["file_id"], filename=row["filename"],
        knowledge_id=row["knowledge_id"], metadata=row["meta"], user_id=row["user_id"],
        file_hash=row["hash"] or "", score=fused.score, query=fused.query,
        vector_score=None if similarity is None else (1 + float(similarity)) / 2,
        lexical_score=lexical.get(row["id"], 0.0),
    )  # fmt: skip
