"""Search over the chunks of a scope: words and vectors, fused, as far as the caller may read."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg
import numpy as np
import orjson
from numpy.typing import NDArray
from owui_chassis.statements import Row, Statement

from owui_rag.adapters.index.analysis import query_terms
from owui_rag.adapters.index.generations import Generation, Generations
from owui_rag.adapters.index.lexical import best_chunks
from owui_rag.adapters.index.passages import Passages, hit_of
from owui_rag.adapters.index.scope_sql import SCOPE, folder_condition, scope_values, within
from owui_rag.adapters.index.segments import Segment, Segments
from owui_rag.adapters.index.tuning import SearchDatabase
from owui_rag.adapters.index.vectors import nearest_exact, nearest_indexed, table, vector_text
from owui_rag.adapters.index.whole_texts import read_whole
from owui_rag.domain.ranking import Hit, Scope, SearchOptions, SearchQuery, WordScores
from owui_rag.domain.ranking_fusion import Fused, best_of_all, fuse
from owui_rag.domain.ranking_passages import Stretch

__all__ = ["ChunkSearch", "Hit", "Scope", "SearchOptions", "SearchQuery"]

# How long a replica goes on with what it knows of generations and languages.
_KNOWN_SECONDS = 2.0
# So many contents left by a filter are read one by one instead of with the whole base.
_FEW_CONTENTS = 1_000
# How many chunks a walk through the vector index compares for 100 hits when all are in the scope.
_WALK = 1_000
# So many chunks may be compared directly at the price of one such walk; and, in a scope that is a small part
# of everything, so many numbers (8,000 chunks of 384).
_EXACT_CHUNKS = 2_000
_EXACT_NUMBERS = 8_000 * 384
# Chunks that went away between two statements, or are less similar than wanted, are replaced by the next.
_SPARE = 2

_FILTERED = Statement(f"""{SCOPE}
    SELECT file.content_id, max(content.chunk_count) AS chunks
    FROM file JOIN content ON content.id = file.content_id
    WHERE (file.id IN (
            SELECT link.file_id FROM knowledge_file AS link JOIN base ON base.id = link.knowledge_id
            WHERE {folder_condition("link.folder")}
        ) OR file.id = ANY(ARRAY(SELECT id FROM named)))
        AND {within("file.content_id")}
        AND (file.meta @> CAST(:metadata AS jsonb) OR file.meta -> 'data' @> CAST(:metadata AS jsonb)
            OR content.metadata @> CAST(:metadata AS jsonb))
    GROUP BY file.content_id
""")
_LANGUAGES = Statement("SELECT name FROM lexical_language ORDER BY name")
_ENTRIES = Statement("""
    SELECT greatest(reltuples, 0) AS entries FROM pg_class WHERE oid = to_regclass(CAST(:name AS text))
