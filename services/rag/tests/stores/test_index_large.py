"""A base with a segment whose parts are kept in memory, while files leave it and it is written anew."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from .index_bed import Library, opened_library

FILES, CHUNKS = 8, 160


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        base = await library.base("large")
        for number in range(FILES):
            chunks = [
                f"common words own{number} single{number}x{chunk} {'often ' * (chunk % 7)}"
                for chunk in range(CHUNKS)
            ]
            await library.file(f"f{number}", chunks, base)
        await library.merger.run()
        yield library


async def found(library: Library, words: str, **options: Any) -> list[tuple[str, int]]:
    hits = await library.find(words, bases=["large"], lexical_weight=1.0, **options)
    return [(hit.file_id, hit.ordinal) for hit in hits]


class TestLargeSegment:
    async def test_finds_the_same_first_and_again(self, library: Library) -> None:
        assert await library.run("SELECT documents FROM lexical_segment WHERE knowledge_id = 'large'") == [
            (FILES * CHUNKS,)
        ]
        for _ in range(2):
            assert await found(library, "common single3x41", k=1) == [("f3", 41)]
            assert await found(library, "nowhere", k=5) == []

    async def test_gives_the_best_of_many(self, library: Library) -> None:
        own = await found(library, "own5", k=2 * CHUNKS, candidates=2 * CHUNKS)
        assert sorted(own) == [("f5", chunk) for chunk in range(CHUNKS)]
        # Seven lengths: those with the word most often are a seventh of all.
        assert {chunk % 7 for _, chunk in await found(library, "often", k=20)} == {6}

    async def test_what_left_the_base_is_not_found(self, library: Library) -> None:
        await library.run("DELETE FROM knowledge_file WHERE file_id = 'f5'")
        assert await found(library, "single5x6", k=5) == []
        assert {name for name, _ in await found(library, "often", k=100)} <= {
            f"f{number}" for number in range(FILES) if number != 5
        }

    async def test_a_segment_that_is_written_anew_answers(self, library: Library) -> None:
        await library.run("UPDATE knowledge_content SET changed_at = now() - interval '2 days'")
        assert await library.merger.run() == 1
        for _ in range(2):
            assert await found(library, "common single3x41", k=1) == [("f3", 41)]
            assert await found(library, "single5x6", k=5) == []

    async def test_a_filter_finds_only_what_it_lets_pass(self, library: Library) -> None:
        await library.run("""UPDATE file SET meta = '{"kind": "wanted"}' WHERE id IN ('f1', 'f2')""")
        for _ in range(2):
            names = {name for name, _ in await found(library, "often", k=100, metadata={"kind": "wanted"})}
            assert names == {"f1", "f2"}
