"""Folders over gRPC: made, nested, moved, deleted with their chats or without."""

import json
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.folder_service_pb2 as pb
import owui.chat.v1.sharing_service_pb2 as sharing
import pytest
from owui_chassis.errors import AlreadyExists, Exhausted, Forbidden, Invalid, NotFound, Unavailable

from .talking import create


async def make(user: Any, name: str, **more: Any) -> Any:
    """Make a folder."""
    return (await user.folders.CreateFolder(pb.CreateFolderRequest(name=name, **more))).folder


async def read(user: Any, folder_id: str) -> Any:
    """Read a folder."""
    return (await user.folders.GetFolder(pb.GetFolderRequest(id=folder_id))).folder


async def move(user: Any, folder_id: str, parent_id: str | None) -> Any:
    """Put a folder somewhere."""
    return (await user.folders.MoveFolder(pb.MoveFolderRequest(id=folder_id, parent_id=parent_id))).folder


async def names(user: Any) -> list[str]:
    """Return the names of all folders."""
    listed = (await user.folders.ListFolders(pb.ListFoldersRequest())).folders
    return [folder.name for folder in listed]


async def chat_in(user: Any, folder_id: str, **chat: Any) -> str:
    """Make a chat in a folder."""
    chat_id = await create(user, **chat)
    await user.chats.MoveChat(chats.MoveChatRequest(id=chat_id, folder_id=folder_id))
    return chat_id


async def titles(user: Any) -> list[str]:
    """Return the titles of the chats outside of folders."""
    return [one["title"] for one in json.loads((await user.chats.ListChats(chats.ListChatsRequest())).chats)]


class TestFolders:
    async def test_keep_what_they_are_given(self, replica: Any) -> None:
        user = replica.user()
        data = b'{"system_prompt":"p","files":[{"type":"file","id":"f"}],"model_ids":["m"]}'
        made = await make(user, " Work ", data=data, meta=b'{"icon":"x","more":1}', items=b'{"chats":[]}')
        assert (made.name, made.user_id, made.is_expanded) == ("Work", user.id, False)
        assert not made.HasField("parent_id")
        assert (made.data, made.meta, made.items) == (data, b'{"icon":"x","more":1}', b'{"chats":[]}')
        assert made.created_at == made.updated_at
        assert await read(user, made.id) == made

    async def test_are_listed_by_name_without_their_contents(self, replica: Any) -> None:
        user = replica.user()
        await make(user, "b", data=b'{"system_prompt":"p"}')
        await make(user, "A", meta=b'{"icon":"star"}')
        await make(user, "c", meta=b'{"icon":7}')
        found = (await user.folders.ListFolders(pb.ListFoldersRequest())).folders
        assert [(one.name, one.HasField("meta"), one.meta.icon) for one in found] == [
            ("A", True, "star"),
            ("b", False, ""),
            ("c", True, ""),
        ]

    async def test_are_merged_member_by_member(self, replica: Any) -> None:
        user = replica.user()
        made = await make(user, "w", data=b'{"system_prompt":"p","model_ids":["m"]}')
        request = pb.UpdateFolderRequest(id=made.id, data=b'{"system_prompt":"q"}', meta=b'{"icon":"x"}')
        changed = (await user.folders.UpdateFolder(request)).folder
        assert json.loads(changed.data) == {"system_prompt": "q", "model_ids": ["m"]}
        assert (changed.name, changed.meta) == ("w", b'{"icon":"x"}')
        renamed = await user.folders.UpdateFolder(pb.UpdateFolderRequest(id=made.id, name="W"))
        assert (renamed.folder.name, renamed.folder.data) == ("W", changed.data)

    async def test_remember_whether_they_are_open(self, replica: Any) -> None:
        user = replica.user()
        made = await make(user, "w")
        for is_open in (True, False):
            request = pb.ExpandFolderRequest(id=made.id, is_expanded=is_open)
            assert (await user.folders.ExpandFolder(request)).folder.is_expanded is is_open

    async def test_of_one_name_are_not_beside_each_other(self, replica: Any) -> None:
        user = replica.user()
        made = await make(user, "Work Ä")
        with pytest.raises(AlreadyExists) as refusal:
            await make(user, "work ä")
        assert refusal.value.message == "[ERROR: Folder already exists]"
        inside = await make(user, "work ä", parent_id=made.id)
        with pytest.raises(AlreadyExists):
            await move(user, inside.id, None)
        other = await make(user, "Other")
        with pytest.raises(AlreadyExists):
            await user.folders.UpdateFolder(pb.UpdateFolderRequest(id=other.id, name="WORK Ä"))
        assert (await read(user, inside.id)).parent_id == made.id
        await make(replica.user(), "Work Ä")

    async def test_cannot_be_more_than_their_number(self, platform: Any) -> None:
        small = await platform.replica(CHAT_MAX_FOLDERS="1", CHAT_MAX_FOLDER_BYTES="100")
        user = small.user()
        made = await make(user, "a", data=b'{"a":"' + b"x" * 60 + b'"}')
        with pytest.raises(Exhausted):
            await make(user, "b")
        more = b'{"b":"' + b"x" * 60 + b'"}'
        with pytest.raises(Invalid):
            await user.folders.UpdateFolder(pb.UpdateFolderRequest(id=made.id, data=more))


