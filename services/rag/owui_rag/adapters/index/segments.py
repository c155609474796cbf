"""Reading the lexical index: the blocks that a question needs, of all segments that cover a scope."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.index.listed import KeptLists, Listed
from owui_rag.adapters.index.postings import Block, ChunkMap, first_term
from owui_rag.adapters.index.scope_sql import CONTENTS, SCOPE, scope_values
from owui_rag.domain.ranking import Scope

# Maps of large segments are kept in memory, each costs 18 bytes per chunk, and the lists of words asked for.
_KEPT_BYTES = 128 << 20
_KEPT_LIST_BYTES = 64 << 20
# Smaller segments come with the answer: asking for their parts again would cost more than they do.
_SMALL = 256
# A base that is being filled may have many contents that no merged segment has yet.
_UNMERGED = 4_096

_READ = f"""
    SELECT part.id, part.documents, part.length, part.buckets,
        CASE WHEN part.documents <= {_SMALL} THEN part.chunks END AS chunks,
        ARRAY(
            SELECT gone.content_id FROM knowledge_content AS gone
            WHERE gone.segment_id = part.id AND gone.links = 0
        ) AS gone,
        CASE WHEN part.documents <= {_SMALL} THEN ARRAY(
            SELECT block.postings FROM lexical_block AS block
            WHERE block.segment_id = part.id AND block.bucket = ANY(ARRAY(
                SELECT DISTINCT CAST(term & (part.buckets - 1) AS integer)
                FROM unnest(CAST(:terms AS bigint[])) AS term
            ))
        ) END AS blocks
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
    + _READ
)
# A few contents of bases: each by the segment of its own.
_FEW = Statement(
    SCOPE
    + f""", part AS (
        SELECT segment.* FROM ({CONTENTS}) AS own
        JOIN lexical_segment AS segment ON segment.content_id = own.content_id
    )"""
    + _READ
)
_MAPS = Statement("SELECT id, chunks FROM lexical_segment WHERE id = ANY(CAST(:ids AS bigint[]))")
# Whether the segments are in the caller's scope was seen before. One look-up for each, whatever the planner
# believes about their number.
_BLOCKS = Statement("""
    SELECT wanted.segment, wanted.bucket, found.postings
    FROM unnest(CAST(:segments AS bigint[]), CAST(:buckets AS integer[])) AS wanted (segment, bucket)
    CROSS JOIN LATERAL (
        SELECT block.postings FROM lexical_block AS block
        WHERE block.segment_id = wanted.segment AND block.bucket = wanted.bucket OFFSET 0
    ) AS found
""")


@dataclass(frozen=True, slots=True)
class Segment:
    """What a search needs of a segment; `gone` are contents that are no longer in the base.

    A small one has its blocks and its map with it; for a large one `Segments.fill` gives the map, and the
    lists of the terms that it has.
    """

    id: int
    documents: int
    length: int
    gone: Sequence[int]
    buckets: int
    blocks: Mapping[int, bytes]
    chunks: ChunkMap | None
    lists: dict[int, Listed] = field(default_factory=dict)

    def bucket(self, term: int) -> int:
        """Return the number of the block that has a term, if any has."""
        return term & (self.buckets - 1)

    def find(self, term: int) -> Listed | None:
        """Return the list of a term, None when it occurs nowhere."""
        stored = self.blocks.get(self.bucket(term))
        if stored is None:
            return self.lists.get(term)
        found = Block.decode(stored).find(term)
        return None if found is None else Listed(*found)


class Segments:
    """The segments of scopes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._maps: OrderedDict[int, ChunkMap] = OrderedDict()
        self._bytes = 0
        self._lists = KeptLists(_KEPT_LIST_BYTES)

    async def read(
        self, scope: Scope, terms: Sequence[int], allowed: list[int] | None, *, few: bool
    ) -> list[Segment]:
        """Return the segments that cover a scope, the small ones with the blocks of these terms.

        `allowed` narrows the scope to contents; with `few` the merged segments are left alone.
        """
        statement = _FEW if few else _WHOLE
        values = scope_values(scope, allowed)
        rows = await self._database.fetch(statement, terms=list(terms), **values)
        return [
            Segment(
                row["id"], row["documents"], row["length"], row["gone"], row["buckets"],
                {first_term(block) & (row["buckets"] - 1): block for block in row["blocks"] or ()},
                None if row["chunks"] is None else ChunkMap.decode(row["chunks"]),
            )
            for row in rows
        ]  # fmt: skip

    async def fill(self, segments: Sequence[Segment], terms: Sequence[int]) -> list[Segment]:
        """Return the segments with what is asked of them, without those that are no more."""
        large = [segment for segment in segments if segment.chunks is None]
        lists: dict[int, dict[int, Listed]] = {segment.id: {} for segment in large}
        missing = []
        for segment in large:
            for term in terms:
                if not self._lists.has(segment.id, term):
                    missing.append((segment, term))
                elif (kept := self._lists.get(segment.id, term)) is not None:
                    lists[segment.id][term] = kept
        if missing:
            await self._read_lists(missing, lists)
        maps = await self._maps_of([segment.id for segment in large])
        return [
            segment
            if segment.chunks is not None
            else replace(segment, chunks=maps[segment.id], lists=lists[segment.id])
            for segment in segments
            if segment.chunks is not None or segment.id in maps
        ]

    async def _read_lists(
        self, missing: Sequence[tuple[Segment, int]], lists: Mapping[int, dict[int, Listed]]
    ) -> None:
        places = sorted({(segment.id, segment.bucket(term)) for segment, term in missing})
        rows = await self._database.fetch(
            _BLOCKS, segments=[place[0] for place in places], buckets=[place[1] for place in places]
        )
        blocks = {(row["segment"], row["bucket"]): Block.decode(row["postings"]) for row in rows}
        for segment, term in missing:
            block = blocks.get((segment.id, segment.bucket(term)))
            found = None if block is None else block.find(term)
            # The bytes it was read from hold the lists of other terms too.
            listed = None if found is None else Listed(found[0], found[1].copy(), found[2].copy())
            self._lists.keep(segment.id, term, listed)
            if listed is not None:
                lists[segment.id][term] = listed

    async def _maps_of(self, segments: Sequence[int]) -> dict[int, ChunkMap]:
        maps = {number: self._maps[number] for number in segments if number in self._maps}
        for number in maps:
            self._maps.move_to_end(number)
        missing = [number for number in segments if number not in maps]
        if missing:
            for row in await self._database.fetch(_MAPS, ids=missing):
                maps[row["id"]] = ChunkMap.decode(row["chunks"])
                self._keep(row["id"], maps[row["id"]])
        return maps

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
