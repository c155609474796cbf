"""What is asked of the index, and what it answers with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to search, and for whom: what is named and the caller may read.

    `unrestricted` is for administrators who may read everything. `collections` are names that the user has
    given to files of his own. `metadata` must be contained in the
    metadata of a file for its chunks to be found, and a file of a base has to be in or below one of
    `folders`; empty lets all pass.
    """

    user_id: str
    group_ids: tuple[str, ...] = ()
    unrestricted: bool = False
    knowledge_ids: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    folders: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Whether only some of what is named is to be searched."""
        return bool(self.metadata or self.folders)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A question, and its vector of length 1 (Euclidean) where there are vectors."""

    text: str
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How to search: `k` chunks, out of so many `candidates` of each leg.

    `fusion` is "relative" (weighted scores, brought to 0..1 in each leg) or "rrf" (weighted reciprocal
    ranks); `lexical_weight` is the part of the lexical leg: 0 leaves only the vectors, 1 only the words.
    `threshold` is the least similarity, from 0 (opposite) over 0.5 (unrelated) to 1 (the same).
    """

    k: int = 3
    candidates: int = 100
    lexical_weight: float = 0.5
    fusion: str = "relative"
    threshold: float = 0.0


@dataclass(frozen=True, slots=True)
class WordScores:
    """BM25 of the best chunks for a question, and how far (0 to 1) its words are a clue at all."""

    scores: Mapping[int, float] = field(default_factory=dict)
    trust: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk that was found.

    `start` and `end` are its place in the text of its content, in characters. `score` is between 0 and 1 and
    orders the hits of one search; `vector_score` is the similarity from 0 to 1, None without vectors;
    `lexical_score` is BM25, 0 when no word occurs. `query` is the number of the question it answers best.
    `user_id` is who brought the file, `file_hash` the hash of its text, `metadata` what is kept with it.
    """

    chunk_id: int
    content_id: int
    file_id: str
    knowledge_id: str | None
    filename: str
    text: str
    page: int | None
    start: int
    end: int
    headings: tuple[str, ...]
    score: float
    vector_score: float | None = None
    lexical_score: float = 0.0
    ordinal: int = 0
    tokens: int = 0
    query: int = 0
    user_id: str = ""
    file_hash: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
