"""BM25: how much the words of a question say for a chunk."""

import math

import numpy as np
from numpy.typing import NDArray

# Common values: on Cranfield, whole and cut, others gain nothing that holds in both forms.
SATURATION = 1.5
LENGTH_WEIGHT = 0.75
# The words of a question are trusted fully when its best chunk has this part of them (by rarity). Between 0.5
# and 0.8 both Cranfield and a small set of short questions are better by words and vectors than by one alone.
_TRUSTED_PART = 0.6


def rarity(documents: int, with_term: int) -> float:
    """Return the inverse document frequency, positive even for a term that all documents have."""
    return math.log(1 + (documents - with_term + 0.5) / (with_term + 0.5))


def discounts(lengths: NDArray[np.floating], average_length: float) -> NDArray[np.floating]:
    """Return for each chunk how much its length takes from what a term in it says; 0 would be nothing."""
    discount: NDArray[np.floating] = SATURATION * (
        1 - LENGTH_WEIGHT + LENGTH_WEIGHT / max(average_length, 1.0) * lengths
    )
    return discount


def gains(
    counts: NDArray[np.floating], lengths: NDArray[np.floating], average_length: float
) -> NDArray[np.floating]:
    """Return the part of BM25 without the rarity: how much a term that occurs so often says for a chunk."""
    gained: NDArray[np.floating] = counts * (SATURATION + 1) / (counts + discounts(lengths, average_length))
    return gained


def trust(best: float, possible: float) -> float:
    """Return from 0 to 1 how far the words of a question are a clue to its answer.

    `best` is the highest score found, `possible` that of a chunk with every word once. Where people ask in
    other words than the text has, the few that it shares by chance must not outvote the meaning.
    """
    return min(1.0, best / (possible * _TRUSTED_PART)) ** 2 if possible > 0 else 0.0
