"""The bytes of a segment give back what was put in."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from owui_rag.adapters.index.postings import (
    LISTED,
    Block,
    ChunkMap,
    bucket_count,
    decode_postings,
    encode_blocks,
    postings_of,
)

DOCUMENTS = some.lists(
    some.dictionaries(some.integers(-(2**63), 2**63 - 1), some.integers(1, 300), max_size=30), max_size=20
)


def as_counts(terms: np.ndarray, documents: np.ndarray, counts: np.ndarray) -> Counter[tuple[int, int, int]]:
    return Counter(zip(terms.tolist(), documents.tolist(), counts.tolist(), strict=True))


class TestBlocks:
    @given(DOCUMENTS, some.sampled_from([1, 2, 16]))
    def test_keep_every_posting(self, documents: list[dict[int, int]], buckets: int) -> None:
        postings = postings_of(documents)
        blocks = dict(encode_blocks(postings, buckets))
        read = decode_postings(list(blocks.values()), postings.lengths)
        assert as_counts(read.terms, read.documents, read.counts) == as_counts(
            postings.terms, postings.documents, postings.counts
        )

    def test_find_a_term_in_its_bucket_alone(self) -> None:
        documents = [Counter({term: 1 + place}) for place, term in enumerate((5, 6, -7, 5))]
        postings = postings_of(documents)
        blocks = {number: Block.decode(block) for number, block in encode_blocks(postings, 4)}
        found = blocks[5 & 3].find(5)
        assert found is not None
        frequency, listed, counts = found
        assert frequency == 2
        assert dict(zip(listed.tolist(), counts.tolist(), strict=True)) == {0: 1, 3: 4}
        assert blocks[-7 & 3].find(-7) is not None
        assert blocks[6 & 3].find(10) is None

    def test_long_lists_keep_the_best_and_the_whole_number(self) -> None:
        documents = [Counter({1: 2 if place == LISTED else 1}) for place in range(LISTED + 5)]
        (_, block), *_ = encode_blocks(postings_of(documents), 1)
        found = Block.decode(block).find(1)
        assert found is not None
        frequency, listed, _ = found
        assert (frequency, listed.size, listed[0]) == (LISTED + 5, LISTED, LISTED)

    @pytest.mark.parametrize(("terms", "most"), [(10, 1), (5_000, 32)])
    def test_are_few_for_a_small_segment(self, terms: int, most: int) -> None:
        assert bucket_count(postings_of([dict.fromkeys(range(terms), 1)])) <= most


class TestChunkMap:
    def test_gives_back_what_was_put_in(self) -> None:
        wide = ChunkMap(np.array([2**40, 7]), np.array([3, -1]), np.array([65_535, 0], np.uint16))
        read = ChunkMap.decode(wide.encode())
        assert read.chunks.tolist() == [2**40, 7]
        assert read.contents.tolist() == [3, -1]
        assert read.lengths.tolist() == [65_535, 0]