""")


@dataclass(slots=True)
class _Search:
    """One search: what is asked, and what is found out on the way.

    `allowed` are the contents that a filter leaves, None without a filter; `chunks` is how many chunks there
    are in the scope, about.
    """

    scope: Scope
    queries: Sequence[SearchQuery]
    options: SearchOptions
    generation: Generation | None
    allowed: list[int] | None = None
    chunks: int = 0

    @property
    def is_few(self) -> bool:
        """Whether a filter leaves so few contents that each is read by itself."""
        return self.allowed is not None and len(self.allowed) <= _FEW_CONTENTS

    def vector(self, place: int) -> NDArray[np.float32] | None:
        """Return the vector of a question where it can be compared with those that are stored."""
        vector = self.queries[place].vector
        if self.generation is None or vector is None or vector.size != self.generation.dimensions:
            return None
        return vector


def _all(terms: Sequence[Mapping[int, int]]) -> list[int]:
    return sorted({term for some in terms for term in some})


class ChunkSearch:
    """The search over the index; one per process."""

    def __init__(self, database: SearchDatabase) -> None:
        self._database = database
        self._segments = Segments(database)
        self._passages = Passages(database)
        self._generations = Generations(database)
        self._known_at = -_KNOWN_SECONDS
        self._generation: Generation | None = None
        self._entries = 0.0
        self._languages: list[str] = []

    async def generation(self) -> Generation | None:
        """Return the generation whose vectors answer now; None while there are no vectors."""
        # Before the first text there is nothing to go on with.
        if not self._languages or time.monotonic() - self._known_at > _KNOWN_SECONDS:
            generation, languages = await asyncio.gather(
                self._generations.live(), self._database.fetch(_LANGUAGES)
            )
            if generation is not None:
                row = await self._database.first(_ENTRIES, name=table(generation.id))
                self._entries = row["entries"] if row else 0.0
            self._generation, self._languages = generation, [row["name"] for row in languages]
            self._known_at = time.monotonic()
        return self._generation

    async def search(self, scope: Scope, queries: Sequence[SearchQuery], options: SearchOptions) -> list[Hit]:
        """Return the best `options.k` chunks of the scope for any of the questions, best first."""
        try:
            return await self._search(scope, queries, options)
        except asyncpg.UndefinedTableError:
            # The generation was replaced since this replica last looked.
            self._known_at = -_KNOWN_SECONDS
            return await self._search(scope, queries, options)

    async def around(self, scope: Scope, hits: Sequence[Hit], reach: int) -> list[Stretch]:
        """Return the chunks of the hits and up to `reach` before and after each."""
        places = [(hit.content_id, hit.ordinal) for hit in hits]
        return [
            Stretch(
                row["content_id"], row["ordinal"], row["start_at"], row["end_at"], row["text"], row["page"],
                row["tokens"],
            )
            for row in await self._passages.around(scope, places, reach)
        ]  # fmt: skip

    async def whole(self, scope: Scope, budget: int) -> tuple[list[Hit], bool]:
        """Return whole texts of the scope with at most `budget` tokens together, and whether any was cut."""
        return await read_whole(self._database, scope, budget)

    async def _search(
        self, scope: Scope, queries: Sequence[SearchQuery], options: SearchOptions
    ) -> list[Hit]:
        search = _Search(scope, queries, options, await self.generation())
        if scope.is_narrowed:
            await self._narrow(search)
            if not search.allowed:
                return []
        terms = [
            query_terms(query.text, self._languages) if options.lexical_weight > 0 else {}
            for query in queries
        ]
        segments = await self._segments_of(search, terms)
        # While the database walks to the vectors, this process adds up the words.
        near, lexical = await asyncio.gather(
            self._by_vectors(search), self._by_words(search, segments, terms)
        )
        fused = best_of_all([
            fuse(words, nearness, options) for words, nearness in zip(lexical, near, strict=True)
        ])  # fmt: skip
        return await self._hits(search, lexical, near, fused)

    async def _narrow(self, search: "_Search") -> None:
        metadata = orjson.dumps(dict(search.scope.metadata)).decode()
        rows = await self._database.fetch(_FILTERED, metadata=metadata, **scope_values(search.scope))
        search.allowed = [row["content_id"] for row in rows]
        search.chunks = sum(row["chunks"] for row in rows)

    async def _segments_of(self, search: "_Search", terms: Sequence[Mapping[int, int]]) -> list[Segment]:
        # Without words to look for, the segments still tell how many chunks there are.
        segments = await self._segments.read(search.scope, _all(terms), search.allowed, few=search.is_few)
        if search.allowed is None:
            search.chunks = sum(segment.documents for segment in segments)
        return segments

    async def _by_words(
        self, search: "_Search", segments: Sequence[Segment], terms: Sequence[Mapping[int, int]]
    ) -> list[WordScores]:
        if not any(terms):
            return [WordScores() for _ in terms]
        # What was written to the database leaves with the next turn of the loop.
        await asyncio.sleep(0)
        filled = await self._segments.fill(segments, _all(terms))
        allowed = None if search.is_few else search.allowed
        return best_chunks(filled, terms, search.options.candidates, allowed)

    async def _by_vectors(self, search: "_Search") -> list[dict[int, float]]:
        if search.options.lexical_weight >= 1 or not search.chunks:
            return [{} for _ in search.queries]
        return [await self._near(search, place) for place in range(len(search.queries))]

    async def _near(self, search: "_Search", place: int) -> dict[int, float]:
        generation, vector = search.generation, search.vector(place)
        if generation is None or vector is None:
            return {}
        # A walk through the index passes what is outside of the scope: the smaller the scope's part, the
        # longer it is.
        walk = min(_WALK * self._entries / search.chunks, _EXACT_NUMBERS / generation.dimensions)
        exact = not generation.indexed or search.chunks <= max(_EXACT_CHUNKS, walk)
        choose = nearest_exact if exact else nearest_indexed
        rows = await self._database.fetch(
            choose(generation.id, generation.dimensions),
            vector=vector_text(vector),
            count=search.options.candidates,
            **scope_values(search.scope, search.allowed),
        )
        return {row["chunk_id"]: row["similarity"] for row in rows}

    async def _hits(
        self,
        search: "_Search",
        lexical: Sequence[WordScores],
        near: Sequence[Mapping[int, float]],
        fused: Sequence[Fused],
    ) -> list[Hit]:
        k, threshold = search.options.k, search.options.threshold
        hits: list[Hit] = []
        start, step = 0, k + _SPARE
        while len(hits) < k and start < len(fused):
            some = fused[start : start + step]
            rows: dict[int, Row] = {}
            for place in {one.query for one in some}:
                own = [one.chunk for one in some if one.query == place]
                # Chunks that the words alone have found have not been compared yet.
                vector = None if all(chunk in near[place] for chunk in own) else search.vector(place)
                rows |= await self._passages.read(
                    search.scope, search.allowed, own, search.generation, vector
                )
            found = [
                hit_of(rows[one.chunk], one, lexical[one.query].scores, near[one.query])
                for one in some
                if one.chunk in rows
            ]
            hits += [hit for hit in found if hit.vector_score is None or hit.vector_score >= threshold]
            start, step = start + step, 4 * step
        return hits[:k]
