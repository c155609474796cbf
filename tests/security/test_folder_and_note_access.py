"""Folders and notes of one person, in every place where another could name them."""

import json
from typing import Any

from tests.integration.clients.people import Person
from tests.integration.clients.rest import Answer, Rest
from tests.integration.world import World

NOT_FOUND = "We could not find what you're looking for :/"
SECRET = "walnut"
Attempt = tuple[str, str, Any]
NOBODY = "00000000-0000-0000-0000-000000000000"


async def folder(owner: Person, name: str = "Plans", **more: Any) -> str:
    """A folder that keeps a secret."""
    body = {"name": name, "data": {"system_prompt": f"The word is {SECRET}."}, **more}
    made: str = (await owner.rest.send("/api/v1/folders/", body))["id"]
    return made


async def note(owner: Person, access: Any) -> str:
    """A note that keeps a secret."""
    body = {"title": f"{SECRET} notes", "data": {"content": {"md": SECRET}}, "access_control": access}
    made: str = (await owner.rest.send("/api/v1/notes/create", body))["id"]
    return made


def on_folder(folder_id: str) -> list[Attempt]:
    """All that can be done with a folder at its own address."""
    path = f"/api/v1/folders/{folder_id}"
    return [
        ("GET", path, None),
        ("POST", f"{path}/update", {"name": "mine"}),
        ("POST", f"{path}/update", {"data": {"system_prompt": "obey"}}),
        ("POST", f"{path}/update/parent", {"parent_id": None}),
        ("POST", f"{path}/update/expanded", {"is_expanded": True}),
        ("DELETE", path, None),
        ("DELETE", f"{path}?delete_contents=false", None),
    ]


def changes_of_note(note_id: str) -> list[Attempt]:
    """What only those may do who may change a note."""
    path = f"/api/v1/notes/{note_id}"
    return [
        ("POST", f"{path}/update", {"title": "mine"}),
        ("POST", f"{path}/update", {"title": "mine", "access_control": None}),
        ("DELETE", f"{path}/delete", None),
    ]


def question(**more: Any) -> dict[str, Any]:
    """The body of a completion."""
    return {"model": "fake-model", "messages": [{"role": "user", "content": "What is it?"}], **more}


async def refused(caller: Rest, attempts: list[Attempt], status: int, detail: str = "") -> None:
    """Make all attempts; each is refused in the same words and tells nothing."""
    for verb, path, body in attempts:
        answer = await caller.call(verb, path, body)
        assert answer.status == status, (verb, path, answer)
        assert not detail or answer.detail == detail, (verb, path, answer)
        tells_nothing(answer)


def tells_nothing(answer: Answer) -> None:
    """Whatever the answer is, the secret is not in it."""
    assert SECRET.encode() not in answer.body, answer


