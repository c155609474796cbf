"""Questions with known answers, and how well a search finds these."""

import re
import statistics
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from owui_rag.domain.ranking import Hit
from owui_rag.domain.ranking_metrics import ndcg, recall, reciprocal_rank

MODES = ("vector", "lexical", "hybrid", "hybrid_rerank")
# So many passages are looked at for each question.
DEPTH = 100
_NDCG_DEPTH = 10
_SHOWN = 5
_WORD = re.compile(r"\w+")
_RUN = 3
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Expected:
    """A passage that answers: name or identifier of its file ("" for any), its text ("" for all of it)."""

    file: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question with all passages that answer it."""

    question: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """The settings that are tried."""

    top_k: int = 3
    hybrid_bm25_weight: float = 0.5
    hybrid_fusion: str = "relative"
    relevance_threshold: float = 0.0
    search_candidates: int = 100
    reranked_candidates: int = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What one way of searching made of one question; `found` are the numbers of the expected passages."""

    question: int
    mode: str
    first_right: int | None
    ndcg: float
    recall: float
    reciprocal_rank: float
    seconds: float
    files: tuple[str, ...] = ()
    found: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over all questions of one way of searching; the milliseconds are their median."""

    mode: str
    ndcg_at_10: float
    recall_at_k: float
    k: int
    mrr: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an evaluation; `unmatched` expected passages were found in no way.

    The questions are those that the answers name by number.
    """

    scores: tuple[Scores, ...] = ()
    answers: tuple[Answer, ...] = ()
    unmatched: int = 0
    questions: tuple[str, ...] = ()


@dataclass(slots=True)
class Marker:
    """Tells which expected passages of a question a hit holds."""

    expected: Sequence[Expected]
    _runs: list[set[tuple[str, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self._runs = [_runs_of(each.text) for each in self.expected]

    def held(self, hit: Hit) -> list[int]:
        """Return the numbers of the passages; half of the shorter text has to be in the longer one."""
        runs = _runs_of(hit.text)
        return [
            number
            for number, each in enumerate(self.expected)
            if each.file in {"", hit.filename, hit.file_id} and _overlaps(self._runs[number], runs)
        ]


def mark(number: int, mode: str, marker: Marker, hits: Sequence[Hit], *, k: int, seconds: float) -> Answer:
    """Compare the hits for a question, best first, with what was expected.

    A passage counts at its first hit. Of several that one hit holds, the order counts one.
    """
    ranked: list[Hashable] = []
    gains: dict[Hashable, float] = dict.fromkeys(range(len(marker.expected)), 1.0)
    found: set[int] = set()
    at_k: set[int] = set()
    for place, hit in enumerate(hits):
        new = [each for each in marker.held(hit) if each not in found]
        ranked.append(new[0] if new else ("other", hit.chunk_id))
        for each in new[1:]:
            del gains[each]
        found.update(new)
        if place < k:
            at_k.update(new)
    rank = reciprocal_rank(ranked, gains)
    return Answer(
        question=number,
        mode=mode,
        first_right=round(1 / rank) if rank else None,
        ndcg=ndcg(ranked, gains, _NDCG_DEPTH),
        recall=recall(sorted(at_k), dict.fromkeys(range(len(marker.expected)), 1.0)),
        reciprocal_rank=rank,
        seconds=seconds,
        files=tuple(hit.filename for hit in hits[:_SHOWN]),
        found=frozenset(found),
    )


def sum_up(questions: Sequence[KnownQuestion], answers: Sequence[Answer], k: int) -> Result:
    """Return the means of each way of searching."""
    scores = []
    for mode in MODES:
        own = [answer for answer in answers if answer.mode == mode]
        if own:
            scores.append(
                Scores(
                    mode,
                    statistics.fmean(answer.ndcg for answer in own),
                    statistics.fmean(answer.recall for answer in own),
                    k,
                    statistics.fmean(answer.reciprocal_rank for answer in own),
                    statistics.median(answer.seconds for answer in own) * 1000,
                )
            )
    found = {(answer.question, each) for answer in answers for each in answer.found}
    unmatched = sum(len(question.expected) for question in questions) - len(found)
    return Result(tuple(scores), tuple(answers), unmatched, tuple(each.question for each in questions))


def _runs_of(text: str) -> set[tuple[str, ...]]:
    """Return all runs of three words, or the words where there are fewer."""
    words = _WORD.findall(text.casefold())
    if len(words) <= _RUN:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def _overlaps(expected: set[tuple[str, ...]], found: set[tuple[str, ...]]) -> bool:
    if not expected:
        return True
    if len(expected) == 1:
        [few] = expected
        return any(_contains(run, few) for run in found)
    return len(expected & found) >= _SHARE * min(len(expected), len(found)) > 0


def _contains(run: tuple[str, ...], few: tuple[str, ...]) -> bool:
    return any(run[at : at + len(few)] == few for at in range(len(run) - len(few) + 1))