class TestNesting:
    async def test_goes_where_it_is_put(self, replica: Any) -> None:
        user = replica.user()
        a, b = await make(user, "a"), await make(user, "b")
        assert (await move(user, b.id, a.id)).parent_id == a.id
        assert (await move(user, b.id, a.id)).parent_id == a.id
        assert not (await move(user, b.id, None)).HasField("parent_id")

    async def test_never_goes_round(self, replica: Any) -> None:
        user = replica.user()
        a = await make(user, "a")
        b = await make(user, "b", parent_id=a.id)
        c = await make(user, "c", parent_id=b.id)
        for target in (a, b, c):
            with pytest.raises(Invalid) as refusal:
                await move(user, a.id, target.id)
            assert refusal.value.reason == "folder_cycle"
        assert not (await read(user, a.id)).HasField("parent_id")


class TestDeletion:
    async def test_takes_the_folders_and_chats_inside_along(self, replica: Any) -> None:
        user = replica.user()
        outer = await make(user, "outer")
        inner = await make(user, "inner", parent_id=outer.id)
        other = await make(user, "other")
        gone = await chat_in(user, inner.id, title="gone")
        await chat_in(user, other.id, title="elsewhere")
        await create(user, title="outside")
        assert (await user.folders.DeleteFolder(pb.DeleteFolderRequest(id=outer.id))).deleted
        assert await names(user) == ["other"]
        with pytest.raises(NotFound):
            await user.chats.GetChat(chats.GetChatRequest(id=gone))
        assert await titles(user) == ["outside"]
        found = await user.chats.ListFolderChats(chats.ListFolderChatsRequest(folder_id=other.id))
        assert [one["title"] for one in json.loads(found.chats)] == ["elsewhere"]

    async def test_leaves_the_chats_when_that_is_wanted(self, replica: Any) -> None:
        user = replica.user("", "user", without="chat.delete")
        outer = await make(user, "outer")
        inner = await make(user, "inner", parent_id=outer.id)
        await chat_in(user, inner.id, title="kept")
        request = pb.DeleteFolderRequest(id=outer.id, delete_contents=False)
        assert (await user.folders.DeleteFolder(request)).deleted
        assert await names(user) == []
        assert await titles(user) == ["kept"]

    async def test_of_chats_takes_the_permission(self, replica: Any) -> None:
        user = replica.user("", "user", without="chat.delete")
        outer = await make(user, "outer")
        inner = await make(user, "inner", parent_id=outer.id)
        kept = await chat_in(user, inner.id)
        with pytest.raises(Forbidden):
            await user.folders.DeleteFolder(pb.DeleteFolderRequest(id=outer.id))
        assert await names(user) == ["inner", "outer"]
        await user.chats.MoveChat(chats.MoveChatRequest(id=kept))
        assert (await user.folders.DeleteFolder(pb.DeleteFolderRequest(id=outer.id))).deleted

    async def test_takes_shared_copies_along(self, replica: Any) -> None:
        user = replica.user()
        folder = await make(user, "w")
        chat_id = await chat_in(user, folder.id)
        shared = json.loads((await user.sharing.ShareChat(sharing.ShareChatRequest(id=chat_id))).chat)
        await user.folders.DeleteFolder(pb.DeleteFolderRequest(id=folder.id))
        with pytest.raises(NotFound):
            await user.sharing.GetSharedChat(sharing.GetSharedChatRequest(share_id=shared["id"]))


