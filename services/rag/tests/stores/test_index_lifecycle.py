"""The index while files come, move, are merged and go."""

from collections.abc import AsyncIterator

import pytest_asyncio

from .index_bed import ADMIN, Library, opened_library


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    async with opened_library(postgres_url) as library:
        yield library


_OF_CONTENTS = ("lexical_segment", "lexical_block", "embedding_1", "chunk")


async def names(library: Library, words: str, base: str, **options: object) -> set[str]:
    return {
        hit.file_id for hit in await library.find(words, bases=[base], k=99, lexical_weight=1.0, **options)
    }


async def links(library: Library, base: str) -> list[tuple[object, ...]]:
    return await library.run(
        "SELECT content_id, links FROM knowledge_content WHERE knowledge_id = :base ORDER BY content_id",
        base=base,
    )


class TestMerging:
    async def test_a_merged_base_answers_as_before(self, library: Library) -> None:
        base = await library.base("merged")
        for number in range(20):
            await library.file(f"m{number}", [f"common words and rare{number}", "other common text"], base)
        queries = ["common", "rare7", "rare3 rare11 text", "other"]
        before = [await library.find(query, bases=[base], k=50) for query in queries]
        assert await library.merger.merge(base)
        after = [await library.find(query, bases=[base], k=50) for query in queries]
        assert [[hit.chunk_id for hit in hits] for hits in after] == [
            [hit.chunk_id for hit in hits] for hits in before
        ]
        for old, new in zip(before, after, strict=True):
            assert all(abs(a.lexical_score - b.lexical_score) < 1e-4 for a, b in zip(old, new, strict=True))
        assert not await library.merger.merge(base)

    async def test_what_comes_after_is_found_beside_it(self, library: Library) -> None:
        await library.file("late", ["a late arrival"], "merged")
        assert await names(library, "late arrival", "merged") == {"late"}

    async def test_what_was_taken_out_is_not_found(self, library: Library) -> None:
        await library.run("DELETE FROM knowledge_file WHERE file_id = 'm7'")
        assert await names(library, "rare7", "merged") == set()
        assert "m7" not in await names(library, "common", "merged")

    async def test_what_was_put_back_is_found_again(self, library: Library) -> None:
        await library.run("INSERT INTO knowledge_file VALUES ('merged', 'm7', 'owner', '', 0)")
        assert await names(library, "rare7", "merged") == {"m7"}

    async def test_a_base_that_lost_much_is_written_anew_without_it(self, library: Library) -> None:
        await library.run(
            "DELETE FROM knowledge_file WHERE file_id = ANY(ARRAY['m1', 'm2', 'm3', 'm4', 'm5'])"
        )
        assert await library.merger.run() == 1
        rows = await library.run(
            """SELECT documents FROM lexical_segment WHERE knowledge_id = 'merged' AND retired_at IS NULL"""
        )
        # "late" joins what is written anew.
        assert rows == [(31,)]
        assert await names(library, "rare1 rare7 rare19", "merged") == {"m7", "m19"}
        assert all(count for _, count in await links(library, "merged"))

    async def test_former_segments_are_removed_after_a_while(self, library: Library) -> None:
        await library.run(
            "UPDATE lexical_segment SET retired_at = now() - interval '1 hour' WHERE retired_at IS NOT NULL"
        )
        await library.merger.run()
        assert await library.run("SELECT id FROM lexical_segment WHERE retired_at IS NOT NULL") == []
        assert await names(library, "rare7", "merged") == {"m7"}


class TestContents:
    async def test_one_text_in_many_files_and_bases_is_stored_once(self, library: Library) -> None:
        for base in ("one", "two"):
            await library.base(base)
        content = await library.content(["a shared text about penguins"])
        await library.file("copy 1", content, "one")
        await library.file("copy 2", content, "one", "two")
        assert await library.run("SELECT count(*) FROM chunk WHERE content_id = :id", id=content) == [(1,)]
        assert await links(library, "one") == [(content, 2)]
        hits = await library.find("penguins", bases=["one", "two"], k=9)
        assert len(hits) == 1

    async def test_the_last_link_takes_it_out_of_the_base(self, library: Library) -> None:
        content = library.files["copy 1"]
        await library.run("DELETE FROM file WHERE id = 'copy 1'")
        assert await links(library, "one") == [(content, 1)]
        await library.run("DELETE FROM file WHERE id = 'copy 2'")
        assert await links(library, "one") == [(content, 0)]
        assert await library.find("penguins", bases=["one", "two"]) == []

    async def test_deleting_a_content_takes_its_index_along(self, library: Library) -> None:
        kept = {table: await library.run(f"TABLE {table}") for table in _OF_CONTENTS}
        base = await library.base("short")
        await library.file("gone", ["soon gone zebra"], base)
        content = library.files["gone"]
        await library.run("DELETE FROM content WHERE id = :id", id=content)
        for table in _OF_CONTENTS:
            assert await library.run(f"TABLE {table}") == kept[table]
        assert await library.find("zebra", bases=[base]) == []
        assert await links(library, base) == [(content, 0)]

    async def test_a_file_with_new_text_is_found_by_that_alone(self, library: Library) -> None:
        base = await library.base("edited")
        await library.file("draft", ["first version quagga"], base)
        content = await library.content(["second version okapi"])
        await library.run("UPDATE file SET content_id = :content WHERE id = 'draft'", content=content)
        assert await names(library, "quagga", base) == set()
        assert await names(library, "okapi", base) == {"draft"}

    async def test_a_base_that_goes_leaves_nothing(self, library: Library) -> None:
        await library.run("DELETE FROM knowledge WHERE id = 'merged'")
        for left in ("SELECT 1 FROM knowledge_content", "SELECT 1 FROM lexical_segment"):
            assert await library.run(f"{left} WHERE knowledge_id = 'merged'") == []

    async def test_a_text_of_small_words_and_an_empty_one_do_no_harm(self, library: Library) -> None:
        base = await library.base("small words")
        await library.file("tiny", ["the of and", "!!!"], base)
        assert len(await library.find("the", bases=[base], k=9)) == 2


class TestRewriting:
    async def test_indexing_a_content_again_replaces_what_was_there(self, library: Library) -> None:
        base = await library.base("again")
        await library.file("page", ["an old wording wombat"], base)
        content = library.files["page"]
        chunks = [
            row[0] for row in await library.run("SELECT id FROM chunk WHERE content_id = :id", id=content)
        ]
        async with library.database.begin() as connection:
            await library.writer.replace(connection, content, chunks, ["a new wording numbat"])  # type: ignore[arg-type]  # rows of a plain query
        assert await names(library, "wombat", base) == set()
        assert await names(library, "numbat", base) == {"page"}


class TestWholeTexts:
    async def test_come_within_the_budget_and_once(self, library: Library) -> None:
        base = await library.base("whole")
        await library.file("long", ["x" * 400], base)
        await library.file("other", ["y" * 400], base)
        search = library.search_index
        from owui_rag.domain.ranking import Scope

        scope = Scope("owner", knowledge_ids=(base,))
        hits, shortened = await search.whole(scope, 1_000)
        assert ([hit.file_id for hit in hits], shortened) == (["long", "other"], False)
        hits, shortened = await search.whole(scope, 150)
        assert ([len(hit.text) for hit in hits], shortened) == ([400, 200], True)
        assert await search.whole(Scope("stranger", knowledge_ids=(base,)), 1_000) == ([], False)
        assert len((await search.whole(Scope(ADMIN, unrestricted=True, file_ids=("long",)), 1_000))[0]) == 1
