"""Measures of an order, against values worked out by hand."""

import pytest
from owui_rag.domain.ranking_metrics import ndcg, recall, reciprocal_rank


class TestMetrics:
    def test_ndcg_discounts_by_place(self) -> None:
        assert ndcg(["a", "b"], {"a": 3.0, "b": 1.0}) == 1.0
        assert ndcg(["x", "a"], {"a": 1.0}) == pytest.approx(0.63093, abs=1e-5)
        assert ndcg(["x"], {"a": 1.0}) == 0.0
        assert ndcg(["a"], {}) == 0.0

    def test_ndcg_looks_no_deeper_than_asked(self) -> None:
        assert ndcg(["x"] * 10 + ["a"], {"a": 1.0}) == 0.0
        assert ndcg(["x"] * 10 + ["a"], {"a": 1.0}, depth=11) > 0

    def test_recall_is_the_part_that_was_found(self) -> None:
        assert recall(["a", "x", "b"], {"a": 1, "b": 1, "c": 1}, depth=2) == pytest.approx(1 / 3)
        assert recall([], {}) == 0.0

    def test_reciprocal_rank_is_of_the_first(self) -> None:
        assert reciprocal_rank(["x", "b", "a"], {"a": 1, "b": 1}) == 0.5
        assert reciprocal_rank(["x"], {"a": 1}) == 0.0
