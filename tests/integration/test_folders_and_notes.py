"""Folders and notes as clients of the public interface use them, and answers that rest on them."""

from typing import Any

import pytest

from .clients.people import Person
from .test_chat_with_documents import HANDBOOK, QUESTION, asked_of, question, upload
from .world import World, eventually

FOLDER = {
    "id", "parent_id", "user_id", "name", "items", "meta", "data", "is_expanded", "created_at", "updated_at",
}  # fmt: skip
LISTED_FOLDER = {"id", "name", "meta", "parent_id", "is_expanded", "created_at", "updated_at"}
NOTE = {"id", "user_id", "title", "data", "meta", "access_control", "created_at", "updated_at"}


class TestFolders:
    async def test_live_through_all_routes(self, ada: Person) -> None:
        rest = ada.rest
        made = await rest.send("/api/v1/folders/", {"name": "Work", "meta": {"icon": "star"}})
        assert set(made) == FOLDER
        assert (made["name"], made["parent_id"], made["data"]) == ("Work", None, None)
        answer = await rest.post("/api/v1/folders/", {"name": "work"})
        assert (answer.status, answer.detail) == (400, "[ERROR: Folder already exists]")
        below = await rest.send("/api/v1/folders/", {"name": "Below"})
        path = f"/api/v1/folders/{below['id']}"
        moved = await rest.send(f"{path}/update/parent", {"parent_id": made["id"]})
        assert moved["parent_id"] == made["id"]
        data = {"system_prompt": "p", "files": [], "model_ids": ["m"]}
        changed = await rest.send(f"{path}/update", {"name": "Deep", "data": data})
        assert (changed["name"], changed["data"]) == ("Deep", data)
        assert (await rest.send(f"{path}/update/expanded", {"is_expanded": True}))["is_expanded"] is True
        listed = await rest.fetch("/api/v1/folders/")
        assert [(set(one), one["name"], one["meta"]) for one in listed] == [
            (LISTED_FOLDER, "Deep", None),
            (LISTED_FOLDER, "Work", {"icon": "star"}),
        ]
        assert (await rest.fetch(path))["data"] == data
        assert (await rest.delete(f"/api/v1/folders/{made['id']}")).json is True
        assert await rest.fetch("/api/v1/folders/") == []
        assert (await rest.get(path)).status == 404

    @pytest.mark.parametrize("delete_contents", [True, False])
    async def test_go_with_their_chats_or_without(self, ada: Person, delete_contents: bool) -> None:
        folder = (await ada.rest.send("/api/v1/folders/", {"name": "Work"}))["id"]
        chat = await ada.converse()
        await ada.rest.send(f"/api/v1/chats/{chat.chat_id}/folder", {"folder_id": folder})
        listed = await ada.rest.fetch(f"/api/v1/chats/folder/{folder}/list")
        assert [one["id"] for one in listed] == [chat.chat_id]
        await ada.rest.delete(f"/api/v1/folders/{folder}?delete_contents={str(delete_contents).lower()}")
        left = await ada.rest.get(f"/api/v1/chats/{chat.chat_id}")
        assert (left.status, (left.json or {}).get("folder_id", "gone")) == (
            (401, "gone") if delete_contents else (200, None)
        )

    async def test_give_the_answers_of_their_chats_a_prompt_and_files(
        self, platform: World, ada: Person
    ) -> None:
        file = await upload(ada, "handbook.md", HANDBOOK)
        data = {"system_prompt": "Speak like {{WHO}}.", "files": [{"type": "file", "id": file, "name": "H"}]}
        folder = (await ada.rest.send("/api/v1/folders/", {"name": "Work", "data": data}))["id"]
        async with ada.socket() as socket:
            conversation = await ada.converse(question=QUESTION)
            await ada.rest.send(f"/api/v1/chats/{conversation.chat_id}/folder", {"folder_id": folder})
            more = question(variables={"{{WHO}}": "a pirate"})
            task = await socket.ended(await ada.ask(conversation, socket.sid, more.pop("model"), **more))
        assert task.faults == []
        stored = await ada.message(conversation)
        assert stored["sources"][0]["metadata"][0]["file_id"] == file
        assert "thirty days of leave" in asked_of(platform.provider)
        prompts = [request.json["messages"][0] for request in platform.provider.completions]
        assert {"role": "system", "content": "Speak like a pirate."} in prompts
        await platform.admin.rest.delete(f"/api/v1/files/{file}")

    async def test_are_switched_off_for_everybody_at_once(self, platform: World, ada: Person) -> None:
        await switched(platform, ada, "ENABLE_FOLDERS", "/api/v1/folders/", "enable_folders")


