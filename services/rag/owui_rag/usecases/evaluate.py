"""Searches known questions in several ways and tells how well each way finds the answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

from owui_chassis.errors import Invalid

from owui_rag.domain.evaluation import DEPTH, Answer, KnownQuestion, Marker, Result, Trial, mark, sum_up
from owui_rag.domain.ranking import Hit, Scope, SearchOptions, SearchQuery
from owui_rag.usecases.rerank import Reranker, rerank
from owui_rag.usecases.retrieve import EngineOf, PassageIndex

MAXIMUM_QUESTIONS = 2_000
_MAXIMUM_EXPECTED = 100
_MAXIMUM_CHARACTERS = 8_192
_MAXIMUM_K = 1_000
# Hears how many questions are done; False ends the evaluation.
Progress = Callable[[int], Awaitable[bool]]


class Evaluate:
    """The searches are those of the product, without what would cut a passage or add to it."""

    def __init__(
        self,
        index: PassageIndex,
        engine_of: EngineOf,
        reranker: Callable[[], Reranker | None],
        *,
        enriched: Callable[[], bool],
        parallel: int,
    ) -> None:
        """`enriched` tells whether a reranker sees names and headings; `parallel` counts questions."""
        self._index = index
        self._engine_of = engine_of
        self._reranker = reranker
        self._enriched = enriched
        self._parallel = parallel

    async def run(
        self, scope: Scope, questions: Sequence[KnownQuestion], trial: Trial, progress: Progress
    ) -> Result | None:
        """Return what came of it, None when it was ended; raise ServiceError when the engine is away."""
        answers: list[list[Answer]] = [[] for _ in questions]
        waiting = iter(enumerate(questions))
        done = 0
        ended = False

        async def take() -> None:
            nonlocal done, ended
            for number, question in waiting:
                answers[number] = await self._ask(number, question, scope, trial)
                done += 1
                ended = ended or not await progress(done)
                if ended:
                    return

        await _together([take() for _ in range(self._parallel)])
        return None if ended else sum_up(questions, [each for some in answers for each in some], trial.top_k)

    async def _ask(self, number: int, question: KnownQuestion, scope: Scope, trial: Trial) -> list[Answer]:
        marker = Marker(question.expected)
        began = time.perf_counter()
        words = SearchQuery(question.question)
        meant = await self._embedded(question.question)
        embedding = time.perf_counter() - began
        answers = []

        async def search(mode: str, query: SearchQuery, weight: float, extra: float) -> list[Hit]:
            began = time.perf_counter()
            hits = await self._index.search(scope, [query], _options(trial, weight))
            seconds = time.perf_counter() - began + extra
            right = _over_threshold(hits, trial)
            answers.append(mark(number, mode, marker, right, k=trial.top_k, seconds=seconds))
            return hits

        if meant is not None:
            await search("vector", meant, 0.0, embedding)
        await search("lexical", words, 1.0, 0.0)
        if meant is None:
            return answers
        hits = await search("hybrid", meant, trial.hybrid_bm25_weight, embedding)
        if (reranker := self._reranker()) is not None and hits:
            began, former = time.perf_counter(), answers[-1].seconds
            candidates = hits[: max(trial.top_k, trial.reranked_candidates)]
            better = await rerank(reranker, [question.question], candidates, enriched=self._enriched())
            if better is not None:
                right = [hit for hit in better if hit.score >= trial.relevance_threshold]
                seconds = time.perf_counter() - began + former
                answers.append(mark(number, "hybrid_rerank", marker, right, k=trial.top_k, seconds=seconds))
        return answers

    async def _embedded(self, question: str) -> SearchQuery | None:
        generation = await self._index.generation()
        if generation is None:
            return None
        engine = await self._engine_of(generation.name)
        [vector] = await engine.embed_queries([question])
        return SearchQuery(question, vector)


def checked(questions: Sequence[KnownQuestion], trial: Trial) -> None:
    """Raise Invalid for what cannot be evaluated."""
    if not 0 < len(questions) <= MAXIMUM_QUESTIONS:
        raise Invalid(f"An evaluation has between 1 and {MAXIMUM_QUESTIONS} questions", "bad_questions")
    for number, each in enumerate(questions, 1):
        if not 0 < len(each.question.strip()) <= _MAXIMUM_CHARACTERS:
            raise Invalid(f"Question {number} is empty or too long", "bad_question")
        if not 0 < len(each.expected) <= _MAXIMUM_EXPECTED:
            raise Invalid(f"Question {number} expects nothing, or too many passages", "bad_expected")
        if any(not (passage.file or passage.text.strip()) for passage in each.expected):
            raise Invalid(f"Question {number} expects a passage without file and text", "bad_expected")
    if not (0 <= trial.hybrid_bm25_weight <= 1 and 0 <= trial.relevance_threshold <= 1):
        raise Invalid("Weight and threshold are between 0 and 1", "bad_setting")
    if trial.hybrid_fusion not in {"relative", "rrf"}:
        raise Invalid('The fusion is "relative" or "rrf"', "bad_setting")
    counts = (trial.top_k, trial.search_candidates, trial.reranked_candidates)
    if not all(1 <= count <= _MAXIMUM_K for count in counts):
        raise Invalid(f"The counts are between 1 and {_MAXIMUM_K}", "bad_setting")


def _options(trial: Trial, weight: float) -> SearchOptions:
    depth = max(DEPTH, trial.top_k)
    return SearchOptions(
        k=depth,
        candidates=max(trial.search_candidates, trial.top_k),
        lexical_weight=weight,
        fusion=trial.hybrid_fusion,
    )


def _over_threshold(hits: Sequence[Hit], trial: Trial) -> list[Hit]:
    return [hit for hit in hits if hit.vector_score is None or hit.vector_score >= trial.relevance_threshold]


async def _together(works: Sequence[Awaitable[None]]) -> None:
    """Wait for all; the first failure ends the others and is raised as it is."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
