"""Few vectors are compared one by one; the index of many is built at once, while others go on storing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from owui_chassis.errors import Conflict
from owui_rag.adapters.index.generations import Generation, Generations
from owui_rag.adapters.index.nearest_index import NearestIndex
from owui_rag.adapters.index.search import ChunkSearch
from owui_rag.adapters.index.vectors import UNINDEXED_NUMBERS, nearest_index, table
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery
from sqlalchemy import text

from .index_bed import Library, opened_library

DIMENSIONS = 3072
MOST = UNINDEXED_NUMBERS // DIMENSIONS
DIRECTIONS = 24
PATIENCE = 120.0
_BUILDER = """
    SELECT pid FROM pg_stat_activity
    WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'
        AND datname = current_database()
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url, DIMENSIONS) as library:
        base = await library.base("base")
        content = await library.content([f"word{row}" for row in range(MOST)], vectors_of(MOST))
        await library.file("file", content, base)
        yield library


def vectors_of(rows: int, seed: int = 1) -> np.ndarray:
    """Vectors that differ in few directions, as those of texts do."""
    directions = np.random.default_rng(0).normal(size=(DIRECTIONS, DIMENSIONS))
    vectors = (np.random.default_rng(seed).normal(size=(rows, DIRECTIONS)) @ directions).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


async def nearest(library: Library, vector: np.ndarray) -> list[str]:
    """What somebody finds who asks for the first time."""
    scope, options = Scope("owner", knowledge_ids=("base",)), SearchOptions(k=5, lexical_weight=0.0)
    hits = await ChunkSearch(library.searching).search(scope, [SearchQuery("", vector)], options)
    return [hit.text for hit in hits]


async def is_indexed(library: Library) -> bool:
    return (await live(library)).indexed


async def live(library: Library) -> Generation:
    found = await Generations(library.database).live()
    assert found is not None
    return found


async def add(library: Library, name: str, rows: int, seed: int) -> np.ndarray:
    """Store a file with so many chunks; return their vectors."""
    vectors = vectors_of(rows, seed)
    await library.file(name, await library.content([f"{name} {row}" for row in range(rows)], vectors), "base")
    return vectors


async def until(what: str, ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask the server until it gives something; tell what did not come."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not (found := await ask()):
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"{what} within {PATIENCE:.0f} s")
        await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def building(library: Library) -> AsyncIterator[asyncio.Task[bool]]:
    """A build that waits in its midst for somebody who is storing vectors: for as long as the block lasts."""
    generation = await live(library)
    async with library.database.begin() as connection:
        touched = f"UPDATE {table(generation.id)} SET content_id = content_id WHERE chunk_id = 1"  # noqa: S608 - a number of ours
        await connection.execute(text(touched))
        task = asyncio.create_task(NearestIndex(library.database).build(generation))
        try:
            await until("no build has begun", lambda: library.run(_BUILDER))
            yield task
        finally:
            if not task.done():
                await connection.rollback()
                await asyncio.wait([task])


async def unfinished(library: Library) -> None:
    """Leave an index as it is when its builder was killed."""
    await library.run(f"DROP INDEX IF EXISTS {nearest_index((await live(library)).id)}")
    async with building(library) as task:
        [(builder,)] = await library.run(_BUILDER)
        await library.run("SELECT pg_terminate_backend(:builder)", builder=builder)
        with pytest.raises(Exception, match=r"clos|terminat|reset"):
            await asyncio.wait_for(task, PATIENCE)
    assert await library.run(
        "SELECT 1 FROM pg_index WHERE NOT indisvalid AND indexrelid::regclass::text ~ 'nearest'"
    )


