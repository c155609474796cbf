"""Two orders become one."""

import pytest
from owui_rag.domain.ranking import SearchOptions, WordScores
from owui_rag.domain.ranking_fusion import best_of_all, fuse

RELATIVE = SearchOptions(candidates=100)
RECIPROCAL = SearchOptions(candidates=100, fusion="rrf")
BOTH = pytest.mark.parametrize("options", [RELATIVE, RECIPROCAL])


def order(scores: dict[int, float]) -> list[int]:
    return sorted(scores, key=lambda chunk: -scores[chunk])


class TestFuse:
    @BOTH
    def test_agreement_comes_first(self, options: SearchOptions) -> None:
        fused = fuse(WordScores({1: 9.0, 2: 8.0, 3: 1.0}), {2: 0.8, 4: 0.7, 3: 0.2}, options)
        assert order(fused)[0] == 2
        assert fused.keys() == {1, 2, 3, 4}

    @BOTH
    def test_the_best_possible_is_one(self, options: SearchOptions) -> None:
        fused = fuse(WordScores({1: 9.0, 2: 8.0}), {1: 0.9, 3: 0.1}, options)
        assert fused[1] == pytest.approx(1.0)
        assert all(0 <= score <= 1 for score in fused.values())

    @BOTH
    def test_a_leg_that_found_nothing_leaves_the_other_order(self, options: SearchOptions) -> None:
        assert order(fuse(WordScores({}), {5: 0.9, 6: 0.8, 7: 0.7}, options)) == [5, 6, 7]
        assert order(fuse(WordScores({5: 3.0, 6: 2.0, 7: 1.0}), {}, options)) == [5, 6, 7]
        assert fuse(WordScores({}), {}, options) == {}

    @pytest.mark.parametrize(("weight", "kept"), [(0.0, {2, 3}), (1.0, {1, 2})])
    def test_the_ends_of_the_weight_leave_one_leg_alone(self, weight: float, kept: set[int]) -> None:
        options = SearchOptions(lexical_weight=weight)
        assert fuse(WordScores({1: 2.0, 2: 1.0}), {2: 0.5, 3: 0.4}, options).keys() == kept

    def test_the_last_of_a_full_list_is_worth_what_is_not_in_it(self) -> None:
        fused = fuse(WordScores({1: 9.0, 2: 5.0}), {3: 0.5, 4: 0.1}, SearchOptions(candidates=2))
        assert fused[2] == 0.0
        assert fuse(WordScores({1: 9.0, 2: 5.0}), {3: 0.5, 4: 0.1}, RELATIVE)[2] > 0.2

    @BOTH
    def test_words_that_are_no_clue_leave_the_order_of_the_vectors(self, options: SearchOptions) -> None:
        near = {3: 0.9, 2: 0.8, 1: 0.1}
        assert order(fuse(WordScores({1: 9.0, 2: 1.0}, trust=0.0), near, options)) == [3, 2, 1]
        assert order(fuse(WordScores({1: 9.0}, trust=0.0), {}, options)) == [1]

    def test_equal_scores_stay_equal(self) -> None:
        assert fuse(WordScores({}), {1: 0.4, 2: 0.4}, RELATIVE) == {1: 1.0, 2: 1.0}


class TestSeveralQuestions:
    def test_each_chunk_keeps_its_best_score_and_question(self) -> None:
        best = best_of_all([{1: 0.2, 2: 0.9}, {1: 0.8}])
        assert best == [(2, 0.9, 0), (1, 0.8, 1)]

    def test_of_equal_scores_the_oldest_chunk_comes_first(self) -> None:
        assert [one.chunk for one in best_of_all([{9: 0.5, 4: 0.5, 7: 0.9}])] == [7, 4, 9]
        assert [one.chunk for one in best_of_all([{9: 0.5}, {4: 0.5, 7: 0.9}])] == [7, 4, 9]
