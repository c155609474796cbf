"""A small set of questions finds its passages: by words, by meaning, and better by both."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from owui_rag.adapters.embedding.builtin import BuiltInEmbedder
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery
from owui_rag.domain.ranking_metrics import ndcg

from .index_bed import Library, opened_library
from .quality_set import PASSAGES, QUESTIONS

SCOPE = Scope("owner", knowledge_ids=("handbook",))
WORDS = SearchOptions(k=10, lexical_weight=1.0)
VECTORS = SearchOptions(k=10, lexical_weight=0.0)
HYBRID = SearchOptions(k=10)
RECIPROCAL = SearchOptions(k=10, fusion="rrf")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured(postgres_url: str) -> AsyncIterator[dict[str, float]]:
    embedder = BuiltInEmbedder()
    passages = await embedder.embed_passages(list(PASSAGES.values()))
    questions = await embedder.embed_queries(list(QUESTIONS))
    async with opened_library(postgres_url, passages.shape[1]) as library:
        await library.base("handbook")
        for (name, text), vector in zip(PASSAGES.items(), passages, strict=True):
            await library.file(name, await library.content([text], vector[None]), "handbook")
        await library.merger.run()
        legs = {"words": WORDS, "vectors": VECTORS, "hybrid": HYBRID, "rrf": RECIPROCAL}
        yield {name: await measure(library, questions, options) for name, options in legs.items()}


async def measure(library: Library, vectors: np.ndarray, options: SearchOptions) -> float:
    figures = []
    for (question, gains), vector in zip(QUESTIONS.items(), vectors, strict=True):
        hits = await library.search_index.search(SCOPE, [SearchQuery(question, vector)], options)
        ranked = [hit.file_id for hit in hits]
        figures.append(ndcg(ranked, gains))
    return float(np.mean(figures))


class TestQuality:
    # Floors are 0.02 below what was measured when they were set.
    @pytest.mark.parametrize(
        ("leg", "floor"), [("words", 0.54), ("vectors", 0.92), ("hybrid", 0.93), ("rrf", 0.87)]
    )
    async def test_each_way_finds_what_it_found(
        self, measured: dict[str, float], leg: str, floor: float
    ) -> None:
        assert measured[leg] >= floor

    async def test_both_are_no_worse_than_the_better_one(self, measured: dict[str, float]) -> None:
        assert measured["hybrid"] >= max(measured["words"], measured["vectors"]) - 0.005
