"""What happens, in order, when passages are wanted."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from owui_chassis.errors import Invalid, Unavailable
from owui_rag.domain.ranking import Hit, Scope, SearchOptions, SearchQuery
from owui_rag.domain.ranking_passages import Stretch
from owui_rag.ports import Embedder
from owui_rag.settings_of.retrieval import RetrievalSettings
from owui_rag.usecases.retrieve import MAXIMUM_QUERIES, Question, Retrieve

SCOPE = Scope("user", knowledge_ids=("base",))


def hit(number: int, score: float = 0.5, query: int = 0, similarity: float | None = 0.8) -> Hit:
    return Hit(
        number, 1, "file", "base", "file.txt", f"text {number}", None, 10 * number, 10 * number + 6, ("Top",),
        score, similarity, ordinal=number, tokens=10, query=query,
    )  # fmt: skip


@dataclass
class Index:
    """Answers with what a test says and remembers what it was asked."""

    hits: list[Hit] = field(default_factory=list)
    has_vectors: bool = True
    asked: list[tuple[Sequence[SearchQuery], SearchOptions]] = field(default_factory=list)

    async def generation(self) -> object:
        return replace_name("engine") if self.has_vectors else None

    async def search(self, scope: Scope, queries: Sequence[SearchQuery], options: SearchOptions) -> list[Hit]:
        assert scope is SCOPE
        self.asked.append((queries, options))
        return self.hits[: options.k]

    async def around(self, scope: Scope, hits: Sequence[Hit], reach: int) -> list[Stretch]:
        return [
            Stretch(1, number, 10 * number, 10 * number + 6, f"text {number}", None, 2)
            for one in hits
            for number in range(one.ordinal - reach, one.ordinal + reach + 1)
        ]

    async def whole(self, scope: Scope, budget: int) -> tuple[list[Hit], bool]:
        return [replace(hit(0), text="whole" * budget)], True


@dataclass
class replace_name:  # noqa: N801 - stands for a generation
    name: str


@dataclass
class Engine:
    """Embeds, or is away."""

    name: str = "engine"
    is_away: bool = False

    async def dimensions(self) -> int:
        return 3

    async def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        if self.is_away:
            raise Unavailable("away", "away")
        return np.eye(len(texts), 3, dtype=np.float32)

    embed_passages = embed_queries


class Reranker:
    """Likes high numbers; a test may say what it answers."""

    def __init__(self, answer: list[float] | Exception | None = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, list[str]]] = []

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.asked.append((query, list(texts)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if self.answer is not None else [int(text.split()[-1]) / 100 for text in texts]


def retrieve(
    index: Index, *, engine: Engine | None = None, reranker: Reranker | None = None, **values: object
) -> Retrieve:
    used = engine or Engine()

    async def engine_of(name: str) -> Embedder:
        assert name == used.name
        return used

    return Retrieve(index, engine_of, lambda: reranker, RetrievalSettings(**values))


class TestSearch:
    async def test_asks_words_and_vectors_with_the_settings(self) -> None:
        index = Index([hit(number) for number in range(9)])
        found = await retrieve(index, top_k=2, hybrid_bm25_weight=0.3, relevance_threshold=0.2).run(
            Question(SCOPE, ("one", " one ", "", "two"))
        )
        ((queries, options),) = index.asked
        assert [(query.text, query.vector is not None) for query in queries] == [("one", True), ("two", True)]
        assert (options.k, options.lexical_weight, options.threshold) == (2, 0.3, 0.2)
        assert [one.chunk_id for one in found.hits] == [0, 1]
        assert not found.shortened

    async def test_the_request_goes_before_the_settings(self) -> None:
        index = Index([hit(number) for number in range(200)])
        await retrieve(index).run(Question(SCOPE, ("one",), k=150, threshold=0.7))
        options = index.asked[0][1]
        assert (options.k, options.candidates, options.threshold) == (150, 150, 0.7)

    @pytest.mark.parametrize(
        ("wishes", "weight", "has_vector"),
        [
            ({"hybrid": False}, 0.0, True),
            ({"hybrid": False, "lexical_weight": 0.9}, 0.0, True),
            ({"hybrid": True}, 0.5, True),
            ({"lexical_weight": 0.9}, 0.9, True),
            ({"lexical_weight": 0.0}, 0.0, True),
            ({"lexical_weight": 1.0}, 1.0, False),
        ],
    )
    async def test_the_request_chooses_between_words_and_vectors(
        self, wishes: dict[str, Any], weight: float, has_vector: bool
    ) -> None:
        index = Index([hit(1)])
        await retrieve(index).run(Question(SCOPE, ("one",), **wishes))
        ((query,), options) = index.asked[0]
        assert (options.lexical_weight, query.vector is not None) == (weight, has_vector)

    async def test_the_request_turns_hybrid_search_on_where_it_is_off(self) -> None:
        index = Index([hit(1)])
        await retrieve(index, enable_hybrid_search=False).run(Question(SCOPE, ("one",), hybrid=True))
        assert index.asked[0][1].lexical_weight == 0.5

    @pytest.mark.parametrize(
        ("counts", "found"), [({"k": 9, "k_reranker": 4}, 4), ({"k_reranker": 5}, 5), ({"k": 2}, 2), ({}, 3)]
    )
    async def test_no_more_are_given_than_shall_remain(self, counts: dict[str, int], found: int) -> None:
        index = Index([hit(number) for number in range(50)])
        assert len((await retrieve(index).run(Question(SCOPE, ("one",), **counts))).hits) == found

    @pytest.mark.parametrize(("engine", "has_vectors"), [(Engine(is_away=True), True), (Engine(), False)])
    async def test_words_alone_answer_without_an_engine(self, engine: Engine, has_vectors: bool) -> None:
        index = Index([hit(1)], has_vectors=has_vectors)
        found = await retrieve(index, engine=engine).run(Question(SCOPE, ("one",)))
        assert len(found.hits) == 1
        assert index.asked[0][1].lexical_weight == 1.0

    async def test_without_hybrid_search_vectors_answer_alone(self) -> None:
        index = Index([hit(1)])
        await retrieve(index, enable_hybrid_search=False).run(Question(SCOPE, ("one",)))
        assert index.asked[0][1].lexical_weight == 0.0

    async def test_nothing_asked_finds_nothing(self) -> None:
        index = Index([hit(1)])
        assert (await retrieve(index).run(Question(SCOPE, (" ", "")))).hits == []
        assert index.asked == []

    async def test_senseless_questions_are_refused(self) -> None:
        senseless: list[dict[str, Any]] = [
            {"queries": ("q",) * (MAXIMUM_QUERIES + 1)},
            {"k": 0},
            {"k_reranker": 5000},
            {"lexical_weight": 1.5},
        ]
        for wishes in senseless:
            with pytest.raises(Invalid):
                await retrieve(Index()).run(Question(**{"scope": SCOPE, "queries": ("q",), **wishes}))

    async def test_neighbours_are_taken_in(self) -> None:
        found = await retrieve(Index([hit(3)]), neighbours=1).run(Question(SCOPE, ("one",)))
        assert found.hits[0].text == "text 2\ntext 3\ntext 4"

    async def test_the_budget_cuts(self) -> None:
        index = Index([hit(number) for number in range(3)])
        found = await retrieve(index).run(Question(SCOPE, ("one",), token_budget=25))
        assert (len(found.hits), found.shortened) == (2, True)


class TestWholeTexts:
    @pytest.mark.parametrize("setting", ["full_context", "bypass_embedding_and_retrieval"])
    async def test_come_when_a_setting_says_so(self, setting: str) -> None:
        found = await retrieve(Index(), **{setting: True}).run(Question(SCOPE, (), token_budget=2))
        assert (found.hits[0].text, found.shortened) == ("wholewhole", True)

    async def test_come_when_the_request_says_so(self) -> None:
        found = await retrieve(Index()).run(Question(SCOPE, ("one",), full_context=True, token_budget=1))
        assert found.hits[0].text == "whole"


class TestReranking:
    async def test_orders_more_candidates_anew(self) -> None:
        index, reranker = Index([hit(number) for number in range(50)]), Reranker()
        found = await retrieve(index, reranker=reranker, top_k_reranker=2, reranked_candidates=20).run(
            Question(SCOPE, ("one",))
        )
        assert [(one.chunk_id, one.score) for one in found.hits] == [(19, 0.19), (18, 0.18)]
        assert len(reranker.asked[0][1]) == 20

    @pytest.mark.parametrize(
        ("counts", "looked_at", "remaining"),
        [({"k": 12, "k_reranker": 4}, 12, 4), ({"k_reranker": 4}, 20, 4), ({"k": 25}, 25, 25), ({}, 20, 3)],
    )
    async def test_looks_at_as_many_as_the_request_says(
        self, counts: dict[str, int], looked_at: int, remaining: int
    ) -> None:
        index, reranker = Index([hit(number) for number in range(50)]), Reranker()
        found = await retrieve(index, reranker=reranker, reranked_candidates=20).run(
            Question(SCOPE, ("one",), **counts)
        )
        assert (len(reranker.asked[0][1]), len(found.hits)) == (looked_at, remaining)

    @pytest.mark.parametrize("enriched", [True, False])
    async def test_sees_names_and_headings_when_the_request_says_so(self, enriched: bool) -> None:
        index, reranker = Index([hit(1)]), Reranker()
        await retrieve(index, reranker=reranker, enable_hybrid_search_enriched_texts=not enriched).run(
            Question(SCOPE, ("one",), enriched=enriched)
        )
        assert reranker.asked == [("one", ["file.txt\nTop\ntext 1" if enriched else "text 1"])]

    async def test_compares_each_passage_with_the_question_that_found_it(self) -> None:
        index, reranker = Index([hit(1), hit(2, query=1)]), Reranker()
        await retrieve(index, reranker=reranker, enable_hybrid_search_enriched_texts=True).run(
            Question(SCOPE, ("one", "two"))
        )
        assert reranker.asked == [("one", ["file.txt\nTop\ntext 1"]), ("two", ["file.txt\nTop\ntext 2"])]

    async def test_the_threshold_is_for_its_scores(self) -> None:
        index = Index([hit(1, similarity=0.1), hit(60, similarity=0.1)])
        found = await retrieve(index, reranker=Reranker(), relevance_threshold=0.5).run(
            Question(SCOPE, ("one",))
        )
        assert [one.chunk_id for one in found.hits] == [60]
        assert index.asked[0][1].threshold == 0.0

    @pytest.mark.parametrize("answer", [Unavailable("away", "away"), [0.1]])
    async def test_the_order_stays_when_it_fails(self, answer: list[float] | Exception) -> None:
        index = Index([hit(5), hit(1), hit(2, similarity=0.1)])
        found = await retrieve(index, reranker=Reranker(answer), relevance_threshold=0.5).run(
            Question(SCOPE, ("one",))
        )
        assert [one.chunk_id for one in found.hits] == [5, 1]