class TestContents:
    async def test_are_found_through_the_folders_around(self, replica: Any) -> None:
        user, other = replica.user(), replica.user()
        outer = await make(user, "My Outer")
        inner = await make(user, "inner", parent_id=outer.id)
        await chat_in(user, inner.id, title="deep")
        await create(user, title="outside")
        await chat_in(other, (await make(other, "My Outer")).id, title="theirs")
        listed = await user.chats.ListFolderChats(chats.ListFolderChatsRequest(folder_id=outer.id))
        searched = await user.chats.SearchChats(chats.SearchChatsRequest(text="folder:my_outer"))
        for found in (listed.chats, searched.chats):
            assert [one["title"] for one in json.loads(found)] == ["deep"]

    async def test_are_copied_beside_their_originals(self, replica: Any) -> None:
        user, other = replica.user(), replica.user()
        folder = await make(user, "w")
        chat_id = await chat_in(user, folder.id)
        copy = json.loads((await user.chats.CloneChat(chats.CloneChatRequest(id=chat_id))).chat)
        assert copy["folder_id"] == folder.id
        shared = json.loads((await user.sharing.ShareChat(sharing.ShareChatRequest(id=chat_id))).chat)
        assert shared["folder_id"] is None
        request = sharing.CloneSharedChatRequest(id=shared["id"])
        assert json.loads((await other.sharing.CloneSharedChat(request)).chat)["folder_id"] is None


class TestStrangers:
    async def test_find_nothing(self, replica: Any) -> None:
        owner, other = replica.user(), replica.user("", "admin")
        folder, own = await make(owner, "secret"), await make(other, "own")
        before = await read(owner, folder.id)
        for method, request in (
            ("GetFolder", pb.GetFolderRequest(id=folder.id)),
            ("UpdateFolder", pb.UpdateFolderRequest(id=folder.id, name="mine")),
            ("MoveFolder", pb.MoveFolderRequest(id=folder.id)),
            ("MoveFolder", pb.MoveFolderRequest(id=own.id, parent_id=folder.id)),
            ("ExpandFolder", pb.ExpandFolderRequest(id=folder.id, is_expanded=True)),
            ("DeleteFolder", pb.DeleteFolderRequest(id=folder.id)),
            ("CreateFolder", pb.CreateFolderRequest(name="n", parent_id=folder.id)),
        ):
            with pytest.raises(NotFound) as refusal:
                await getattr(other.folders, method)(request)
            assert refusal.value.message == "We could not find what you're looking for :/"
        with pytest.raises(NotFound):
            await chat_in(other, folder.id)
        body = json.dumps({"title": "t"}).encode()
        made = await other.chats.CreateChat(chats.CreateChatRequest(chat=body, folder_id=folder.id))
        assert json.loads(made.chat)["folder_id"] is None
        assert await names(other) == ["own"]
        assert await read(owner, folder.id) == before


class TestSwitches:
    async def test_without_the_permission_nothing_is_there(self, replica: Any) -> None:
        user = replica.user("", "user", without="features.folders")
        for method, request in requests():
            with pytest.raises(Forbidden) as refusal:
                await getattr(user.folders, method)(request)
            assert refusal.value.reason == "permission_missing"

    async def test_what_is_switched_off_is_off_for_everybody(self, platform: Any) -> None:
        platform.auth.switches["enable_folders"] = False
        try:
            replica = await platform.replica()
            for user in (replica.user(), replica.user("", "admin")):
                for method, request in requests():
                    with pytest.raises(Forbidden) as refusal:
                        await getattr(user.folders, method)(request)
                    assert refusal.value.reason == "folders_disabled"
        finally:
            platform.auth.clear()

    async def test_nobody_is_let_in_while_nobody_can_say_whether_they_are_on(self, platform: Any) -> None:
        platform.auth.failure = Unavailable("auth is away", "away")
        try:
            replica = await platform.replica()
            with pytest.raises(Unavailable):
                await names(replica.user())
        finally:
            platform.auth.clear()


def requests() -> list[tuple[str, Any]]:
    """One request for each method."""
    return [
        ("ListFolders", pb.ListFoldersRequest()),
        ("CreateFolder", pb.CreateFolderRequest(name="n")),
        ("GetFolder", pb.GetFolderRequest(id="x")),
        ("UpdateFolder", pb.UpdateFolderRequest(id="x")),
        ("MoveFolder", pb.MoveFolderRequest(id="x")),
        ("ExpandFolder", pb.ExpandFolderRequest(id="x")),
        ("DeleteFolder", pb.DeleteFolderRequest(id="x")),
    ]