class TestFewAndMany:
    async def test_few_vectors_have_none(self, library: Library) -> None:
        generations = Generations(library.database)
        assert not await generations.index()
        assert not await generations.index()
        assert not await generations.awaits_index()
        assert not await is_indexed(library)

    async def test_one_more_has_it_built_once_no_more_come(self, library: Library) -> None:
        await add(library, "more", 1, seed=2)
        query = vectors_of(1, seed=3)[0]
        compared = await nearest(library, query)
        generations = Generations(library.database)
        assert await generations.awaits_index()
        assert not await generations.index()
        assert await generations.index()
        assert await is_indexed(library)
        assert await nearest(library, query) == compared
        assert not await generations.index()
        assert not await generations.awaits_index()

    async def test_what_is_stored_later_is_found_by_it(self, library: Library) -> None:
        vectors = await add(library, "later", 40, seed=4)
        found = [(await nearest(library, vector))[0] for vector in vectors]
        assert found == [f"later {row}" for row in range(40)]

    async def test_those_that_come_slowly_do_not_delay_it(self, library: Library) -> None:
        await library.run(f"DROP INDEX {nearest_index((await live(library)).id)}")
        generations = Generations(library.database)
        assert not await generations.index()
        await add(library, "slow", MOST // 10, seed=15)
        assert await generations.index()


class TestWhileItIsBuilt:
    async def test_files_come_go_and_are_found(self, library: Library) -> None:
        await library.run(f"DROP INDEX {nearest_index((await live(library)).id)}")
        await add(library, "goes", 3, seed=20)
        async with building(library) as task:
            vectors = await add(library, "comes", 3, seed=21)
            assert (await nearest(library, vectors[1]))[0] == "comes 1"
            await library.run("DELETE FROM content WHERE id = :id", id=library.files["goes"])
            assert not await is_indexed(library)
        assert await task
        assert await is_indexed(library)
        assert (await nearest(library, vectors[1]))[0] == "comes 1"
        gone = vectors_of(3, seed=20)
        assert not {"goes 0", "goes 1", "goes 2"} & set(await nearest(library, gone[1]))

    async def test_nobody_else_builds_it_and_no_generation_takes_its_place(self, library: Library) -> None:
        generations = Generations(library.database)
        former = await live(library)
        await library.run(f"DROP INDEX {nearest_index(former.id)}")
        new = await generations.ensure("impatient", 4)
        async with building(library) as task:
            assert not await NearestIndex(library.database).build(former)
            with pytest.raises(Conflict):
                await generations.switch(new.id)
            assert (await live(library)).id == former.id
        assert await task
        # Who has not noticed that it is there does not build it again.
        assert not await NearestIndex(library.database).build(former)
        assert await is_indexed(library)
        await generations.abandon(new.id)

    async def test_one_that_was_killed_is_built_anew(self, library: Library) -> None:
        await unfinished(library)
        assert not await is_indexed(library)
        vectors = await add(library, "after the kill", 2, seed=30)
        assert (await nearest(library, vectors[0]))[0] == "after the kill 0"
        generations = Generations(library.database)
        assert await generations.awaits_index()
        assert not await generations.index()
        assert await generations.index()
        assert await is_indexed(library)
        assert (await nearest(library, vectors[0]))[0] == "after the kill 0"

    async def test_one_that_was_cancelled_leaves_no_lock(self, library: Library) -> None:
        generation = await live(library)
        await library.run(f"DROP INDEX {nearest_index(generation.id)}")
        async with building(library) as task:
            task.cancel()
            await asyncio.wait([task], timeout=PATIENCE)
            assert task.cancelled()
        # The server may need a moment to notice.
        index = NearestIndex(library.database)
        await until("the lock of the cancelled build was not free", lambda: index.build(generation))
        assert await is_indexed(library)


class TestMany:
    async def test_very_many_have_it_although_more_come(self, library: Library) -> None:
        await library.run(f"DROP INDEX {nearest_index((await live(library)).id)}")
        generations = Generations(library.database)
        for number in range(3):
            assert not await generations.index()
            await add(library, f"some {number}", MOST // 10 + 1, seed=10 + number)
        await add(library, "many", 4 * MOST, seed=5)
        assert await generations.index()

    async def test_finds_the_nearest(self, library: Library) -> None:
        queries, kept = vectors_of(20, seed=6), 0.0
        for query in queries:
            literal = "[" + ",".join(map(str, query)) + "]"
            exact = await library.run(
                f"""SELECT chunk.text FROM {table((await live(library)).id)} AS entry
                    JOIN chunk ON chunk.id = entry.chunk_id
                    ORDER BY (entry.embedding <#> CAST(CAST(:query AS text) AS halfvec)) + 0.0 LIMIT 5""",  # noqa: S608 - a number of ours
                query=literal,
            )
            kept += len({row[0] for row in exact} & set(await nearest(library, query))) / 5
        assert kept / len(queries) >= 0.95


class TestSwitch:
    async def test_a_generation_has_it_before_it_answers(self, library: Library) -> None:
        generations = Generations(library.database)
        new = await generations.ensure("next", DIMENSIONS)
        missing = await generations.missing(new, MOST + 2)
        content = library.files["file"]
        async with library.database.begin() as connection:
            await library.writer.add_vectors(
                connection, content, missing, vectors_of(len(missing), seed=5), new
            )
        assert not await generations.index()
        assert (await generations.switch(new.id)).indexed

    async def test_few_vectors_answer_without(self, library: Library) -> None:
        generations = Generations(library.database)
        new = await generations.ensure("few", 4)
        assert not (await generations.switch(new.id)).indexed
