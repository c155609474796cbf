"""Finds the passages for a question, or gives whole texts, as far as the caller may read them."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from owui_chassis.errors import Invalid, ServiceError

from owui_rag.domain.ranking import Hit, Scope, SearchOptions, SearchQuery
from owui_rag.domain.ranking_passages import Stretch, widen, within_budget
from owui_rag.ports import Embedder
from owui_rag.usecases.rerank import Reranker, rerank

log = logging.getLogger(__name__)
MAXIMUM_QUERIES = 8
MAXIMUM_PASSAGES = 1_000
_QUERY_CHARACTERS = 8_192


class PassageIndex(Protocol):
    """The index over chunks; what it returns is what the scope's user may read."""

    async def generation(self) -> Any:
        """Return the generation of vectors that answers (it has a name); None without vectors."""

    async def search(self, scope: Scope, queries: Sequence[SearchQuery], options: SearchOptions) -> list[Hit]:
        """Return the best chunks of the scope for any of the questions, best first."""

    async def around(self, scope: Scope, hits: Sequence[Hit], reach: int) -> list[Stretch]:
        """Return the chunks of the hits and up to `reach` before and after each."""

    async def whole(self, scope: Scope, budget: int) -> tuple[list[Hit], bool]:
        """Return whole texts of the scope with at most `budget` tokens together, and whether any was cut."""


# Gives the engine of a generation by its name; raises ServiceError.
EngineOf = Callable[[str], Awaitable[Embedder]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked; None takes the setting.

    `k` passages are wanted; of these `k_reranker` remain when that is given. `lexical_weight` counts where
    the search is `hybrid`; `enriched` lets a reranker see names and headings.
    """

    scope: Scope
    queries: tuple[str, ...]
    k: int | None = None
    full_context: bool | None = None
    token_budget: int = 0
    threshold: float | None = None
    k_reranker: int | None = None
    hybrid: bool | None = None
    lexical_weight: float | None = None
    enriched: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The passages, best first (whole texts in the order of their files); `shortened` when a budget cut."""

    hits: list[Hit]
    shortened: bool = False


class Retrieve:
    """Embeds the questions, searches, reranks, widens and keeps to the budget."""

    def __init__(
        self,
        index: PassageIndex,
        engine_of: EngineOf,
        reranker: Callable[[], Reranker | None],
        values: Any,
    ) -> None:
        """`values` are RagSettings or LiveSettings; `reranker` gives the one of the settings, if any."""
        self._index = index
        self._engine_of = engine_of
        self._reranker = reranker
        self._values = values

    async def run(self, question: Question) -> Found:
        """Answer; raise Invalid for a question that cannot be meant."""
        values = self._values
        budget = question.token_budget or values.context_tokens
        full = _chosen(question.full_context, values.full_context)
        if full or values.bypass_embedding_and_retrieval:
            hits, shortened = await self._index.whole(question.scope, budget)
            return Found(hits, shortened)
        queries = _checked(question)
        if not queries:
            return Found([])
        hits = await self._search(question, queries)
        if values.neighbours > 0 and hits:
            around = await self._index.around(question.scope, hits, values.neighbours)
            hits = widen(hits, around, values.neighbours)
        return Found(*within_budget(hits, budget))

    async def _search(self, question: Question, queries: tuple[str, ...]) -> list[Hit]:
        values = self._values
        reranker = self._reranker()
        threshold = _chosen(question.threshold, values.relevance_threshold)
        k, ranked = self._counts(question, reranked=reranker is not None)
        weight = self._weight(question)
        asked = await self._embedded(queries, weight)
        hits = await self._index.search(
            question.scope,
            asked,
            SearchOptions(
                k=ranked,
                candidates=max(values.search_candidates, ranked),
                # Without vectors the words have to do.
                lexical_weight=1.0 if all(query.vector is None for query in asked) else weight,
                fusion=values.hybrid_fusion,
                # The scores that a threshold is meant for are those of the reranker where there is one.
                threshold=0.0 if reranker else threshold,
            ),
        )
        if reranker is None or not hits:
            return hits[:k]
        enriched = _chosen(question.enriched, values.enable_hybrid_search_enriched_texts)
        better = await rerank(reranker, queries, hits, enriched=enriched)
        if better is None:
            return [hit for hit in hits if hit.vector_score is None or hit.vector_score >= threshold][:k]
        return [hit for hit in better if hit.score >= threshold][:k]

    def _counts(self, question: Question, *, reranked: bool) -> tuple[int, int]:
        """Return how many passages are wanted in the end, and how many of the search for that."""
        values = self._values
        if not reranked:
            k = question.k or question.k_reranker or values.top_k
            return min(k, question.k_reranker or k), k
        k = question.k_reranker or question.k or values.top_k_reranker
        looked_at = question.k if question.k and question.k_reranker else values.reranked_candidates
        return k, max(k, looked_at)

    def _weight(self, question: Question) -> float:
        if not _chosen(question.hybrid, self._values.enable_hybrid_search):
            return 0.0
        return float(_chosen(question.lexical_weight, self._values.hybrid_bm25_weight))

    async def _embedded(self, queries: tuple[str, ...], weight: float) -> list[SearchQuery]:
        """Embed with the engine that made the vectors, if the weight of the words leaves anything to them."""
        generation = await self._index.generation()
        if generation is None or weight >= 1:
            return [SearchQuery(query) for query in queries]
        try:
            engine = await self._engine_of(generation.name)
            vectors = await engine.embed_queries(queries)
        except ServiceError as error:
            log.warning("the question is searched by its words alone: %s", error.message)
            return [SearchQuery(query) for query in queries]
        return [SearchQuery(query, vector) for query, vector in zip(queries, vectors, strict=True)]


def _chosen(wanted: Any, setting: Any) -> Any:
    return setting if wanted is None else wanted


def _checked(question: Question) -> tuple[str, ...]:
    if len(question.queries) > MAXIMUM_QUERIES:
        raise Invalid(f"At most {MAXIMUM_QUERIES} questions at a time", "too_many_queries")
    for name, count in (("k", question.k), ("k_reranker", question.k_reranker)):
        if count is not None and not 1 <= count <= MAXIMUM_PASSAGES:
            raise Invalid(f"{name} has to be between 1 and {MAXIMUM_PASSAGES}", "bad_k")
    if question.lexical_weight is not None and not 0 <= question.lexical_weight <= 1:
        raise Invalid("The weight of the words has to be between 0 and 1", "bad_weight")
    # A question that is a whole document says no more than its beginning.
    texts = (query.strip()[:_QUERY_CHARACTERS] for query in question.queries)
    return tuple(dict.fromkeys(text for text in texts if text))
