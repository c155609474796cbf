"""Texts, files and pages that are made findable while somebody waits."""

import json

import pytest
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui_chassis.errors import Forbidden, Invalid, NotFound


class TestTexts:
    async def test_become_files_of_the_caller_in_a_collection(self, world, new_person):
        ada, bob = new_person(), new_person()
        request = pb.ProcessTextRequest(name="A note", content="what was noted")
        answer = await world.call(ada, world.retrieval.ProcessText, request)
        assert (answer.status, answer.content, len(answer.collection_name)) == (True, "what was noted", 64)
        find = world.parts.collections.find
        callers = [world.caller(ada), world.caller(bob)]
        mine, others = [await find(caller, [answer.collection_name]) for caller in callers]
        assert (len(mine.file_ids), others.file_ids) == (1, ())
        row = await world.row(ada, mine.file_ids[0])
        assert (row.filename, json.loads(row.data)["content"]) == ("A note", "what was noted")
        assert await world.download(ada, row.id) == b"what was noted"

    async def test_cannot_get_into_what_belongs_to_others(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada, {"read": {"user_ids": [bob.user_id]}})
        request = pb.ProcessTextRequest(name="Poison", content="poison", collection_name=base.id)
        await world.call(bob, world.retrieval.ProcessText, request)
        assert (await world.members(ada, base)).total == 0
        found = await world.parts.collections.find(world.caller(ada), [base.id])
        assert (found.knowledge_ids, found.file_ids) == ((base.id,), ())

    @pytest.mark.parametrize("text", ["", "  \n", "nul\0"])
    async def test_that_say_nothing_are_refused(self, world, new_person, text):
        with pytest.raises(Invalid):
            await world.call(
                new_person(), world.retrieval.ProcessText, pb.ProcessTextRequest(name="n", content=text)
            )


class TestFiles:
    async def test_are_read_and_put_into_a_base(self, world, new_person):
        ada = new_person()
        base, file = await world.base(ada), await world.upload(ada, b"not read yet", process=False)
        request = pb.ProcessFileRequest(file_id=file.id, collection_name=base.id)
        answer = await world.call(ada, world.retrieval.ProcessFile, request)
        assert (answer.collection_name, answer.filename, answer.content) == (
            base.id,
            "notes.txt",
            "not read yet",
        )
        assert (await world.members(ada, base)).total == 1
        request = pb.ProcessFileRequest(file_id=file.id, content="corrected")
        answer = await world.call(ada, world.retrieval.ProcessFile, request)
        assert (answer.collection_name, answer.content) == (f"file-{file.id}", "corrected")

    async def test_may_be_named_with_their_own_collection(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"my own text", process=False)
        request = pb.ProcessFileRequest(file_id=file.id, content="", collection_name=f"file-{file.id}")
        answer = await world.call(ada, world.retrieval.ProcessFile, request)
        assert (answer.collection_name, answer.content) == (f"file-{file.id}", "my own text")

    async def test_of_others_are_not_there(self, world, new_person):
        ada, bob = new_person(), new_person()
        base, file = await world.base(ada), await world.upload(ada, b"of ada")
        own = await world.upload(bob, b"of bob")
        for request, error in (
            (pb.ProcessFileRequest(file_id=file.id), NotFound),
            (pb.ProcessFileRequest(file_id=file.id, content="mine now"), NotFound),
            (pb.ProcessFileRequest(file_id=own.id, collection_name=base.id), NotFound),
        ):
            with pytest.raises(error):
                await world.call(bob, world.retrieval.ProcessFile, request)
        assert (await world.members(ada, base)).total == 0

    async def test_in_batches_fail_one_by_one(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        read, unread = await world.upload(ada, b"is read"), await world.upload(ada, b"is not", process=False)
        foreign = await world.upload(bob, b"foreign")
        files = [pb.ProcessFilesItem(id=each) for each in (read.id, unread.id, foreign.id, "missing")]
        request = pb.ProcessFilesRequest(files=files, collection_name=base.id)
        answer = await world.call(ada, world.retrieval.ProcessFiles, request)
        assert {each.file_id: each.status for each in answer.results} == {
            read.id: "completed",
            unread.id: "pending",
        }
        assert {each.file_id for each in answer.errors} == {foreign.id, "missing"}
        assert (await world.members(ada, base)).total == 2

    async def test_are_taken_out_of_collections_by_administrators(self, world, new_person):
        ada, root = new_person(), new_person("admin")
        base, file = await world.base(ada), await world.upload(ada, b"to be taken out")
        await world.add(ada, base, file)
        request = pb.DeleteFromCollectionRequest(collection_name=base.id, file_id=file.id)
        with pytest.raises(Forbidden):
            await world.call(ada, world.retrieval.DeleteFromCollection, request)
        assert (await world.call(root, world.retrieval.DeleteFromCollection, request)).status
        assert (await world.members(ada, base)).total == 0
        assert (await world.row(ada, file.id)).id == file.id


class TestPages:
    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd"]
    )
    @pytest.mark.parametrize("process", [True, False])
    async def test_inside_the_network_are_refused(self, world, new_person, url, process):
        ada = new_person()
        request = pb.ProcessWebRequest(process=process, form=pb.WebForm(url=url))
        with pytest.raises(Invalid):
            await world.call(ada, world.retrieval.ProcessWeb, request)
        assert await world.count("file", f"user_id = '{ada.user_id}'") == 0

    async def test_are_not_searched_when_that_is_switched_off(self, world, new_person):
        request = pb.ProcessWebSearchRequest(queries=["anything"])
        with pytest.raises(Invalid, match="switched off"):
            await world.call(new_person(), world.retrieval.ProcessWebSearch, request)


class TestResetting:
    async def test_the_index_keeps_files_and_bases(self, start, new_person):
        world = await start()
        ada, root = new_person(), new_person("admin")
        base, file = await world.base(ada), await world.upload(ada, b"forgotten soon")
        await world.add(ada, base, file)
        assert (await world.call(root, world.retrieval.ResetIndex, pb.ResetIndexRequest())).reset
        for table in ("content", "chunk"):
            assert await world.count(table) == 0
        row = await world.row(ada, file.id)
        assert "read again" in json.loads(row.data)["error"]
        assert (await world.members(ada, base)).total == 1
        again = pb.ProcessFileRequest(file_id=file.id)
        assert (await world.call(ada, world.retrieval.ProcessFile, again)).content == "forgotten soon"

    async def test_the_uploads_leaves_bases_empty(self, start, new_person):
        world = await start()
        ada, root = new_person(), new_person("admin")
        base, file = await world.base(ada), await world.upload(ada, b"all gone")
        await world.add(ada, base, file)
        assert (await world.call(root, world.retrieval.ResetUploads, pb.ResetUploadsRequest())).reset
        assert await world.count("file") == 0
        assert not await world.blobs()
        assert (await world.members(ada, base)).total == 0
