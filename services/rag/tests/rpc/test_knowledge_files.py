"""Files of knowledge bases, their folders, and their comparison with folders elsewhere."""

import asyncio
import hashlib
import json

import pytest
from owui.rag.v1 import knowledge_service_pb2 as pb
from owui_chassis.errors import Forbidden, Invalid, NotFound


class TestFiles:
    async def test_are_listed_sorted_and_found(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        for name in ("b.txt", "A.txt", "c.md"):
            await world.add(ada, base, await world.upload(ada, name.encode(), name))
        names = [
            item.filename for item in (await world.members(ada, base, order_by="name", direction="asc")).items
        ]
        assert names == ["A.txt", "b.txt", "c.md"]
        found = await world.members(ada, base, query=".TXT")
        assert (found.total, {item.filename for item in found.items}) == (2, {"A.txt", "b.txt"})
        assert (await world.members(ada, base, view_option="shared")).total == 0
        item = found.items[0]
        assert (item.user.name, item.knowledge_id, item.folder) == ("Ada", base.id, "")
        everywhere = await world.call(
            ada, world.knowledge.SearchKnowledgeFiles, pb.SearchKnowledgeFilesRequest(query="a.txt")
        )
        assert item.knowledge_id in {each.knowledge_id for each in everywhere.items}
        with pytest.raises(NotFound):
            await world.members(new_person(), base)

    async def test_of_several_bases_are_found_once(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"in two bases", "twice-unique-name.txt")
        for _ in range(2):
            await world.add(ada, await world.base(ada), file)
        request = pb.SearchKnowledgeFilesRequest(query="twice-unique-name")
        found = await world.call(ada, world.knowledge.SearchKnowledgeFiles, request)
        assert ([item.id for item in found.items], found.total) == ([file.id], 1)
        assert not (await world.call(new_person(), world.knowledge.SearchKnowledgeFiles, request)).items

    async def test_with_the_same_text_are_refused(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        one, other = await world.upload(ada, b"equal"), await world.upload(ada, b"equal", "other.txt")
        answer = await world.add(ada, base, one)
        assert [each["id"] for each in json.loads(answer.files)] == [one.id]
        for again in (one, other):
            with pytest.raises(Exception, match="Duplicate") as refused:
                await world.add(ada, base, again)
            assert refused.value.reason == "duplicate_content"
        assert (await world.members(ada, base)).total == 1

    async def test_that_are_being_read_are_waited_for(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        world.worker.at_once = False
        try:
            file = await world.upload(ada, b"slowly read")
            adding = asyncio.ensure_future(world.add(ada, base, file))
            _, pending = await asyncio.wait([adding], timeout=0.3)
            assert pending
            await world.worker.read(file.id)
            assert json.loads((await adding).files)[0]["hash"]
        finally:
            world.worker.at_once = True

    async def test_that_failed_are_refused_with_the_reason(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        world.worker.at_once = False
        try:
            file = await world.upload(ada, b"broken")
        finally:
            world.worker.at_once = True
        await world.worker.fail(file.id, "This document is broken")
        with pytest.raises(Invalid, match="This document is broken"):
            await world.add(ada, base, file)

    async def test_that_were_not_to_be_read_are_read_for_a_base(self, world, new_person):
        ada = new_person()
        file = await world.upload(ada, b"read later", process=False)
        assert not (await world.row(ada, file.id)).hash
        answer = await world.add(ada, await world.base(ada), file)
        assert json.loads(answer.files)[0]["hash"]

    async def test_are_added_in_batches_all_or_none(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        files = [await world.upload(ada, f"batch {number}".encode()) for number in range(3)]
        foreign = await world.upload(bob, b"of bob")

        def batch(chosen):
            items = [pb.KnowledgeFileId(file_id=file.id, folder="in/here") for file in chosen]
            return pb.AddKnowledgeFilesRequest(id=base.id, items=items)

        with pytest.raises(NotFound):
            await world.call(ada, world.knowledge.AddKnowledgeFiles, batch([*files, foreign]))
        assert (await world.members(ada, base)).total == 0
        for chosen in (files[:2], files, [*files, *files]):
            await world.call(ada, world.knowledge.AddKnowledgeFiles, batch(chosen))
        members = await world.members(ada, base)
        assert (members.total, {item.folder for item in members.items}) == (3, {"in/here"})

    async def test_added_by_many_at_once_are_all_there_once(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        files = [await world.upload(ada, f"parallel {number}".encode()) for number in range(20)]
        await asyncio.gather(*(world.add(ada, base, file) for file in files))
        assert (await world.members(ada, base)).total == 20

    async def test_go_with_their_removal_unless_another_base_has_them(self, world, new_person):
        ada = new_person()
        base, other = await world.base(ada), await world.base(ada)
        kept, lost, spared = [
            await world.upload(ada, f"removal {n} {ada.user_id}".encode()) for n in range(3)
        ]
        for file in (kept, lost, spared):
            await world.add(ada, base, file)
        await world.add(ada, other, kept)

        async def remove(file, **more):
            request = pb.RemoveKnowledgeFileRequest(
                id=base.id, file=pb.KnowledgeFileId(file_id=file.id), **more
            )
            return await world.call(ada, world.knowledge.RemoveKnowledgeFile, request)

        await remove(kept)
        await remove(lost)
        assert json.loads((await remove(spared, delete_file=False)).knowledge.files) == []
        for file in (kept, spared):
            assert (await world.row(ada, file.id)).id == file.id
        with pytest.raises(NotFound):
            await world.row(ada, lost.id)
        with pytest.raises(NotFound):
            await remove(kept)

    async def test_stay_when_the_base_goes_or_is_emptied(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"survivor")
        await world.add(ada, base, file)
        await world.call(ada, world.knowledge.ResetKnowledge, pb.ResetKnowledgeRequest(id=base.id))
        assert (await world.members(ada, base)).total == 0
        await world.add(ada, base, file)
        await world.call(ada, world.knowledge.DeleteKnowledge, pb.DeleteKnowledgeRequest(id=base.id))
        assert (await world.row(ada, file.id)).id == file.id
        with pytest.raises(NotFound):
            await world.members(ada, base)

    async def test_go_with_the_base_on_demand_unless_they_are_needed_elsewhere(self, world, new_person):
        ada, bob = new_person(), new_person()
        writers = {each: {"user_ids": [bob.user_id]} for each in ("read", "write")}
        kept, emptied, deleted = [await world.base(ada, writers) for _ in range(3)]
        alone, also = await world.upload(ada, b"of one base"), await world.upload(ada, b"of all three")
        of_bob = await world.upload(bob, b"what Bob lent", "bob.txt")
        for base in (emptied, deleted):
            await world.add(ada, base, also)
        await world.add(ada, kept, also)
        await world.add(ada, deleted, alone)
        await world.add(bob, deleted, of_bob)
        reset = pb.ResetKnowledgeRequest(id=emptied.id, delete_files=True)
        await world.call(ada, world.knowledge.ResetKnowledge, reset)
        assert (await world.members(ada, emptied)).total == 0
        request = pb.DeleteKnowledgeRequest(id=deleted.id, delete_files=True)
        with pytest.raises(NotFound):
            await world.call(new_person(), world.knowledge.DeleteKnowledge, request)
        assert (await world.members(ada, deleted)).total == 3
        await world.call(ada, world.knowledge.DeleteKnowledge, request)
        with pytest.raises(NotFound):
            await world.row(ada, alone.id)
        assert not [key for key in await world.blobs() if key.endswith(alone.id)]
        assert await world.count("content", "text = 'of one base'") == 0
        assert [(await world.row(who, file.id)).id for who, file in ((ada, also), (bob, of_bob))]
        assert [item.id for item in (await world.members(ada, kept)).items] == [also.id]

    async def test_are_read_again(self, world, new_person):
        ada, root = new_person(), new_person("admin")
        base = await world.base(ada)
        file = await world.upload(ada, b"read me twice")
        await world.add(ada, base, file)
        world.worker.submitted.clear()
        request = pb.UpdateKnowledgeFileRequest(id=base.id, file_id=file.id)
        await world.call(ada, world.knowledge.UpdateKnowledgeFile, request)
        assert world.worker.submitted == [file.id]
        outside = await world.upload(ada, b"outside of the base")
        request = pb.UpdateKnowledgeFileRequest(id=base.id, file_id=outside.id)
        with pytest.raises(NotFound):
            await world.call(ada, world.knowledge.UpdateKnowledgeFile, request)
        with pytest.raises(Forbidden):
            await world.call(ada, world.knowledge.ReindexKnowledge, pb.ReindexKnowledgeRequest())
        await world.call(root, world.knowledge.ReindexKnowledge, pb.ReindexKnowledgeRequest())
        assert world.worker.submitted.count(file.id) == 2

    async def test_uploaded_for_a_base_are_in_it(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(ada)
        file = await world.upload(ada, b"brought along", knowledge_id=base.id, folder="/a//b/")
        [item] = (await world.members(ada, base)).items
        assert (item.id, item.folder) == (file.id, "a/b")
        before = await world.blobs()
        with pytest.raises(NotFound):
            await world.upload(bob, b"smuggled", knowledge_id=base.id)
        with pytest.raises(Invalid):
            await world.upload(ada, b"outside", knowledge_id=base.id, folder="../x")
        assert await world.blobs() == before


class TestFolders:
    async def test_are_counted_moved_renamed_and_removed(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        files = {}
        for folder in ("", "a", "a/b", "ab"):
            files[folder] = await world.upload(ada, f"in {folder} of {ada.user_id}".encode())
            await world.add(ada, base, files[folder], folder)

        async def folders():
            request = pb.ListKnowledgeFoldersRequest(id=base.id)
            answer = await world.call(ada, world.knowledge.ListKnowledgeFolders, request)
            return {item.folder: item.count for item in answer.items}

        assert await folders() == {"": 1, "a": 1, "a/b": 1, "ab": 1}
        assert [item.id for item in (await world.members(ada, base, folder="a")).items] == [files["a"].id]
        rename = pb.RenameKnowledgeFolderRequest(id=base.id, folder="a", new_folder="x/y")
        assert (await world.call(ada, world.knowledge.RenameKnowledgeFolder, rename)).moved == 2
        assert await folders() == {"": 1, "x/y": 1, "x/y/b": 1, "ab": 1}
        move = pb.MoveKnowledgeFilesRequest(id=base.id, file_ids=[files[""].id], folder="ab")
        assert (await world.call(ada, world.knowledge.MoveKnowledgeFiles, move)).moved == 1
        remove = pb.RemoveKnowledgeFolderRequest(id=base.id, folder="x", delete_files=True)
        assert (await world.call(ada, world.knowledge.RemoveKnowledgeFolder, remove)).removed == 2
        assert await folders() == {"ab": 2}
        with pytest.raises(NotFound):
            await world.row(ada, files["a"].id)
        rename = pb.RenameKnowledgeFolderRequest(id=base.id, folder="ab", new_folder="")
        await world.call(ada, world.knowledge.RenameKnowledgeFolder, rename)
        assert await folders() == {"": 2}
        for folder, new in (("", "x"), ("a", "a/b"), ("a", "..")):
            rename = pb.RenameKnowledgeFolderRequest(id=base.id, folder=folder, new_folder=new)
            with pytest.raises(Invalid):
                await world.call(ada, world.knowledge.RenameKnowledgeFolder, rename)

    async def test_are_closed_to_readers(self, world, new_person):
        ada, reader = new_person(), new_person()
        base = await world.base(ada, {"read": {"user_ids": [reader.user_id]}})
        file = await world.upload(ada, b"stays where it is")
        await world.add(ada, base, file, "here")
        for method, request in (
            (
                world.knowledge.MoveKnowledgeFiles,
                pb.MoveKnowledgeFilesRequest(id=base.id, file_ids=[file.id]),
            ),
            (
                world.knowledge.RenameKnowledgeFolder,
                pb.RenameKnowledgeFolderRequest(id=base.id, folder="here", new_folder="there"),
            ),
            (
                world.knowledge.RemoveKnowledgeFolder,
                pb.RemoveKnowledgeFolderRequest(id=base.id, folder="here"),
            ),
        ):
            with pytest.raises(Forbidden):
                await world.call(reader, method, request)
        assert (await world.members(reader, base, folder="here")).total == 1


class TestSyncing:
    async def test_tells_what_differs(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        same = await world.upload(ada, b"same", "same.txt", knowledge_id=base.id, folder="docs")
        old = await world.upload(ada, b"old", "odd:name.txt", knowledge_id=base.id, folder="docs/deep")
        gone = await world.upload(ada, b"gone", "gone.txt", knowledge_id=base.id, folder="docs")
        await world.upload(ada, b"elsewhere", "elsewhere.txt", knowledge_id=base.id, folder="other")

        def file(path, data):
            return pb.SyncFile(path=path, hash=hashlib.sha256(data).hexdigest().upper(), size=len(data))

        there = [file("same.txt", b"same"), file("deep/odd:name.txt", b"new"), file("fresh.txt", b"fresh")]
        request = pb.PlanKnowledgeSyncRequest(id=base.id, files=there, folder="docs")
        plan = await world.call(ada, world.knowledge.PlanKnowledgeSync, request)
        assert [each.path for each in plan.add] == ["fresh.txt"]
        assert [(each.path, each.file_id) for each in plan.replace] == [("deep/odd:name.txt", old.id)]
        assert [(each.path, each.file_id) for each in plan.remove] == [("gone.txt", gone.id)]
        assert plan.unchanged == 1
        assert same.id
        with pytest.raises(NotFound):
            await world.call(new_person(), world.knowledge.PlanKnowledgeSync, request)