class TestFolders:
    async def test_of_others_are_as_if_they_were_not_there(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        outer = await folder(ada)
        inner = await folder(ada, "Inner", parent_id=outer)
        own = await folder(bob, "Own")
        chat = await bob.converse()
        before = await ada.rest.fetch(f"/api/v1/folders/{inner}")
        counts = await platform.row_counts()
        admin = await platform.person(role="admin")
        key = bob.rest.with_token(await bob.api_key())
        for stranger in (bob.rest, key, admin.rest):
            await refused(stranger, [*on_folder(outer), *on_folder(inner)], 404, NOT_FOUND)
            await refused(stranger, on_folder(NOBODY), 404, NOT_FOUND)
            into = ("POST", "/api/v1/folders/", {"name": "smuggled", "parent_id": outer})
            await refused(stranger, [into], 404, NOT_FOUND)
            # A child of somebody else's folder is not reached through the parent either.
            for path in (f"/api/v1/chats/folder/{outer}", f"/api/v1/chats/folder/{outer}/list"):
                assert (await stranger.fetch(path)) == []
        await refused(
            bob.rest, [("POST", f"/api/v1/folders/{own}/update/parent", {"parent_id": outer})], 404, NOT_FOUND
        )
        moving = ("POST", f"/api/v1/chats/{chat.chat_id}/folder", {"folder_id": inner})
        await refused(bob.rest, [moving], 401, NOT_FOUND)
        made = await bob.rest.send("/api/v1/chats/new", {"chat": {"title": "t"}, "folder_id": inner})
        assert made["folder_id"] is None
        await bob.rest.delete(f"/api/v1/chats/{made['id']}")
        assert [one["name"] for one in await bob.rest.fetch("/api/v1/folders/")] == ["Own"]
        assert await ada.rest.fetch(f"/api/v1/folders/{inner}") == before
        after = await platform.row_counts()
        assert {name: after[name] for name in ("chat.folder", "chat.chat")} == {
            name: counts[name] for name in ("chat.folder", "chat.chat")
        }

    async def test_deleting_ones_own_leaves_those_of_others(self, ada: Person, bob: Person) -> None:
        hers, his = await folder(ada), await folder(bob)
        chat = await ada.converse()
        await ada.rest.send(f"/api/v1/chats/{chat.chat_id}/folder", {"folder_id": hers})
        assert (await bob.rest.delete(f"/api/v1/folders/{his}")).json is True
        assert (await ada.rest.fetch(f"/api/v1/chats/{chat.chat_id}"))["folder_id"] == hers

    async def test_never_go_round(self, ada: Person) -> None:
        top = await folder(ada)
        below = await folder(ada, "Below", parent_id=top)
        for target in (top, below):
            answer = await ada.rest.post(f"/api/v1/folders/{top}/update/parent", {"parent_id": target})
            assert (answer.status, answer.json["detail"]) == (
                400,
                "A folder cannot be moved into itself or into a folder in it",
            )
        assert (await ada.rest.fetch(f"/api/v1/folders/{top}"))["parent_id"] is None

    async def test_of_others_give_no_answer_anything(self, platform: World, ada: Person, bob: Person) -> None:
        foreign = await folder(ada, data={"files": [{"type": "text", "content": SECRET}]})
        for body in (
            question(files=[{"type": "folder", "id": foreign}]),
            question(files=[{"type": "folder", "id": NOBODY}]),
        ):
            answer = await bob.rest.post("/api/chat/completions", body)
            assert (answer.status, answer.detail) == (404, NOT_FOUND), answer
        assert not platform.provider.completions

    async def test_lend_nothing_that_their_owner_may_not_read(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        secret = await note(ada, {})
        stolen = [
            {"type": "note", "id": secret},
            {"type": "file", "id": secret},
            {"type": "collection", "id": secret},
        ]
        own = await folder(bob, "Own", data={"files": stolen})
        answer = await bob.rest.send("/api/chat/completions", question(files=[{"type": "folder", "id": own}]))
        assert "sources" not in answer
        assert SECRET not in json.dumps([request.json for request in platform.provider.completions])


class TestNotes:
    async def test_of_others_are_as_if_they_were_not_there(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        private = await note(ada, {})
        before = await ada.rest.fetch(f"/api/v1/notes/{private}")
        key = bob.rest.with_token(await bob.api_key())
        for stranger in (bob.rest, key):
            for target in (private, NOBODY):
                attempts = [("GET", f"/api/v1/notes/{target}", None), *changes_of_note(target)]
                await refused(stranger, attempts, 404, NOT_FOUND)
            for query in (
                "",
                f"?query={SECRET[:4]}",
                "?permission=read",
                "?view_option=shared",
                "?query=%25",
            ):
                tells_nothing(await stranger.get(f"/api/v1/notes/search{query}"))
            tells_nothing(await stranger.get("/api/v1/notes/"))
            item = {"type": "note", "id": private}
            answer = await stranger.post("/api/chat/completions", question(files=[item]))
            assert (answer.status, answer.detail) == (404, NOT_FOUND), answer
        assert not platform.provider.completions
        assert await ada.rest.fetch(f"/api/v1/notes/{private}") == before

    async def test_readers_read_and_change_nothing(self, platform: World, ada: Person, bob: Person) -> None:
        group = await platform.admin.rest.send(
            "/api/v1/groups/create", {"name": f"Readers {ada.id}", "description": ""}
        )
        add = f"/api/v1/groups/id/{group['id']}/users/add"
        await platform.admin.rest.send(add, {"user_ids": [bob.id]})
        member = await bob.sign_in()
        for rule in ({"user_ids": [bob.id]}, {"group_ids": [group["id"]]}):
            lent = await note(ada, {"read": rule})
            before = await ada.rest.fetch(f"/api/v1/notes/{lent}")
            assert (await member.fetch(f"/api/v1/notes/{lent}"))["write_access"] is False
            for verb, path, body in changes_of_note(lent):
                answer = await member.call(verb, path, body)
                assert answer.status == 403, (verb, path, answer)
            assert await ada.rest.fetch(f"/api/v1/notes/{lent}") == before

    async def test_writers_who_may_not_read_see_nothing_by_writing_nothing(
        self, ada: Person, bob: Person
    ) -> None:
        lent = await note(ada, {"write": {"user_ids": [bob.id]}})
        assert (await bob.rest.get(f"/api/v1/notes/{lent}")).status == 404

    async def test_become_public_only_by_those_who_may(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        private = await note(ada, None)
        assert (await ada.rest.fetch(f"/api/v1/notes/{private}"))["access_control"] == {}
        answer = await ada.rest.send(
            f"/api/v1/notes/{private}/update", {"title": "t", "access_control": None}
        )
        assert answer["access_control"] == {}
        assert (await bob.rest.get(f"/api/v1/notes/{private}")).status == 404
        public = await note(platform.admin, None)
        assert (await bob.rest.fetch(f"/api/v1/notes/{public}"))["access_control"] is None
        assert (await platform.admin.rest.delete(f"/api/v1/notes/{public}/delete")).json is True
