"""The lists of terms as a search uses them: what they say for a chunk, and how many are kept."""

import numpy as np
import pytest
from owui_rag.adapters.index.listed import KeptLists, Listed
from owui_rag.domain.ranking_lexical import gains

LENGTHS = np.array([4, 8, 16], np.uint16)


def list_of(*documents: int) -> Listed:
    return Listed(
        len(documents), np.array(documents, np.uint16), np.full(len(documents), 2, np.uint8)
    )  # fmt: skip


class TestListed:
    @pytest.mark.parametrize("averages", [(8.0,), (8.0, 8.0), (8.0, 12.0), (12.0, 8.0, 12.0)])
    def test_says_what_the_formula_says_for_the_average_that_is_given(
        self, averages: tuple[float, ...]
    ) -> None:
        listed = list_of(2, 0)
        for average in averages:
            gained = listed.gains(LENGTHS, average)
            plain = gains(np.array([2.0, 2.0]), np.array([16.0, 4.0]), average)
            assert gained.tolist() == pytest.approx(plain.tolist(), rel=1e-6)


class TestKeptLists:
    def test_gives_what_was_kept_and_knows_what_a_segment_does_not_have(self) -> None:
        kept = KeptLists(1 << 20)
        listed = list_of(1)
        kept.keep(7, 1, listed)
        kept.keep(7, 2, None)
        assert kept.get(7, 1) is listed
        assert kept.has(7, 2)
        assert kept.get(7, 2) is None
        assert not kept.has(8, 1)

    def test_lets_go_of_what_was_not_used_for_longest(self) -> None:
        kept = KeptLists(2_000)
        for term in (1, 2, 3):
            kept.keep(7, term, list_of(1))
        kept.get(7, 1)
        kept.keep(7, 4, list_of(1))
        assert [term for term in (1, 2, 3, 4) if kept.has(7, term)] == [1, 3, 4]

    def test_stays_within_its_bytes_however_much_is_kept(self) -> None:
        kept = KeptLists(10_000)
        for term in range(100):
            kept.keep(7, term, list_of(*range(200)))
        held = sum(kept.has(7, term) for term in range(100))
        assert 1 <= held <= 10_000 // (7 * 200)
