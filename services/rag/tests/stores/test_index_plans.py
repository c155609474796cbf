"""The plans of the search statements: by indexes, for every length of vectors."""

from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio
from owui_chassis.statements import Statement
from owui_rag.adapters.index.generations import Generation, Generations
from owui_rag.adapters.index.nearest_index import NearestIndex
from owui_rag.adapters.index.scope_sql import scope_values
from owui_rag.adapters.index.segments import _WHOLE
from owui_rag.adapters.index.vectors import copy_vectors, nearest_exact, nearest_indexed, vector_text
from owui_rag.adapters.index.writer import driver_of
from owui_rag.domain.ranking import Scope

from .index_bed import Library, opened_library

ROWS = 1_000
FEW = 20  # chunks in a second base
DIRECTIONS = 24
LENGTHS = (384, 1536, 3072, 4096)
SCOPE = Scope("owner", knowledge_ids=("base",))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        base = await library.base("base")
        vectors = vectors_of(library.dimensions)
        await library.file(
            "file", await library.content([f"word{row}" for row in range(ROWS)], vectors), base
        )
        part = await library.base("part")
        few = await library.content(
            [f"part{row}" for row in range(FEW)], vectors_of(library.dimensions, FEW, 9)
        )
        await library.file("few", few, part)
        yield library


def vectors_of(dimensions: int, rows: int = ROWS, seed: int = 1) -> np.ndarray:
    """Vectors that differ in few directions, as those of texts do."""
    directions = np.random.default_rng(0).normal(size=(DIRECTIONS, dimensions))
    vectors = (np.random.default_rng(seed).normal(size=(rows, DIRECTIONS)) @ directions).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


async def filled(library: Library, dimensions: int) -> Generation:
    """A generation of that length with a vector for every chunk, without statistics about it."""
    generation = await Generations(library.database).ensure(f"length {dimensions}", dimensions)
    chunks = [row[0] for row in await library.run("SELECT id FROM chunk ORDER BY id LIMIT :rows", rows=ROWS)]
    async with library.database.begin() as connection:
        driver = await driver_of(connection)
        content = library.files["file"]
        await copy_vectors(driver, generation.id, content, chunks, vectors_of(dimensions))  # type: ignore[arg-type]  # rows of a plain query
    assert await NearestIndex(library.database).build(generation)
    return generation


async def plan(library: Library, statement: Statement, **values: object) -> str:
    """The plan that is kept on the connections that search, whatever the values are."""
    connection = await library.searching.engine.raw_connection()
    try:
        driver = connection.driver_connection
        await driver.execute(f"PREPARE kept AS {statement.numbered}")
        given = ", ".join(literal(values[name]) for name in statement.names)
        rows = await driver.fetch(f"EXPLAIN EXECUTE kept({given})")
        await driver.execute("DEALLOCATE kept")
    finally:
        connection.close()
    return "\n".join(row[0] for row in rows)


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return "'{" + ",".join(map(str, value)) + "}'"
    return f"'{value}'"


class TestPlans:
    @pytest.mark.parametrize("dimensions", LENGTHS)
    async def test_the_nearest_come_from_the_index(self, library: Library, dimensions: int) -> None:
        generation = await filled(library, dimensions)
        query = vectors_of(dimensions, 1, seed=2)[0]
        shown = await plan(
            library,
            nearest_indexed(generation.id, dimensions),
            vector=vector_text(query),
            count=10,
            **scope_values(SCOPE),
        )
        assert f"Index Scan using embedding_{generation.id}_nearest_idx" in shown
        assert "Seq Scan" not in shown

    @pytest.mark.parametrize("dimensions", LENGTHS)
    async def test_they_are_the_nearest(self, library: Library, dimensions: int) -> None:
        generation = await filled_before(library, dimensions)
        stored = vectors_of(dimensions)
        kept = []
        for query in vectors_of(dimensions, 20, seed=3):
            rows = await library.searching.fetch(
                nearest_indexed(generation.id, dimensions),
                vector=vector_text(query),
                count=10,
                **scope_values(SCOPE),
            )
            exact = set((np.argsort(-(stored @ query))[:10] + 1).tolist())
            kept.append(len(exact & {row["chunk_id"] for row in rows}) / 10)
            assert [row["similarity"] for row in rows] == sorted(
                (row["similarity"] for row in rows), reverse=True
            )
        assert np.mean(kept) >= 0.95

    async def test_the_index_gives_as_many_as_are_wanted_of_a_small_part(self, library: Library) -> None:
        generation = library.generation
        assert generation is not None
        assert await NearestIndex(library.database).build(generation)
        stored = vectors_of(generation.dimensions, FEW, 9)
        for query in vectors_of(generation.dimensions, 5, seed=4):
            rows = await library.searching.fetch(
                nearest_indexed(generation.id, generation.dimensions),
                vector=vector_text(query),
                count=10,
                **scope_values(Scope("owner", knowledge_ids=("part",))),
            )
            exact = np.argsort(-(stored @ query))[:10] + 1 + ROWS
            assert len({row["chunk_id"] for row in rows} & set(exact.tolist())) >= 9

    async def test_a_small_scope_is_compared_by_its_contents(self, library: Library) -> None:
        generation = library.generation
        assert generation is not None
        shown = await plan(
            library,
            nearest_exact(generation.id, generation.dimensions),
            vector=vector_text(vectors_of(generation.dimensions)[0]),
            count=10,
            **scope_values(SCOPE),
        )
        assert f"embedding_{generation.id}_content_idx" in shown
        assert "Seq Scan" not in shown

    async def test_words_are_looked_up_by_segment_and_bucket(self, library: Library) -> None:
        shown = await plan(library, _WHOLE, terms=[1, 2], **scope_values(SCOPE))
        assert "Index Scan using lexical_block_pkey" in shown
        assert "Seq Scan" not in shown


async def filled_before(library: Library, dimensions: int) -> Generation:
    return await Generations(library.database).ensure(f"length {dimensions}", dimensions)
