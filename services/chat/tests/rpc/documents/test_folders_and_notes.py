"""Answers that rest on folders and notes, attached or around their chat."""

import json
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.folder_service_pb2 as folders
import owui.chat.v1.note_service_pb2 as notes
import pytest
from owui_chassis.errors import NotFound

from services.chat.tests.rpc.talking import create, message, start, window

from .library import BASE, FILE, answered, asked_of, called

PROMPT = "Answer like {{WHO}}."


async def folder(user: Any, **data: Any) -> str:
    """Make a folder."""
    request = folders.CreateFolderRequest(name="Work", data=json.dumps(data).encode())
    return (await user.folders.CreateFolder(request)).folder.id


async def note(user: Any, access: dict[str, Any] | None = None) -> str:
    """Write a note."""
    request = notes.CreateNoteRequest(
        title="Kitchen",
        data=json.dumps({"content": {"md": "# Salt\n\nUse a spoon.", "html": "<h1>"}}).encode(),
        access_control=json.dumps(access or {}).encode(),
    )
    return (await user.notes.CreateNote(request)).note.id


async def asked_in(platform: Any, user: Any, folder_id: str, **body: Any) -> tuple[Any, dict[str, Any]]:
    """Ask in a new chat of a folder; return what the window saw and what is stored."""
    chat_id = await create(user)
    await user.chats.MoveChat(chats.MoveChatRequest(id=chat_id, folder_id=folder_id))
    async with window(platform, user) as shown:
        await start(user, chat_id, **body)
        await shown.until(lambda w: w.final)
    return shown, await message(user, chat_id)


def messages_of(platform: Any) -> list[dict[str, Any]]:
    """Return the messages that a model got last for an answer."""
    bodies = [body for body in platform.models.bodies if body["stream"]]
    return bodies[-1]["messages"]


class TestChatInFolder:
    async def test_has_the_prompt_and_the_files_of_the_folder(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        inside = await folder(user, system_prompt=PROMPT, files=[FILE, BASE])
        more = {"variables": {"{{WHO}}": "a pirate"}, "params": {"system": "Short."}}
        _, stored = await asked_in(platform, user, inside, **more)
        first = messages_of(platform)[0]
        assert first == {"role": "system", "content": "Answer like a pirate.\nShort."}
        assert [source["source"] for source in stored["sources"]] == [FILE, BASE]
        assert "Leave is 30 days." in asked_of(platform)

    async def test_needs_no_search_for_a_prompt_alone(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        inside = await folder(user, system_prompt="Be kind.")
        checks = platform.rag.checks
        _, stored = await asked_in(platform, user, inside)
        assert messages_of(platform)[0] == {"role": "system", "content": "Be kind."}
        assert "sources" not in stored
        assert platform.rag.checks == checks

    async def test_goes_on_without_files_that_have_gone(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        secret = {"type": "file", "id": "secret", "name": "Plan"}
        platform.rag.readers |= {"secret": {"somebody"}}
        inside = await folder(user, files=[secret, FILE])
        shown, stored = await asked_in(platform, user, inside)
        told = {"description": "Plan is not there any more", "done": True, "error": True}
        assert told in shown.data("status")
        assert [source["source"] for source in stored["sources"]] == [FILE]

    async def test_is_refused_for_what_the_question_itself_names(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        secret = {"type": "file", "id": "secret"}
        inside = await folder(user, files=[secret])
        with pytest.raises(NotFound):
            await asked_in(platform, user, inside, files=[secret])

    async def test_has_nothing_of_it_without_the_permission(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        inside = await folder(user, system_prompt="Be kind.", files=[FILE])
        _, stored = await asked_in(
            platform, replica.user(user.id, "user", without="features.folders"), inside
        )
        assert messages_of(platform)[0]["role"] == "user"
        assert "sources" not in stored

    async def test_outside_has_nothing_of_it(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        await folder(user, system_prompt="Be kind.", files=[FILE])
        _, stored = await answered(platform, user)
        assert messages_of(platform)[0]["role"] == "user"
        assert "sources" not in stored


class TestAttachedFolder:
    async def test_stands_for_its_files(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        inside = await folder(user, system_prompt="Be kind.", files=[FILE, {"type": "note", "id": "gone"}])
        _, stored = await answered(platform, user, files=[{"type": "folder", "id": inside}])
        assert [source["source"] for source in stored["sources"]] == [FILE]
        assert messages_of(platform)[0]["role"] == "user"

    async def test_stands_for_them_in_a_response_too(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        inside = await folder(user, files=[FILE])
        _, body = await called(user, files=[{"type": "folder", "id": inside}])
        assert json.loads(body.split(b"\n\n")[0].removeprefix(b"data: "))["sources"][0]["source"] == FILE

    async def test_that_is_empty_is_no_error(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        _, stored = await answered(platform, user, files=[{"type": "folder", "id": await folder(user)}])
        assert stored["content"] == "Thirty [1]."

    async def test_of_somebody_else_is_not_there(self, replica: Any) -> None:
        foreign = await folder(replica.user(), files=[FILE])
        for user in (replica.user(), replica.user("", "admin")):
            for identifier in (foreign, "unknown"):
                with pytest.raises(NotFound) as refusal:
                    await start(user, await create(user), files=[{"type": "folder", "id": identifier}])
                assert refusal.value.message == "We could not find what you're looking for :/"


class TestAttachedNote:
    async def test_is_a_source_with_its_title(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        item = {"type": "note", "id": await note(user), "name": "Old title"}
        _, stored = await answered(platform, user, files=[item])
        [source] = stored["sources"]
        assert source["source"] == item
        assert source["document"] == ["# Salt\n\nUse a spoon."]
        assert source["metadata"][0]["name"] == "Kitchen"
        assert '<source id="1" name="Kitchen"># Salt' in asked_of(platform)

    async def test_is_read_by_those_it_is_shared_with(self, platform: Any, replica: Any) -> None:
        reader = replica.user(group_ids=("cooks",))
        shared = await note(replica.user(), {"read": {"group_ids": ["cooks"], "user_ids": []}})
        _, body = await called(reader, files=[{"type": "note", "id": shared}])
        assert b"Use a spoon." in body

    async def test_of_somebody_else_is_not_there(self, replica: Any) -> None:
        private = await note(replica.user())
        user = replica.user()
        writable = await note(replica.user(), {"write": {"user_ids": [user.id], "group_ids": []}})
        for identifier in (private, writable, "unknown"):
            item = {"type": "note", "id": identifier}
            with pytest.raises(NotFound) as refusal:
                await start(user, await create(user), files=[item])
            assert refusal.value.message == "We could not find what you're looking for :/"
            with pytest.raises(NotFound):
                await called(user, files=[item])

    async def test_that_came_earlier_and_has_gone_is_no_error(self, platform: Any, replica: Any) -> None:
        items = [{"type": "note", "id": "gone"}, {"type": "folder", "id": "gone too"}, FILE]
        question = {"id": "q", "role": "user", "content": "?", "files": [FILE]}
        _, stored = await answered(platform, replica.user(), files=items, parent_message=question)
        assert [source["source"] for source in stored["sources"]] == [FILE]

    async def test_takes_the_permission(self, replica: Any) -> None:
        user = replica.user()
        own = await note(user)
        without = replica.user(user.id, "user", without="features.notes")
        with pytest.raises(NotFound):
            await called(without, files=[{"type": "note", "id": own}])
