"""One order out of two: what the words say and what the vectors say."""

from collections.abc import Mapping
from typing import NamedTuple

from owui_rag.domain.ranking import SearchOptions, WordScores

# The usual constant: it keeps the first ranks of one leg from outweighing agreement of both.
RECIPROCAL_OFFSET = 60


class Fused(NamedTuple):
    """The score of a chunk between 0 and 1, and the number of the question that it answers best."""

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
    words = grade(lexical, min(lexical.values()) if full else 0.0)
    nearness = grade(vectors, min(vectors.values(), default=0.0))
    found = set(words) if weight > 0.0 else set()
    if weight < 1.0:
        found |= nearness.keys()
    return {
        chunk: weight * words.get(chunk, 0.0) + (1 - weight) * nearness.get(chunk, 0.0) for chunk in found
    }


def _relative(scores: Mapping[int, float], floor: float) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    if best <= floor:
        return dict.fromkeys(scores, 1.0)
    return {chunk: (score - floor) / (best - floor) for chunk, score in scores.items()}


def _reciprocal(scores: Mapping[int, float], _floor: float) -> dict[int, float]:
    order = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))
    first = RECIPROCAL_OFFSET + 1
    return {chunk: first / (first + rank) for rank, chunk in enumerate(order)}


def best_of_all(answers: list[dict[int, float]]) -> dict[int, Fused]:
    """Return, best first, the chunks found for several questions, each with its best score."""
    order = sorted([
        (-score, chunk, query) for query, scores in enumerate(answers) for chunk, score in scores.items()
    ])  # fmt: skip
    best: dict[int, Fused] = {}
    for score, chunk, query in order:
        if chunk not in best:
            best[chunk] = Fused(-score, query)
    return best