class TestNotes:
    async def test_live_through_all_routes(self, ada: Person) -> None:
        rest = ada.rest
        data = {
            "content": {"json": None, "html": "<p>x</p>", "md": "Zebra text"},
            "versions": [],
            "files": None,
        }
        made = await rest.send("/api/v1/notes/create", {"title": "First", "data": data, "access_control": {}})
        assert set(made) == NOTE
        assert (made["data"], made["access_control"], made["user_id"]) == (data, {}, ada.id)
        assert made["created_at"] > 10**18
        path = f"/api/v1/notes/{made['id']}"
        opened = await rest.fetch(path)
        assert (set(opened) - NOTE, opened["write_access"]) == ({"write_access"}, True)
        changed = await rest.send(f"{path}/update", {"title": "Second", "data": {"files": []}})
        assert (set(changed), changed["title"]) == (NOTE, "Second")
        assert changed["data"] == {**data, "files": []}
        [listed] = await rest.fetch("/api/v1/notes/?page=1")
        assert set(listed) == {"id", "title", "data", "updated_at", "created_at", "user"}
        assert listed["user"] == {"id": ada.id, "name": ada.name, "role": "user", "email": ada.email}
        found = await rest.fetch("/api/v1/notes/search?query=zebra&order_by=name&direction=asc")
        assert (found["total"], set(found["items"][0]) - NOTE) == (1, {"user"})
        assert (await rest.fetch("/api/v1/notes/search?query=okapi")) == {"items": [], "total": 0}
        assert (await rest.delete(f"{path}/delete")).json is True
        assert (await rest.get(path)).status == 404

    async def test_are_sources_of_those_who_may_read_them(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        body = {
            "title": "Kitchen",
            "data": {"content": {"md": "Everybody has thirty spoons."}},
            "access_control": {"read": {"user_ids": [bob.id], "group_ids": []}},
        }
        note = (await ada.rest.send("/api/v1/notes/create", body))["id"]
        item = {"type": "note", "id": note, "name": "Kitchen"}
        for reader in (ada, bob):
            answer = await reader.rest.send("/api/chat/completions", question(files=[item]))
            [source] = answer["sources"]
            assert (source["source"], source["document"]) == (item, ["Everybody has thirty spoons."])
            assert '<source id="1" name="Kitchen">Everybody' in asked_of(platform.provider)
        [seen] = (await bob.rest.fetch("/api/v1/notes/search?permission=read_only"))["items"]
        assert (seen["id"], seen["user"]["name"], seen["user"]["email"]) == (note, ada.name, "")

    async def test_tell_open_windows_what_they_are_now(self, ada: Person, bob: Person) -> None:
        body = {"title": "Draft", "access_control": {"read": {"user_ids": [bob.id], "group_ids": []}}}
        note = (await ada.rest.send("/api/v1/notes/create", body))["id"]
        async with bob.socket() as socket:
            await socket.call("join-note", {"note_id": note})
            # Whether Redis has heard of the room is nobody's to know: what is told may come too early.
            told: list[Any] = []

            async def heard() -> bool:
                changed = await ada.rest.send(f"/api/v1/notes/{note}/update", {"title": "Final"})
                assert changed["title"] == "Final"
                told[:] = [data for name, data in socket.events if name == "note-events"]
                return bool(told)

            await eventually(heard, "the change to be told", 60)
        assert (set(told[0]), told[0]["title"]) == (NOTE, "Final")

    async def test_go_with_their_owner(self, platform: World) -> None:
        leaver = await platform.person()
        await leaver.rest.send("/api/v1/notes/create", {"title": "Mine"})
        await leaver.rest.send("/api/v1/folders/", {"name": "Mine"})
        await platform.admin.rest.delete(f"/api/v1/users/{leaver.id}")

        async def gone() -> bool:
            left = await platform.query(
                "SELECT id FROM chat.note WHERE user_id = $1"
                " UNION ALL SELECT id FROM chat.folder WHERE user_id = $1",
                leaver.id,
            )
            return not left

        await eventually(gone, "what belonged to the account to be erased", 60)

    async def test_are_switched_off_for_everybody_at_once(self, platform: World, ada: Person) -> None:
        await switched(platform, ada, "ENABLE_NOTES", "/api/v1/notes/", "enable_notes")


async def switched(platform: World, person: Person, name: str, path: str, feature: str) -> None:
    """Switch something off and on again."""
    admin = platform.admin.rest
    config = await admin.fetch("/api/v1/auths/admin/config")
    assert (await person.rest.fetch("/api/config"))["features"][feature] is True
    await admin.send("/api/v1/auths/admin/config", {**config, name: False})
    try:

        async def refused() -> bool:
            answers = [await caller.get(path) for caller in (person.rest, admin)]
            return all(answer.status == 403 for answer in answers)

        await eventually(refused, f"{name} to count", 60)
        assert (await person.rest.fetch("/api/config"))["features"][feature] is False
    finally:
        await admin.send("/api/v1/auths/admin/config", config)

    async def open_again() -> bool:
        return (await person.rest.get(path)).status == 200

    await eventually(open_again, f"{name} to count again", 60)
