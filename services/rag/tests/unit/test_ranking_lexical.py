"""BM25, and the search over segments against a plain computation of it."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from owui_rag.adapters.index.lexical import best_chunks
from owui_rag.adapters.index.postings import ChunkMap, bucket_count, encode_blocks, first_term, postings_of
from owui_rag.adapters.index.segments import Segment
from owui_rag.domain.ranking_lexical import rarity, trust

DOCUMENT = some.dictionaries(some.integers(1, 12), some.integers(1, 5), min_size=1, max_size=8)
DOCUMENTS = some.lists(DOCUMENT, min_size=1, max_size=12)


def segment_of(documents: list[dict[int, int]], first: int = 0, gone: tuple[int, ...] = ()) -> Segment:
    postings = postings_of(documents)
    numbers = np.arange(first, first + len(documents))
    buckets = bucket_count(postings)
    blocks = {first_term(block) & (buckets - 1): block for _, block in encode_blocks(postings, buckets)}
    length = int(postings.lengths.sum())
    return Segment(
        1, len(documents), length, gone, buckets, blocks, ChunkMap(numbers, numbers, postings.lengths)
    )


def plain(documents: list[dict[int, int]], query: dict[int, int]) -> dict[int, float]:
    average = sum(sum(one.values()) for one in documents) / len(documents)
    scores: Counter[int] = Counter()
    for number, document in enumerate(documents):
        for term, weight in query.items():
            if count := document.get(term, 0):
                having = sum(term in one for one in documents)
                idf = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
                norm = 1.5 * (0.25 + 0.75 * sum(document.values()) / average)
                scores[number] += weight * idf * count * 2.5 / (count + norm)
    return dict(scores)


class TestBestChunks:
    @given(DOCUMENTS, some.integers(0, 12), DOCUMENT)
    def test_gives_the_scores_of_bm25_however_the_documents_are_divided(
        self, documents: list[dict[int, int]], cut: int, query: dict[int, int]
    ) -> None:
        parts = [
            segment_of(part, first) for part, first in ((documents[:cut], 0), (documents[cut:], cut)) if part
        ]
        (found,) = best_chunks(parts, [query], 100)
        assert found.scores == pytest.approx(plain(documents, query), rel=1e-4)

    @given(DOCUMENTS, some.integers(0, 12), DOCUMENT, some.integers(1, 4))
    def test_gives_the_best_however_few_are_wanted(
        self, documents: list[dict[int, int]], cut: int, query: dict[int, int], count: int
    ) -> None:
        parts = [
            segment_of(part, first) for part, first in ((documents[:cut], 0), (documents[cut:], cut)) if part
        ]
        (found,) = best_chunks(parts, [query], count)
        best = sorted(plain(documents, query).values(), reverse=True)[:count]
        assert list(found.scores.values()) == pytest.approx(best, rel=1e-4)

    def test_keeps_the_best(self) -> None:
        documents = [{1: count, 2: 1} for count in range(1, 11)]
        (found,) = best_chunks([segment_of(documents)], [{1: 1}], 3)
        assert list(found.scores) == [9, 8, 7]

    def test_leaves_out_what_is_gone_or_not_allowed(self) -> None:
        documents = [{1: 1}] * 4
        (found,) = best_chunks([segment_of(documents, gone=(2,))], [{1: 1}], 9, [1, 2])
        assert list(found.scores) == [1]

    def test_trusts_words_that_chunks_have(self) -> None:
        documents = [{1: 1, 2: 1}, {3: 1}, {4: 1}]
        answered, chance, none = best_chunks(
            [segment_of(documents)], [{1: 1, 2: 1}, {1: 1, 7: 1, 8: 1}, {9: 1}], 9
        )
        assert answered.trust == 1.0
        assert 0 < chance.trust < 0.5
        assert none.trust == 0.0


class TestTrust:
    def test_is_between_nothing_and_all(self) -> None:
        assert trust(0.0, 5.0) == 0.0
        assert trust(9.0, 5.0) == 1.0
        assert trust(1.0, 0.0) == 0.0


class TestRarity:
    def test_is_positive_and_falls_with_frequency(self) -> None:
        values = [rarity(100, having) for having in (0, 1, 50, 100)]
        assert values == sorted(values, reverse=True)
        assert values[-1] > 0
