"""Generations of vectors: one answers while the next is built."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from owui_chassis.errors import NotFound
from owui_rag.adapters.index.generations import Generations
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery

from .index_bed import Library, opened_library

VECTORS = SearchOptions(lexical_weight=0.0)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        await library.base("base")
        await library.file("file", ["first text", "second text"], "base")
        yield library


async def nearest(library: Library, vector: np.ndarray) -> list[str]:
    scope = Scope("owner", knowledge_ids=("base",))
    hits = await library.search_index.search(scope, [SearchQuery("", vector)], VECTORS)
    return [hit.text for hit in hits]


class TestGenerations:
    async def test_the_first_is_live_and_made_once(self, library: Library) -> None:
        generations = Generations(library.database)
        again = await generations.ensure("words", library.dimensions)
        assert again == library.generation
        assert again.state == "live"
        assert await generations.live() == again

    async def test_the_former_answers_until_the_next_is_complete(self, library: Library) -> None:
        generations = Generations(library.database)
        new = await generations.ensure("other", 4)
        assert new.state == "building"
        missing = await generations.missing(new, 9)
        assert len(missing) == 2
        assert await generations.missing(new, 9, after=missing[0]) == missing[1:]
        async with library.database.begin() as connection:
            content = library.files["file"]
            await library.writer.add_vectors(
                connection, content, missing, np.eye(2, 4, dtype=np.float32), new
            )
        assert await generations.missing(new, 9) == []
        assert await nearest(library, np.eye(1, 4, dtype=np.float32)[0]) == []
        assert len(await nearest(library, np.eye(1, library.dimensions, dtype=np.float32)[0])) == 2

    async def test_a_switch_is_seen_by_those_who_knew_the_former(self, library: Library) -> None:
        generations = Generations(library.database)
        former = await library.search_index.generation()
        assert former is not None
        new = await generations.ensure("other", 4)
        assert (await generations.switch(new.id)).state == "live"
        old_vector = np.eye(1, former.dimensions, dtype=np.float32)[0]
        assert await nearest(library, old_vector) == []
        assert await nearest(library, np.eye(2, 4, dtype=np.float32)[1]) == ["second text", "first text"]
        assert [one.state for one in await generations.all()] == ["retired", "live"]

    async def test_one_that_is_wanted_again_begins_empty(self, library: Library) -> None:
        generations = Generations(library.database)
        again = await generations.ensure("words", library.dimensions)
        assert again.state == "building"
        assert len(await generations.missing(again, 9)) == 2
        await generations.abandon(again.id)
        with pytest.raises(NotFound):
            await generations.switch(again.id)
        assert len(await generations.all()) == 1
