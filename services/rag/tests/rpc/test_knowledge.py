"""Knowledge bases: who makes them, who sees them, who changes them."""

import json

import pytest
from owui.rag.v1 import file_service_pb2 as files_pb
from owui.rag.v1 import knowledge_service_pb2 as pb
from owui_chassis.errors import Forbidden, Invalid, NotFound

from .bases import GONE, PUBLIC, access, create, update


class TestCreating:
    async def test_needs_the_permission(self, world, new_person):
        with pytest.raises(Forbidden):
            await world.call(new_person(permissions=frozenset()), world.knowledge.CreateKnowledge, create())
        root = new_person("admin", permissions=frozenset())
        assert (await world.call(root, world.knowledge.CreateKnowledge, create())).knowledge.id

    async def test_is_public_only_with_the_permission(self, world, new_person):
        ada = new_person()
        made = (await world.call(ada, world.knowledge.CreateKnowledge, create(access=PUBLIC))).knowledge
        assert made.access_control == b"{}"
        may = frozenset({"workspace.knowledge", "sharing.public_knowledge"})
        bob = new_person(permissions=may)
        made = (await world.call(bob, world.knowledge.CreateKnowledge, create(access=PUBLIC))).knowledge
        assert not made.HasField("access_control")
        assert (
            await world.call(ada, world.knowledge.GetKnowledge, pb.GetKnowledgeRequest(id=made.id))
        ).knowledge
        changed = await world.call(
            ada, world.knowledge.UpdateKnowledge, update(await world.base(ada), PUBLIC)
        )
        assert changed.knowledge.access_control == b"{}"

    @pytest.mark.parametrize(
        "form",
        [
            create(name=" "),
            create(name="x" * 2000),
            create(name="nul\0"),
            create(description="x" * 100_000),
            create(access=b"[]"),
            create(access=b"{"),
            create(access=b'{"read": {"user_ids": [1]}}'),
        ],
    )
    async def test_refuses_nonsense(self, world, new_person, form):
        with pytest.raises(Invalid):
            await world.call(new_person(), world.knowledge.CreateKnowledge, form)

    async def test_tells_its_owner(self, world, new_person):
        ada = new_person()
        base = await world.base(ada)
        assert (base.user.id, base.user.name, base.user.email) == (ada.user_id, "Ada", ada.email)
        assert base.write_access
        bob = new_person("admin")
        seen = (
            await world.call(bob, world.knowledge.GetKnowledge, pb.GetKnowledgeRequest(id=base.id))
        ).knowledge
        assert (seen.user.name, seen.user.email) == (f"Name of {ada.user_id}", "")


class TestSharing:
    async def test_lets_groups_read_and_people_write(self, world, new_person):
        ada, reader, writer, other = new_person(), new_person(groups=("g",)), new_person(), new_person()
        control = {
            "read": {"group_ids": ["g"], "user_ids": [writer.user_id]},
            "write": {"user_ids": [writer.user_id]},
        }
        base = await world.base(ada, control)
        get = pb.GetKnowledgeRequest(id=base.id)
        assert not (await world.call(reader, world.knowledge.GetKnowledge, get)).knowledge.write_access
        assert (await world.call(writer, world.knowledge.GetKnowledge, get)).knowledge.write_access
        with pytest.raises(NotFound, match=GONE):
            await world.call(other, world.knowledge.GetKnowledge, get)
        for who, error in ((reader, Forbidden), (other, NotFound)):
            for method, request in (
                (world.knowledge.UpdateKnowledge, update(base, b"{}")),
                (world.knowledge.DeleteKnowledge, pb.DeleteKnowledgeRequest(id=base.id)),
                (world.knowledge.ResetKnowledge, pb.ResetKnowledgeRequest(id=base.id)),
            ):
                with pytest.raises(error):
                    await world.call(who, method, request)
        changed = await world.call(
            writer, world.knowledge.UpdateKnowledge, update(base, access(**control), "New")
        )
        assert changed.knowledge.name == "New"

    async def test_shows_in_lists_what_may_be_read(self, world, new_person):
        ada, bob = new_person(groups=("list-group",)), new_person()
        own = await world.base(ada, name="Own Alpha")
        shared = await world.base(bob, {"read": {"group_ids": ["list-group"]}}, name="Shared Beta")
        await world.base(bob, name="Hidden")
        everything = await world.call(ada, world.knowledge.ListKnowledge, pb.ListKnowledgeRequest())
        seen = {
            item.id: item.write_access
            for item in everything.items
            if item.user_id in {ada.user_id, bob.user_id}
        }
        assert seen == {own.id: True, shared.id: False}

        async def search(**wanted):
            answer = await world.call(
                ada, world.knowledge.SearchKnowledge, pb.SearchKnowledgeRequest(**wanted)
            )
            return [item.id for item in answer.items]

        assert own.id in await search(view_option="created")
        assert shared.id not in await search(view_option="created")
        assert shared.id in await search(view_option="shared")
        assert await search(query="alpha") == [own.id]
        assert await search(query="hidden") == []

    async def test_pages_hold_thirty(self, world, new_person):
        ada = new_person()
        for number in range(32):
            await world.base(ada, name=f"Paged {number} of {ada.user_id}")
        request = pb.SearchKnowledgeRequest(query=f"of {ada.user_id}")
        first = await world.call(ada, world.knowledge.SearchKnowledge, request)
        request.page = 2
        second = await world.call(ada, world.knowledge.SearchKnowledge, request)
        request.page = 3
        third = await world.call(ada, world.knowledge.SearchKnowledge, request)
        assert (len(first.items), len(second.items), len(third.items)) == (30, 2, 0)
        assert (first.total, second.total, third.total) == (32, 32, 32)

    async def test_lends_reading_of_the_files_and_nothing_more(self, world, new_person):
        ada, bob = new_person(), new_person()
        base = await world.base(
            ada, {"read": {"user_ids": [bob.user_id]}, "write": {"user_ids": [bob.user_id]}}
        )
        file = await world.upload(ada, b"lent words")
        await world.add(ada, base, file)
        assert json.loads((await world.row(bob, file.id)).data)["content"] == "lent words"
        with pytest.raises(NotFound):
            await world.delete(bob, file.id)
        # Nor may he show it to others through a base of his own.
        with pytest.raises(NotFound):
            await world.add(bob, await world.base(bob), file)
        remove = pb.RemoveKnowledgeFileRequest(id=base.id, file=pb.KnowledgeFileId(file_id=file.id))
        await world.call(bob, world.knowledge.RemoveKnowledgeFile, remove)
        with pytest.raises(NotFound):
            await world.row(bob, file.id)
        assert (await world.row(ada, file.id)).id == file.id


class TestWriters:
    async def test_of_a_file_get_no_sight_of_it_through_a_base_of_their_own(self, world, new_person):
        ada, bob = new_person(), new_person()
        file = await world.upload(ada, b"written, not read, by bob")
        control = json.dumps({"write": {"user_ids": [bob.user_id]}}).encode()
        request = files_pb.UpdateFileAccessRequest(id=file.id, access_control=control)
        await world.call(ada, world.files.UpdateFileAccess, request)
        base = await world.base(bob)
        items = [pb.KnowledgeFileId(file_id=file.id)]
        with pytest.raises(NotFound):
            await world.add(bob, base, file)
        request = pb.AddKnowledgeFilesRequest(id=base.id, items=items)
        with pytest.raises(NotFound):
            await world.call(bob, world.knowledge.AddKnowledgeFiles, request)
        with pytest.raises(NotFound):
            await world.row(bob, file.id)
