"""One order out of two: what the words say and what the vectors say."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from owui_rag.domain.ranking import SearchOptions, WordScores

# The usual constant: it keeps the first ranks of one leg from outweighing agreement of both.
RECIPROCAL_OFFSET = 60


class Fused(NamedTuple):
    """A chunk, its score between 0 and 1, and the number of the question that it answers best."""

    chunk: int
    score: float
    query: int


def fuse(
    found_by_words: WordScores, vectors: Mapping[int, float], options: SearchOptions
) -> dict[int, float]:
    """Return the score (0..1) of each chunk that one of the legs found for a question.

    `vectors` holds the similarity of the nearest chunks. A leg that found nothing leaves the other's order as
    it is.
    """
    lexical = found_by_words.scores
    grade = _reciprocal if options.fusion == "rrf" else _relative
    weight = options.lexical_weight
    if weight < 1.0:
        weight = weight * found_by_words.trust / (weight * found_by_words.trust + 1.0 - weight)
    if not lexical:
        weight = 0.0
    elif not vectors:
        weight = 1.0
    # What did not come into a full list counts as its last. The nearest vectors are all similar to something
    # even in a short list: only the differences count; no word of the question at all is worth nothing.
    full = len(lexical) >= options.candidates
    scores = grade(lexical, min(lexical.values()) if full else 0.0, weight) if weight > 0.0 else {}
    if weight < 1.0:
        nearness = grade(vectors, min(vectors.values(), default=0.0), 1.0 - weight)
        for chunk, score in nearness.items():
            scores[chunk] = scores.get(chunk, 0.0) + score
    return scores


def _relative(scores: Mapping[int, float], floor: float, weight: float) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    if best <= floor:
        return dict.fromkeys(scores, weight)
    part = weight / (best - floor)
    return {chunk: (score - floor) * part for chunk, score in scores.items()}


def _reciprocal(scores: Mapping[int, float], _floor: float, weight: float) -> dict[int, float]:
    first = RECIPROCAL_OFFSET + 1
    return {chunk: weight * first / (first + rank) for rank, chunk in enumerate(_ordered(scores))}


def _ordered(scores: Mapping[int, float]) -> list[int]:
    """Return the chunks, best first; of the same score the oldest first."""
    # Sorting keeps the order of equals, also in reverse.
    return sorted(sorted(scores), key=scores.__getitem__, reverse=True)


def best_of_all(answers: Sequence[Mapping[int, float]]) -> list[Fused]:
    """Return, best first, the chunks found for several questions, each with its best score."""
    if len(answers) == 1:
        [scores] = answers
        return [Fused(chunk, scores[chunk], 0) for chunk in _ordered(scores)]
    best: dict[int, Fused] = {}
    for query, scores in enumerate(answers):
        for chunk, score in scores.items():
            if chunk not in best or score > best[chunk].score:
                best[chunk] = Fused(chunk, score, query)
    return sorted(best.values(), key=lambda one: (-one.score, one.chunk))
