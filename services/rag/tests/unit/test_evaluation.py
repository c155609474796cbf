"""How the answers to known questions are judged."""

import argparse
import json
from pathlib import Path

import pytest
from owui_chassis.errors import Invalid
from owui_rag.domain.evaluation import Expected, KnownQuestion, Marker, Trial, mark, sum_up
from owui_rag.domain.ranking import Hit
from owui_rag.evaluate import read_questions, table, tried
from owui_rag.settings import RagSettings
from owui_rag.usecases.evaluate import checked


def hit(text: str, filename: str = "a.txt", chunk_id: int = 1) -> Hit:
    return Hit(
        chunk_id=chunk_id, content_id=1, file_id=f"id-{filename}", knowledge_id="base", filename=filename,
        text=text, page=None, start=0, end=len(text), headings=(), score=1.0,
    )  # fmt: skip


OWLS = "Owls hunt mice at night and sleep by day in hollow trees."
GULLS = "Gulls eat fish from the sea."


class TestMarker:
    @pytest.mark.parametrize(
        ("expected", "text", "is_held"),
        [
            (Expected(text="owls HUNT mice,\n at  night"), OWLS, True),
            (
                Expected(text=f"A chapter. {OWLS} It goes on for a while about other birds of prey."),
                OWLS,
                True,
            ),
            (Expected(text="Owls hunt fish in the sea by day"), OWLS, False),
            (Expected(text="hollow trees"), OWLS, True),
            (Expected(text="hollow hills"), OWLS, False),
            (Expected(file="a.txt"), OWLS, True),
            (Expected(file="id-a.txt"), OWLS, True),
            (Expected(file="b.txt", text=OWLS), OWLS, False),
            (Expected(text=OWLS), "", False),
        ],
    )
    def test_passages_are_told_by_file_and_shared_words(
        self, expected: Expected, text: str, is_held: bool
    ) -> None:
        assert Marker([expected]).held(hit(text)) == ([0] if is_held else [])


class TestMark:
    def test_a_right_passage_at_the_second_place(self) -> None:
        marker = Marker([Expected(text=OWLS)])
        answer = mark(0, "hybrid", marker, [hit(GULLS), hit(OWLS, chunk_id=2)], k=1, seconds=0.1)
        assert (answer.first_right, answer.reciprocal_rank, answer.recall) == (2, 0.5, 0.0)
        assert answer.ndcg == pytest.approx(0.6309, abs=1e-4)

    def test_the_same_passage_twice_counts_once(self) -> None:
        marker = Marker([Expected(text=OWLS), Expected(text=GULLS)])
        hits = [hit(OWLS), hit(OWLS, chunk_id=2), hit(GULLS, chunk_id=3)]
        answer = mark(0, "hybrid", marker, hits, k=2, seconds=0.1)
        assert answer.recall == 0.5
        assert answer.ndcg == pytest.approx((1 + 0.5) / (1 + 0.6309), abs=1e-4)

    def test_a_passage_with_both_answers_is_perfect(self) -> None:
        marker = Marker([Expected(text=OWLS), Expected(text=GULLS)])
        answer = mark(0, "hybrid", marker, [hit(f"{OWLS} {GULLS}")], k=1, seconds=0.1)
        assert (answer.ndcg, answer.recall, answer.reciprocal_rank) == (1.0, 1.0, 1.0)

    def test_nothing_found(self) -> None:
        answer = mark(0, "lexical", Marker([Expected(text=OWLS)]), [], k=3, seconds=0.1)
        assert (answer.first_right, answer.ndcg, answer.recall) == (None, 0.0, 0.0)


class TestSumUp:
    def test_means_by_way_of_searching(self) -> None:
        questions = [
            KnownQuestion("owls?", (Expected(text=OWLS),)),
            KnownQuestion("gulls?", (Expected(text=GULLS),)),
        ]
        markers = [Marker(question.expected) for question in questions]
        answers = [
            mark(0, "lexical", markers[0], [hit(OWLS)], k=3, seconds=0.1),
            mark(1, "lexical", markers[1], [], k=3, seconds=0.3),
        ]
        result = sum_up(questions, answers, 3)
        [scores] = result.scores
        assert (scores.ndcg_at_10, scores.recall_at_k, scores.mrr) == (0.5, 0.5, 0.5)
        assert scores.milliseconds == pytest.approx(200)
        assert result.unmatched == 1
        assert "Recall@3" in table(result)


class TestChecked:
    @pytest.mark.parametrize(
        ("questions", "trial"),
        [
            ([], Trial()),
            ([KnownQuestion(" ", (Expected("a"),))], Trial()),
            ([KnownQuestion("q", ())], Trial()),
            ([KnownQuestion("q", (Expected(),))], Trial()),
            ([KnownQuestion("q", (Expected("a"),))], Trial(hybrid_bm25_weight=1.5)),
            ([KnownQuestion("q", (Expected("a"),))], Trial(hybrid_fusion="sum")),
            ([KnownQuestion("q", (Expected("a"),))], Trial(top_k=0)),
        ],
    )
    def test_nonsense_is_refused(self, questions: list[KnownQuestion], trial: Trial) -> None:
        with pytest.raises(Invalid):
            checked(questions, trial)


class TestCommand:
    def test_questions_come_from_lines(self, tmp_path: Path) -> None:
        file = tmp_path / "questions.jsonl"
        line = {"question": "owls?", "expected": [{"file": "a.txt", "text": OWLS}, {"text": GULLS}]}
        file.write_text(json.dumps(line) + "\n\n")
        assert read_questions(file) == [
            KnownQuestion("owls?", (Expected("a.txt", OWLS), Expected(text=GULLS)))
        ]
        file.write_text('{"question": 1}')
        with pytest.raises(Invalid, match="Line 1"):
            read_questions(file)

    def test_the_command_line_replaces_settings(self) -> None:
        settings = RagSettings.read({"WEBUI_SECRET_KEY": "s" * 32, "RAG_TOP_K": "7"})
        given = argparse.Namespace(**dict.fromkeys(Trial.__dataclass_fields__))
        given.hybrid_bm25_weight = 0.25
        trial = tried(settings, given)
        assert (trial.top_k, trial.hybrid_bm25_weight) == (7, 0.25)
