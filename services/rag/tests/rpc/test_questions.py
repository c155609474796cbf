"""Questions find what the caller may read, and nothing else."""

import json

import pytest
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui_chassis.errors import Invalid, NotFound


async def ask(world, who, query, **named):
    request = pb.RetrieveRequest(queries=[query], **named)
    return (await world.call(who, world.retrieval.Retrieve, request)).passages


async def late(world, who, *names):
    """Upload files that wait to be read."""
    world.worker.at_once = False
    try:
        return [await world.upload(who, f"{name} of {who.user_id}".encode(), name) for name in names]
    finally:
        world.worker.at_once = True


class TestQuestions:
    async def test_find_passages_with_their_place(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"the zebra sleeps under the acacia", "zebra.txt")
        await world.add(ada, base, file, "animals")
        [passage] = await ask(world, ada, "where does the zebra sleep", knowledge_ids=[base.id])
        assert (passage.file_id, passage.name, passage.knowledge_id) == (file.id, "zebra.txt", base.id)
        assert (passage.start, passage.end) == (0, 33)
        assert passage.text == "the zebra sleeps under the acacia"
        assert passage.user_id == ada.user_id
        [again] = await ask(world, ada, "zebra", file_ids=[file.id])
        assert again.knowledge_id == ""
        assert len(await ask(world, ada, "zebra", knowledge_ids=[base.id], folders=["animals"])) == 1
        assert not await ask(world, ada, "zebra", knowledge_ids=[base.id], folders=["plants"])
        [whole] = await ask(world, ada, "", file_ids=[file.id], full_context=True)
        assert whole.text == "the zebra sleeps under the acacia"

    async def test_pass_over_what_may_not_be_read(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"the walrus is a secret", "walrus.txt")
        await world.add(ada, base, file)
        named = {
            "knowledge_ids": [base.id],
            "file_ids": [file.id],
            "collections": [base.id, f"file-{file.id}"],
        }
        assert await ask(world, ada, "walrus", **named)
        assert not await ask(world, bob, "walrus", **named)
        assert not await ask(world, bob, "walrus", full_context=True, **named)

    async def test_to_collections_answer_in_columns(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"the giraffe has a long neck", "giraffe.txt")
        await world.add(ada, base, file)
        request = pb.QueryCollectionsRequest(collection_names=[base.id, "unknown"], query="giraffe neck", k=3)
        answer = await world.call(ada, world.retrieval.QueryCollections, request)
        assert json.loads(answer.documents) == [["the giraffe has a long neck"]]
        [[metadata]] = json.loads(answer.metadatas)
        assert (metadata["file_id"], metadata["name"]) == (file.id, "giraffe.txt")
        assert 0 < json.loads(answer.distances)[0][0] <= 1
        request = pb.QueryDocumentRequest(collection_name=f"file-{file.id}", query="giraffe")
        assert json.loads((await world.call(ada, world.retrieval.QueryDocument, request)).documents)[0]
        for who, name in ((bob, base.id), (bob, f"file-{file.id}"), (ada, "unknown")):
            request = pb.QueryDocumentRequest(collection_name=name, query="giraffe")
            with pytest.raises(NotFound, match="We could not find"):
                await world.call(who, world.retrieval.QueryDocument, request)

    async def test_to_collections_may_wish_for_another_search(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        for number in range(5):
            await world.add(
                ada, base, await world.upload(ada, f"owl number {number}".encode(), f"{number}.txt")
            )

        async def count(**wishes):
            request = pb.QueryCollectionsRequest(collection_names=[base.id], query="owl number", **wishes)
            answer = await world.call(ada, world.retrieval.QueryCollections, request)
            return len(json.loads(answer.documents)[0])

        assert await count() == 3
        assert await count(k=5) == 5
        assert await count(k=5, k_reranker=2) == 2
        # These chunks have no vectors: only the words find them, whatever is wished for.
        assert await count(k=4, hybrid=False, hybrid_bm25_weight=0.2, enable_enriched_texts=True, r=0.9) == 4
        for wrong in ({"k": 0}, {"k_reranker": 10_000}, {"hybrid_bm25_weight": 2.0}):
            with pytest.raises(Invalid):
                await count(**wrong)

    async def test_find_texts_under_the_name_they_were_given(self, world, new_person):
        ada, bob = new_person(), new_person()
        for who, words in ((ada, "the ibis of ada"), (bob, "the ibis of bob")):
            request = pb.ProcessTextRequest(name="n", content=words, collection_name="birds")
            await world.call(who, world.retrieval.ProcessText, request)
        request = pb.QueryDocumentRequest(collection_name="birds", query="ibis")
        answer = await world.call(ada, world.retrieval.QueryDocument, request)
        assert json.loads(answer.documents) == [["the ibis of ada"]]
        [[metadata]] = json.loads(answer.metadatas)
        assert metadata["created_by"] == ada.user_id

    async def test_search_names_of_every_kind_together(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        await world.add(ada, base, await world.upload(ada, b"the heron in a base", "heron.txt"))
        alone = await world.upload(ada, b"the heron in a file", "alone.txt")
        request = pb.ProcessTextRequest(name="n", content="the heron by name", collection_name="herons")
        await world.call(ada, world.retrieval.ProcessText, request)
        names = [base.id, f"file-{alone.id}", "herons", "unknown"]
        request = pb.QueryCollectionsRequest(collection_names=names, query="heron", k=9)
        answer = await world.call(ada, world.retrieval.QueryCollections, request)
        found = set(json.loads(answer.documents)[0])
        assert found == {"the heron in a base", "the heron in a file", "the heron by name"}

    async def test_to_a_base_in_which_nothing_is_found_answer_with_nothing(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        for query in ("giraffe", " "):
            request = pb.QueryDocumentRequest(collection_name=base.id, query=query)
            answer = await world.call(ada, world.retrieval.QueryDocument, request)
            assert json.loads(answer.documents) == [[]]

    async def test_show_the_vector_of_a_text(self, world, new_person):
        answer = await world.call(new_person(), world.retrieval.EmbedText, pb.EmbedTextRequest(text="a text"))
        assert len(answer.result) == 384


class TestUnreadFiles:
    async def test_are_told_with_what_became_of_them(self, world, new_person):
        ada, bob = new_person(), new_person()
        read = await world.upload(ada, b"read already", "a.txt")
        stored = await world.upload(ada, b"never to be read", "b.txt", process=False)
        waiting, broken = await late(world, ada, "c.txt", "d.txt")
        await world.worker.fail(broken.id, "It has a password")
        request = pb.CheckScopeRequest(
            file_ids=[read.id, stored.id, broken.id], collections=[f"file-{waiting.id}"]
        )
        checked = await world.call(ada, world.retrieval.CheckScope, request)
        assert list(checked.reading) == [pb.UnreadFile(id=waiting.id, name="c.txt")]
        assert list(checked.failed) == [pb.UnreadFile(id=broken.id, name="d.txt", error="It has a password")]
        foreign = await world.call(bob, world.retrieval.CheckScope, request)
        assert [*foreign.reading, *foreign.failed] == []
        await world.worker.read(waiting.id)
        checked = await world.call(ada, world.retrieval.CheckScope, request)
        assert not checked.reading

    async def test_that_are_read_again_are_found_by_their_former_text(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"the former text")
        await world.parts.files.pend([file.id])
        request = pb.CheckScopeRequest(file_ids=[file.id])
        assert not (await world.call(ada, world.retrieval.CheckScope, request)).reading
        assert await ask(world, ada, "former text", file_ids=[file.id])

    async def test_of_a_base_count_as_long_as_nothing_is_in_it(self, world, new_person):
        ada, _, request = await self.filled(world, new_person())
        checked = await world.call(ada, world.retrieval.CheckScope, request)
        assert [file.name for file in checked.reading] == ["one.txt", "two.txt"]
        await world.worker.read(checked.reading[0].id)
        checked = await world.call(ada, world.retrieval.CheckScope, request)
        assert not checked.reading

    async def test_of_one_base_say_nothing_of_another(self, world, new_person):
        ada, _, empty = await self.filled(world, new_person())
        _, full, _ = await self.filled(world, ada)
        await world.add(ada, full, await world.upload(ada, b"full"))
        both = pb.CheckScopeRequest(knowledge_ids=[full.id, *empty.knowledge_ids])
        checked = await world.call(ada, world.retrieval.CheckScope, both)
        assert len(checked.reading) == 2
        assert checked.reading == (await world.call(ada, world.retrieval.CheckScope, empty)).reading

    async def test_that_are_lent_are_told_by_the_right_of_the_lender(self, world, new_person):
        ada, bob, eve = new_person(), new_person(), new_person()
        [waiting] = await late(world, ada, "lent.txt")
        [private] = await late(world, eve, "private.txt")
        lent = pb.Loan(user_id=ada.user_id, file_ids=[waiting.id, private.id])
        request = pb.CheckScopeRequest(file_ids=[private.id], loans=[lent])
        checked = await world.call(bob, world.retrieval.CheckScope, request)
        assert list(checked.missing) == [private.id]
        assert list(checked.reading) == [pb.UnreadFile(id=waiting.id, name="lent.txt", lent=True)]
        both = pb.CheckScopeRequest(file_ids=[waiting.id], loans=[lent])
        checked = await world.call(ada, world.retrieval.CheckScope, both)
        assert list(checked.reading) == [pb.UnreadFile(id=waiting.id, name="lent.txt")]
        await world.worker.read(waiting.id)
        assert not (await world.call(bob, world.retrieval.CheckScope, request)).reading

    async def filled(self, world, ada):
        """Make a base with two files that wait to be read; return it with its owner and a question."""
        base = await world.base(ada)
        for file in await late(world, ada, "one.txt", "two.txt"):
            await world.parts.links.add(world.caller(ada), base.id, file.id, "")
        return ada, base, pb.CheckScopeRequest(knowledge_ids=[base.id])


class TestLoans:
    async def test_let_a_caller_search_by_the_right_of_the_lender(self, world, new_person):
        ada, bob, eve = new_person(), new_person(), new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"the okapi is lent by ada", "okapi.txt")
        await world.add(ada, base, file)
        of_eve = await world.upload(eve, b"the okapi of eve is private", "eve.txt")
        lent = pb.Loan(user_id=ada.user_id, knowledge_ids=[base.id], file_ids=[of_eve.id])
        found = await ask(world, bob, "okapi", loans=[lent])
        assert [passage.file_id for passage in found] == [file.id]
        # What the caller names himself gains nothing by what is lent.
        found = await ask(world, bob, "okapi", file_ids=[of_eve.id], loans=[lent])
        assert [passage.file_id for passage in found] == [file.id]
        stolen = pb.Loan(user_id=bob.user_id, knowledge_ids=[base.id], file_ids=[of_eve.id])
        assert not await ask(world, bob, "okapi", loans=[stolen])

    async def test_reach_as_far_as_the_rights_of_the_lender(self, world, new_person):
        ada, bob, eve = new_person(), new_person(), new_person()
        readers = {"read": {"group_ids": [f"group of {ada.user_id}"], "user_ids": []}}
        base = await world.base(eve, readers)
        file = await world.upload(eve, b"the tapir is shared with a group", "tapir.txt")
        await world.add(eve, base, file)
        for lender, seen in ((ada.user_id, 1), ("root", 1), (bob.user_id, 0), ("gone", 0)):
            lent = pb.Loan(user_id=lender, knowledge_ids=[base.id])
            assert len(await ask(world, bob, "tapir", loans=[lent])) == seen, lender

    async def test_are_checked_before(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"checked before")
        names = {"knowledge_ids": [base.id, "no base"], "file_ids": [file.id, "no file"]}
        request = pb.CheckScopeRequest(**names, collections=[base.id, f"file-{file.id}", "nothing"])
        checked = await world.call(ada, world.retrieval.CheckScope, request)
        assert list(checked.missing) == ["no base", "no file", "nothing"]
        assert not checked.web_search
        checked = await world.call(bob, world.retrieval.CheckScope, request)
        assert len(checked.missing) == 7
