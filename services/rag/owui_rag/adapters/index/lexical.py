"""The lexical leg: BM25 over the segments of a scope."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from owui_rag.adapters.index.segments import Segment, mask_of, size_of
from owui_rag.domain.ranking import WordScores
from owui_rag.domain.ranking_lexical import SATURATION, discounts, rarity, trust

_Array = np.ndarray[Any, Any]
_Listed = tuple[int, _Array, _Array]
# To look a small number up is faster than to convert it.
_AS_FLOAT = np.arange(256, dtype=np.float32)


def best_chunks(
    segments: Sequence[Segment],
    queries: Sequence[Mapping[int, int]],
    count: int,
    allowed: Sequence[int] | None = None,
) -> list[WordScores]:
    """Return for each question (terms with weights) the BM25 scores of its `count` best chunks.

    Document frequencies and lengths are those of all the segments together. `allowed` narrows the answer to
    chunks of these contents.
    """
    documents, average = size_of(segments)
    only = None if allowed is None else np.fromiter(allowed, np.int64, len(allowed))
    terms = {term for query in queries for term in query}
    found = [{term: listed for term in terms if (listed := segment.find(term))} for segment in segments]
    rarities = {
        term: rarity(documents, min(documents, sum(part[term][0] for part in found if term in part)))
        for term in terms
    }
    best: list[dict[int, float]] = [{} for _ in queries]
    for segment, lists in zip(segments, found, strict=True):
        if not lists:
            continue
        mask = mask_of(segment, only)
        lost = discounts(segment.chunks.lengths.astype(np.float32), average)
        for query, chunks in zip(queries, best, strict=True):
            parts = [
                (weight * rarities[term], lists[term]) for term, weight in query.items() if term in lists
            ]
            scores = _scores(parts, lost)
            if mask is not None:
                scores[~mask] = 0.0
            _add_best(chunks, segment, scores, count)
    return [_answer(query, chunks, rarities, count) for query, chunks in zip(queries, best, strict=True)]


def _scores(parts: Sequence[tuple[float, _Listed]], lost: _Array) -> _Array:
    scores = np.zeros(lost.size, np.float32)
    for weight, (_, places, counts) in parts:
        occurrences = _AS_FLOAT[counts]
        where = places.astype(np.intp)
        # Arithmetic in place: on lists of thousands, what is allocated costs more than what is computed.
        gained = lost.take(where)
        gained += occurrences
        np.divide(occurrences, gained, out=gained)
        gained *= weight * (SATURATION + 1)
        # A document stands once in a list, so that adding by index loses nothing.
        scores[where] += gained
    return scores


def _add_best(best: dict[int, float], segment: Segment, scores: _Array, count: int) -> None:
    places = np.flatnonzero(scores)
    values = scores[places]
    if places.size > count:
        chosen = values >= np.partition(values, places.size - count)[places.size - count]
        places, values = places[chosen], values[chosen]
    chunks = segment.chunks.chunks[places].tolist()
    for chunk, score in zip(chunks, values.tolist(), strict=True):
        # The same chunk may stand in the segments of several bases.
        if score > best.get(chunk, 0.0):
            best[chunk] = score


def _answer(
    query: Mapping[int, int], best: dict[int, float], rarities: Mapping[int, float], count: int
) -> WordScores:
    top = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:count]
    possible = sum(weight * rarities[term] for term, weight in query.items())
    return WordScores(dict(top), trust(top[0][1] if top else 0.0, possible))
