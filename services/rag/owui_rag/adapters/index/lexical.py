"""The lexical leg: BM25 over the segments of a scope."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from owui_rag.adapters.index.listed import Listed
from owui_rag.adapters.index.postings import ChunkMap
from owui_rag.adapters.index.segments import Segment, size_of
from owui_rag.domain.ranking import WordScores
from owui_rag.domain.ranking_lexical import rarity, trust

_Array = np.ndarray[Any, Any]


def best_chunks(
    segments: Sequence[Segment],
    queries: Sequence[Mapping[int, int]],
    count: int,
    allowed: Sequence[int] | None = None,
) -> list[WordScores]:
    """Return for each question (terms with weights) the BM25 scores of its `count` best chunks.

    Document frequencies and lengths are those of all the segments together. `allowed` narrows the answer to
    chunks of these contents. The segments are filled.
    """
    documents, average = size_of(segments)
    only = None if allowed is None else np.fromiter(allowed, np.int64, len(allowed))
    terms = {term for query in queries for term in query}
    found = [{term: listed for term in terms if (listed := segment.find(term))} for segment in segments]
    rarities = {
        term: rarity(documents, min(documents, sum(part[term].frequency for part in found if term in part)))
        for term in terms
    }
    best = [_Best(count) for _ in queries]
    for segment, lists in zip(segments, found, strict=True):
        if not lists or segment.chunks is None:
            continue
        hidden = _hidden(segment.chunks, segment.gone, only)
        lengths, numbers = segment.chunks.lengths, segment.chunks.chunks
        for query, chunks in zip(queries, best, strict=True):
            parts = [
                (weight * rarities[term], lists[term]) for term, weight in query.items() if term in lists
            ]
            if parts:
                chunks.add(*_scores(parts, lengths, average, hidden), numbers)
    return [_answer(query, chunks.top(), rarities) for query, chunks in zip(queries, best, strict=True)]


def _hidden(chunks: ChunkMap, gone: Sequence[int], allowed: _Array | None) -> list[_Array]:
    """Return the documents that must not be found."""
    hidden: list[_Array] = [chunks.documents_of(gone)] if len(gone) else []
    if allowed is not None:
        hidden.append(np.flatnonzero(~np.isin(chunks.contents, allowed)))
    return hidden


def _scores(
    parts: Sequence[tuple[float, Listed]], lengths: _Array, average: float, hidden: Sequence[_Array]
) -> tuple[_Array, _Array]:
    """Return the scores of all documents, and the documents of the list that gives the highest scores."""
    scores = np.zeros(lengths.size, np.float32)
    gained = [weight * listed.gains(lengths, average) for weight, listed in parts]
    places = [listed.documents.astype(np.intp) for _, listed in parts]
    for where, gain in zip(places, gained, strict=True):
        # A document stands once in a list, so that adding by index loses nothing.
        scores[where] += gain
    for where in hidden:
        scores[where] = 0.0
    # The best documents of a list come first.
    leaders = max(range(len(parts)), key=lambda part: float(gained[part][0]))
    return scores, places[leaders]


class _Best:
    """The best chunks of the segments so far."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._scores: dict[int, float] = {}
        # As many chunks as are wanted have this score, so that what has less is not wanted.
        self._least = 0.0

    def add(self, scores: _Array, leaders: _Array, chunks: _Array) -> None:
        """Add a segment; the scores of the documents that are `leaders` tell where its best begin, about."""
        # Looking at whatever has a score, or ordering it, would take longer than working the scores out.
        if leaders.size >= self._count:
            self._least = max(self._least, _at(scores[leaders], self._count))
        places = np.flatnonzero(scores >= self._least if self._least > 0.0 else scores > 0.0)
        values = scores[places]
        if places.size > self._count:
            chosen = values >= _at(values, self._count)
            places, values = places[chosen], values[chosen]
        best = self._scores
        for chunk, score in zip(chunks[places].tolist(), values.tolist(), strict=True):
            # The same chunk may stand in the segments of several bases.
            if score > best.get(chunk, 0.0):
                best[chunk] = score
        if len(best) >= self._count:
            self._least = sorted(best.values(), reverse=True)[self._count - 1]

    def top(self) -> dict[int, float]:
        """Return the best, best first."""
        order = sorted([(-score, chunk) for chunk, score in self._scores.items()])
        return {chunk: -score for score, chunk in order[: self._count]}


def _at(values: _Array, place: int) -> float:
    """Return the value that stands at a place, from 1, when the highest comes first."""
    return float(np.partition(values, values.size - place)[values.size - place])


def _answer(query: Mapping[int, int], top: dict[int, float], rarities: Mapping[int, float]) -> WordScores:
    possible = sum(weight * rarities[term] for term, weight in query.items())
    return WordScores(top, trust(next(iter(top.values()), 0.0), possible))
