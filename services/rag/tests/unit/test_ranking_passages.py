"""Chunks become passages within a budget."""

from owui_rag.domain.ranking import Hit
from owui_rag.domain.ranking_passages import Stretch, widen, within_budget

TEXT = "alpha beta gamma delta epsilon"
SPANS = [(0, 10), (6, 16), (17, 22), (23, 30)]


def hit(ordinal: int, score: float = 1.0, tokens: int = 2, content: int = 1) -> Hit:
    start, end = SPANS[ordinal]
    return Hit(
        ordinal, content, "f", None, "f.txt", TEXT[start:end], None, start, end, (), score,
        ordinal=ordinal, tokens=tokens,
    )  # fmt: skip


def stretches() -> list[Stretch]:
    return [Stretch(1, place, *span, TEXT[slice(*span)], None, 2) for place, span in enumerate(SPANS)]


class TestWiden:
    def test_takes_in_the_neighbours_without_repeating_their_overlap(self) -> None:
        (wide,) = widen([hit(1)], stretches(), 1)
        assert (wide.text, wide.start, wide.end) == ("alpha beta gamma\ndelta", 0, 22)

    def test_joins_hits_that_touch_and_keeps_the_better_score(self) -> None:
        (wide,) = widen([hit(3, 0.9), hit(1, 0.5)], stretches(), 1)
        assert (wide.score, wide.start, wide.end) == (0.9, 0, 30)

    def test_leaves_hits_of_other_texts_apart(self) -> None:
        assert len(widen([hit(1), hit(1, content=2)], stretches(), 1)) == 2

    def test_leaves_a_hit_whose_text_went_away(self) -> None:
        assert widen([hit(1)], [], 1) == [hit(1)]


class TestWithinBudget:
    def test_keeps_what_fits(self) -> None:
        hits = [hit(0, tokens=3), hit(1, tokens=5), hit(2, tokens=2)]
        assert within_budget(hits, 10) == (hits, False)
        assert within_budget(hits, 6) == ([hits[0], hits[2]], True)

    def test_cuts_the_best_rather_than_give_nothing(self) -> None:
        ((cut,), shortened) = within_budget([hit(0, tokens=10)], 5)
        assert shortened
        assert (cut.text, cut.end, cut.tokens) == ("alpha", 5, 5)
