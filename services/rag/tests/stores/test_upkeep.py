"""Evaluations and repairs with a real index."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import numpy as np
import pytest
import pytest_asyncio
from owui_chassis.errors import Unavailable
from owui_rag.adapters.chunk_vectors import ChunkVectors
from owui_rag.adapters.reconciliation.texts import ContentsWithoutWords
from owui_rag.adapters.reconciliation.vectors import AbandonedVectors, ChunksWithoutVectors
from owui_rag.domain.evaluation import Expected, KnownQuestion, Result, Trial
from owui_rag.domain.ranking import Scope
from owui_rag.usecases.evaluate import Evaluate

from .index_bed import ADMIN, Library, opened_library, vector_of

NOW = timedelta(0)
TEXTS = {
    "owls.txt": ["Owls hunt mice at night.", "Owls sleep by day in hollow trees."],
    "gulls.txt": ["Gulls eat fish from the sea.", "Gulls nest on cliffs and roofs."],
    "taxes.txt": ["Taxes are due in May.", "Late taxes cost a fee of ten crowns."],
}
QUESTIONS = [
    KnownQuestion("when do owls hunt", (Expected("owls.txt", "Owls hunt mice at night."),)),
    KnownQuestion("where do gulls nest", (Expected(text="Gulls nest on cliffs and roofs."),)),
    KnownQuestion("what does it cost to pay taxes late", (Expected(text="a fee of ten crowns"),)),
    KnownQuestion(
        "who eats fish", (Expected("gulls.txt"), Expected(text="nobody has ever written this down"))
    ),
]


class WordEngine:
    """Embeds as the library does; away when told so."""

    name = "words"
    is_away = False

    async def dimensions(self) -> int:
        return 32

    async def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        if self.is_away:
            raise Unavailable("The engine is away")
        return np.stack([vector_of(text) for text in texts])

    embed_queries = embed_passages


class ExactReranker:
    """Prefers passages that hold the last word of the question."""

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [0.9 if query.rsplit(maxsplit=1)[-1] in text.lower() else 0.1 for text in texts]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        await library.base("all")
        for name, chunks in TEXTS.items():
            await library.file(name, chunks, "all")
        yield library


async def evaluated(library: Library, reranker: object = None, **settings: object) -> Result:
    engine = WordEngine()

    async def engine_of(_name: str) -> WordEngine:
        return engine

    async def go_on(_done: int) -> bool:
        return True

    evaluate = Evaluate(library.search_index, engine_of, lambda: reranker, enriched=lambda: False, parallel=2)
    scope = Scope(ADMIN, unrestricted=True, knowledge_ids=("all",))
    result = await evaluate.run(scope, QUESTIONS, Trial(**settings), go_on)
    assert result is not None
    return result


class TestEvaluate:
    async def test_each_way_of_searching_has_its_scores(self, library: Library) -> None:
        result = await evaluated(library, ExactReranker())
        scores = {each.mode: each for each in result.scores}
        assert list(scores) == ["vector", "lexical", "hybrid", "hybrid_rerank"]
        for mode in ("vector", "lexical", "hybrid"):
            assert scores[mode].mrr > 0.8
            assert 0.7 < scores[mode].recall_at_k < 1
            assert 0.7 < scores[mode].ndcg_at_10 < 1
        assert result.unmatched == 1
        assert {answer.mode for answer in result.answers if answer.question == 3} == set(scores)

    async def test_a_setting_that_hurts_shows(self, library: Library) -> None:
        good, strict = await evaluated(library), await evaluated(library, relevance_threshold=0.999)
        assert strict.scores[0].recall_at_k < good.scores[0].recall_at_k
        assert (await evaluated(library, top_k=1)).scores[0].k == 1

    async def test_whoever_may_not_read_measures_nothing(self, library: Library) -> None:
        async def engine_of(_name: str) -> WordEngine:
            return WordEngine()

        async def go_on(_done: int) -> bool:
            return True

        evaluate = Evaluate(library.search_index, engine_of, lambda: None, enriched=lambda: False, parallel=1)
        result = await evaluate.run(Scope("stranger", knowledge_ids=("all",)), QUESTIONS, Trial(), go_on)
        assert result is not None
        assert {each.recall_at_k for each in result.scores} == {0.0}


class TestRepairs:
    async def test_vectors_and_words_that_went_come_back(self, library: Library) -> None:
        assert library.generation is not None
        engine = WordEngine()

        async def engine_of(_name: str) -> WordEngine:
            return engine

        words = ContentsWithoutWords(library.database, library.writer, NOW)
        chunks = ChunkVectors(library.database, library.writer)
        vectors = ChunksWithoutVectors(library.database, chunks, engine_of, NOW)
        assert ((await words.find()).count, (await vectors.find()).count) == (0, 0)
        name = f"embedding_{library.generation.id}"
        listing = f"SELECT chunk_id, content_id FROM {name} ORDER BY 1"  # noqa: S608 - a name of ours
        before = await library.run(listing)
        owls = library.files["owls.txt"]
        await library.run("DELETE FROM lexical_segment WHERE content_id = :id", id=owls)
        await library.run(
            f"DELETE FROM {name} WHERE chunk_id = (SELECT max(chunk_id) FROM {name})"  # noqa: S608
        )
        found = await words.find()
        assert found.ids == [str(owls)]
        assert await words.repair(found.ids) == 1
        assert await words.repair(found.ids) == 0
        lost = await vectors.find()
        assert lost.count == 3
        engine.is_away = True
        with pytest.raises(Unavailable):
            await vectors.repair(lost.ids)
        engine.is_away = False
        assert await vectors.repair(lost.ids) == 3
        assert ((await words.find()).count, (await vectors.find()).count) == (0, 0)
        assert await library.run(listing) == before
        assert (await library.find("owls hunt mice", bases=["all"]))[0].file_id == "owls.txt"

    async def test_the_grace_time_protects_what_is_young(self, library: Library) -> None:
        await library.run("DELETE FROM lexical_segment WHERE content_id = :id", id=library.files["taxes.txt"])
        young = ContentsWithoutWords(library.database, library.writer, timedelta(days=1))
        old = ContentsWithoutWords(library.database, library.writer, NOW)
        found = await old.find()
        assert ((await young.find()).count, found.count) == (0, 1)
        assert await young.repair(found.ids) == 0
        assert await old.repair(found.ids) == 1

    async def test_the_table_of_a_living_generation_is_never_abandoned(self, library: Library) -> None:
        assert library.generation is not None
        check = AbandonedVectors(library.database)
        assert (await check.find()).count == 0
        assert await check.repair([f"embedding_{library.generation.id}"]) == 0
        await library.run("CREATE TABLE embedding_77 (chunk_id bigint)")
        assert (await check.find()).ids == ["embedding_77"]
        assert await check.repair(["embedding_77"]) == 1
