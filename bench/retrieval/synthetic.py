"""Texts and vectors with the statistics of real ones, the same at each run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

VOCABULARY = 60_000
WORDS_PER_CHUNK = 175
CHUNKS_PER_FILE = 80
# Directions in which vectors of text differ; those of a sentence model have about as many.
_DIRECTIONS = 64
_TOPICS = 300


class Vectors:
    """Vectors around topics in few directions, as those of an embedding model are."""

    def __init__(self, dimensions: int) -> None:
        random = np.random.default_rng(7)
        strength = np.linspace(1.0, 0.15, _DIRECTIONS)
        self._directions = random.normal(size=(_DIRECTIONS, dimensions)) * strength[:, None]
        self._topics = random.normal(size=(_TOPICS, _DIRECTIONS))
        self._dimensions = dimensions

    def some(self, count: int, seed: int) -> np.ndarray:
        """Return rows of length 1."""
        random = np.random.default_rng(seed)
        inner = self._topics[random.integers(0, _TOPICS, count)] * 0.7
        inner = inner + random.normal(size=inner.shape) * 0.7
        rows = inner @ self._directions + random.normal(size=(count, self._dimensions)) * 0.15
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows.astype(np.float32)


def word(number: int) -> str:
    """Return the name of the word with this rank."""
    return f"w{number:x}q"


def chunk_texts(count: int, seed: int) -> Iterator[str]:
    """Give chunks of words whose frequencies follow Zipf's law."""
    random = np.random.default_rng(seed)
    weights = 1 / np.arange(1, VOCABULARY + 1)
    steps = np.cumsum(weights / weights.sum())
    for _ in range(count):
        ranks = np.searchsorted(steps, random.random(WORDS_PER_CHUNK))
        yield " ".join(word(rank) for rank in ranks)


def question_of(text: str, random: np.random.Generator) -> str:
    """Return 4 to 10 of the words of a chunk."""
    words = sorted(set(text.split()))
    return " ".join(random.choice(words, min(len(words), int(random.integers(4, 11))), replace=False))
