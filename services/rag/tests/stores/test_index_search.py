"""Search in a real Postgres: what is found, in which order, and by whom."""

from collections.abc import AsyncIterator

import pytest_asyncio
from owui_rag.domain.ranking import Scope, SearchOptions, SearchQuery

from .index_bed import ADMIN, Library, opened_library


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(postgres_url: str) -> AsyncIterator[Library]:
    """A small library: two bases, a loose file, a file in both bases."""
    async with opened_library(postgres_url) as library:
        await library.base("birds")
        await library.base(
            "stars", owner="astronomer", access='{"read": {"group_ids": ["sky"], "user_ids": []}}'
        )
        await library.base("open", owner="astronomer", access=None)
        await library.file("owl.txt", ["Owls hunt mice at night.", "Owls turn their heads far."], "birds")
        await library.file("gull.txt", ["Gulls follow fishing boats."], "birds", meta='{"place": "sea"}')
        await library.file(
            "mars.txt", ["Mars is a red planet.", "Mars has two moons."], "stars", owner="astronomer"
        )
        await library.file("moon.txt", ["The moon lights the night."], "birds", "stars", "open")
        await library.file("note.txt", ["A private note about owls and taxes."], owner="somebody")
        yield library


class TestSearch:
    async def test_finds_the_passage_with_its_file_base_and_place(self, library: Library) -> None:
        hit = (await library.find("turning heads of owls", bases=["birds"], k=1))[0]
        assert (hit.text, hit.file_id, hit.filename) == ("Owls turn their heads far.", "owl.txt", "owl.txt")
        assert (hit.knowledge_id, hit.start, hit.end, hit.ordinal) == ("birds", 25, 51, 1)
        assert hit.score == 1.0
        assert hit.vector_score is not None
        assert 0.5 < hit.vector_score <= 1.0
        assert hit.lexical_score > 0

    async def test_each_leg_answers_alone(self, library: Library) -> None:
        for weight in (0.0, 1.0):
            hits = await library.find("mice", bases=["birds"], k=1, lexical_weight=weight)
            assert [hit.text for hit in hits] == ["Owls hunt mice at night."]

    async def test_both_fusions_keep_the_best_first(self, library: Library) -> None:
        for fusion in ("relative", "rrf"):
            hits = await library.find("fishing boats", bases=["birds"], fusion=fusion)
            assert hits[0].file_id == "gull.txt"
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    async def test_the_best_of_all_sources_come_first(self, library: Library) -> None:
        hits = await library.find("night", bases=["birds", "stars"], files=["note.txt"], user=ADMIN, k=2)
        assert {hit.file_id for hit in hits} == {"owl.txt", "moon.txt"}

    async def test_several_questions_share_the_places(self, library: Library) -> None:
        scope = Scope("owner", knowledge_ids=("birds",))
        queries = [SearchQuery("fishing boats"), SearchQuery("owls mice")]
        hits = await library.search_index.search(scope, queries, SearchOptions(k=2))
        assert {(hit.file_id, hit.query) for hit in hits} == {("gull.txt", 0), ("owl.txt", 1)}

    async def test_metadata_narrows(self, library: Library) -> None:
        hits = await library.find("owls at night", bases=["birds"], metadata={"place": "sea"})
        assert [(hit.file_id, hit.metadata) for hit in hits] == [("gull.txt", {"place": "sea"})]
        assert await library.find("owls", bases=["birds"], metadata={"place": "land"}) == []

    async def test_folders_narrow(self, library: Library) -> None:
        await library.run("UPDATE knowledge_file SET folder = 'night/owls' WHERE file_id = 'owl.txt'")
        for folders, found in ((("night",), 2), (("night/owls",), 2), (("nigh",), 0), (("day", "night"), 2)):
            scope = Scope("owner", knowledge_ids=("birds",), folders=folders)
            hits = await library.search_index.search(scope, [SearchQuery("owls gulls")], SearchOptions(k=9))
            assert len(hits) == found

    async def test_the_threshold_drops_what_is_not_similar(self, library: Library) -> None:
        hits = await library.find("owls hunt mice at night", bases=["birds"], k=9, threshold=0.95)
        assert [hit.text for hit in hits] == ["Owls hunt mice at night."]

    async def test_a_question_without_a_known_word_is_left_to_the_vectors(self, library: Library) -> None:
        hits = await library.find("xyzzy", bases=["birds"], k=9)
        assert len(hits) == 4
        assert all(hit.lexical_score == 0 for hit in hits)

    async def test_nothing_is_found_in_nothing(self, library: Library) -> None:
        assert await library.find("owls") == []
        assert await library.find("owls", bases=["no such base"], files=["no such file"]) == []


class TestAccess:
    async def test_a_private_base_is_its_owners(self, library: Library) -> None:
        assert await library.find("owls", bases=["birds"], user="somebody") == []

    async def test_a_group_opens_a_base(self, library: Library) -> None:
        assert await library.find("mars", bases=["stars"], user="guest") == []
        hits = await library.find("mars", bases=["stars"], user="guest", groups=["sky"])
        assert hits[0].file_id == "mars.txt"

    async def test_an_open_base_is_everybodys_but_tells_only_of_itself(self, library: Library) -> None:
        hits = await library.find("moon night", bases=["birds", "stars", "open"], user="guest", k=9)
        assert [(hit.file_id, hit.knowledge_id) for hit in hits] == [("moon.txt", "open")]

    async def test_a_loose_file_is_its_owners_and_its_readers(self, library: Library) -> None:
        assert await library.find("taxes", files=["note.txt"], user="guest") == []
        assert len(await library.find("taxes", files=["note.txt"], user="somebody")) == 1
        assert (await library.find("mars", files=["mars.txt"], user="guest", groups=["sky"]))[
            0
        ].file_id == "mars.txt"

    async def test_an_unrestricted_caller_reads_all(self, library: Library) -> None:
        assert (await library.find("mars", bases=["stars"], user=ADMIN))[0].file_id == "mars.txt"
