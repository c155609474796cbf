"""How good an order is, given which answers are right and how right they are."""

import math
from collections.abc import Hashable, Mapping, Sequence


def ndcg(ranked: Sequence[Hashable], gains: Mapping[Hashable, float], depth: int = 10) -> float:
    """Return the discounted gain of the first `depth` as a part of the best possible; 0 to 1."""
    ideal = sum(
        gain / math.log2(place + 2) for place, gain in enumerate(sorted(gains.values(), reverse=True)[:depth])
    )
    got = sum(gains.get(answer, 0.0) / math.log2(place + 2) for place, answer in enumerate(ranked[:depth]))
    return got / ideal if ideal else 0.0


def recall(ranked: Sequence[Hashable], right: Mapping[Hashable, float], depth: int = 100) -> float:
    """Return which part of the right answers is among the first `depth`."""
    return len(set(ranked[:depth]) & right.keys()) / len(right) if right else 0.0


def reciprocal_rank(ranked: Sequence[Hashable], right: Mapping[Hashable, float]) -> float:
    """Return 1 divided by the place of the first right answer, 0 when there is none."""
    return next((1 / place for place, answer in enumerate(ranked, 1) if answer in right), 0.0)
