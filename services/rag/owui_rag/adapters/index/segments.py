"""Reading the lexical index: the blocks that a question needs, of all segments that cover a scope."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.index.postings import Block, ChunkMap, first_term
from owui_rag.adapters.index.scope_sql import CONTENTS, SCOPE, scope_values
from owui_rag.domain.ranking import Scope

# Maps of merged segments are kept in memory; each costs 18 bytes per chunk.
_KEPT_BYTES = 128 << 20
# Smaller maps come with the blocks: asking for them again would cost more than they do.
_SMALL_MAP = 1_024
# A base that is being filled may have many contents that no merged segment has yet.
_UNMERGED = 4_096

_READ = """
    SELECT part.id, part.documents, part.length, part.buckets,
        CASE WHEN part.documents <= {small} THEN part.chunks END AS chunks,
        ARRAY(
            SELECT gone.content_id FROM knowledge_content AS gone
            WHERE gone.segment_id = part.id AND gone.links = 0
        ) AS gone,
        ARRAY(
            SELECT block.postings FROM lexical_block AS block
            WHERE block.segment_id = part.id AND block.bucket = ANY(ARRAY(
                SELECT DISTINCT CAST(term & (part.buckets - 1) AS integer)
                FROM unnest(CAST(:terms AS bigint[])) AS term
            ))
        ) AS blocks
    FROM part
"""
# Whole bases: their merged segments, and the contents that are in none yet.
_WHOLE = Statement(
    SCOPE
    + f""", part AS (
        SELECT segment.* FROM base JOIN lexical_segment AS segment
            ON segment.knowledge_id = base.id AND segment.retired_at IS NULL
        UNION ALL
        SELECT segment.* FROM (
            SELECT content_id FROM loose
            UNION
            SELECT * FROM (
                SELECT held.content_id FROM base JOIN knowledge_content AS held
                    ON held.knowledge_id = base.id AND held.segment_id IS NULL AND held.links > 0
                LIMIT {_UNMERGED}
            ) AS unmerged
        ) AS own JOIN lexical_segment AS segment ON segment.content_id = own.content_id
    )"""
    + _READ.format(small=_SMALL_MAP)
)
# A few contents of bases: each by the segment of its own.
_FEW = Statement(
    SCOPE
    + f""", part AS (
        SELECT segment.* FROM ({CONTENTS}) AS own
        JOIN lexical_segment AS segment ON segment.content_id = own.content_id
    )"""
    + _READ.format(small=_SMALL_MAP)
)
_MAP = Statement("SELECT chunks FROM lexical_segment WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Segment:
    """What a search needs of a segment; `gone` are contents that are no longer in the base."""

    id: int
    documents: int
    length: int
    gone: Sequence[int]
    buckets: int
    blocks: Mapping[int, bytes]
    chunks: ChunkMap

    def find(self, term: int) -> tuple[int, np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
        """Return in how many documents a term occurs, the listed ones and how often; None when in none."""
        stored = self.blocks.get(term & (self.buckets - 1))
        return None if stored is None else Block.decode(stored).find(term)


class Segments:
    """The segments of scopes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._maps: OrderedDict[int, ChunkMap] = OrderedDict()
        self._bytes = 0

    async def read(
        self, scope: Scope, terms: Sequence[int], allowed: list[int] | None, *, few: bool
    ) -> list[Segment]:
        """Return the segments that cover a scope, each with the blocks of these terms.

        `allowed` narrows the scope to contents; with `few` the merged segments are left alone.
        """
        statement = _FEW if few else _WHOLE
        values = scope_values(scope, allowed)
        rows = await self._database.fetch(statement, terms=list(terms), **values)
        return [
            Segment(
                row["id"], row["documents"], row["length"], row["gone"], row["buckets"],
                {first_term(block) & (row["buckets"] - 1): block for block in row["blocks"]}, chunks,
            )
            for row in rows if (chunks := await self._chunks(row)) is not None
        ]  # fmt: skip

    async def _chunks(self, row: Any) -> ChunkMap | None:
        if row["chunks"] is not None:
            return ChunkMap.decode(row["chunks"])
        kept = self._maps.get(row["id"])
        if kept is None:
            stored = await self._database.first(_MAP, id=row["id"])
            if stored is None:
                return None
            kept = ChunkMap.decode(stored["chunks"])
            self._keep(row["id"], kept)
        else:
            self._maps.move_to_end(row["id"])
        return kept

    def _keep(self, segment: int, chunks: ChunkMap) -> None:
        if segment in self._maps:
            return
        self._maps[segment] = chunks
        self._bytes += 18 * chunks.chunks.size
        while self._bytes > _KEPT_BYTES:
            _, oldest = self._maps.popitem(last=False)
            self._bytes -= 18 * oldest.chunks.size


def size_of(segments: Sequence[Segment]) -> tuple[int, float]:
    """Return the number of chunks of all segments and their average length in terms, at least 1."""
    documents = sum(segment.documents for segment in segments)
    length = sum(segment.length for segment in segments)
    return documents, max(1.0, length / documents) if documents else 1.0


def mask_of(segment: Segment, allowed: np.ndarray[Any, Any] | None) -> np.ndarray[Any, Any] | None:
    """Return which documents may be found; None when all may."""
    mask = None
    if len(segment.gone):
        mask = ~np.isin(segment.chunks.contents, segment.gone)
    if allowed is not None:
        inside = np.isin(segment.chunks.contents, allowed)
        mask = inside if mask is None else mask & inside
    return mask
