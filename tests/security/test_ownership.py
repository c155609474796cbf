"""What belongs to one person is closed to all others, wherever its identifier is put."""

import asyncio
from typing import Any

from owui_testkit.fake_provider import Gate, Reply

from tests.integration.clients.people import Conversation, Person
from tests.integration.world import World

SECRET = "the secret of Ada"


async def private_chat(owner: Person) -> Conversation:
    """A chat whose text gives it away wherever it shows up."""
    return await owner.converse(question=SECRET)


class TestChats:
    async def test_every_route_refuses_the_chat_of_another(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        chat = await private_chat(ada)
        path, message = f"/api/v1/chats/{chat.chat_id}", f"messages/{chat.answer_id}"
        attempts: list[tuple[str, str, Any]] = [
            ("GET", path, None),
            ("POST", path, {"chat": {"title": "mine now"}}),
            ("DELETE", path, None),
            ("GET", f"{path}/pinned", None),
            ("POST", f"{path}/pin", None),
            ("POST", f"{path}/archive", None),
            ("POST", f"{path}/folder", {"folder_id": None}),
            ("POST", f"{path}/clone", {"title": "copy"}),
            ("POST", f"{path}/clone/shared", None),
            ("POST", f"{path}/share", None),
            ("DELETE", f"{path}/share", None),
            ("GET", f"{path}/tags", None),
            ("POST", f"{path}/tags", {"name": "x"}),
            ("DELETE", f"{path}/tags", {"name": "x"}),
            ("DELETE", f"{path}/tags/all", None),
            ("POST", f"{path}/{message}", {"content": "overwritten"}),
            ("POST", f"{path}/{message}/event", {"type": "status", "data": {"done": True}}),
            ("GET", f"/api/v1/chats/share/{chat.chat_id}", None),
        ]
        # By contract an administrator may do these with any chat; reading it at its address is not one.
        of_administrators = {
            ("DELETE", path),
            ("POST", f"{path}/{message}"),
            ("POST", f"{path}/{message}/event"),
            ("POST", f"{path}/clone/shared"),
            ("GET", f"/api/v1/chats/share/{chat.chat_id}"),
        }
        before = await ada.rest.fetch(path)
        admin = await platform.person(role="admin")
        for stranger in (bob, admin):
            counts = await platform.row_counts()
            for verb, target, body in attempts:
                if stranger is admin and (verb, target) in of_administrators:
                    continue
                answer = await stranger.rest.call(verb, target, body)
                assert answer.status in {401, 403, 404}, (stranger.role, verb, target, answer)
                assert SECRET not in answer.body.decode()
            assert await platform.row_counts() == counts
        assert await ada.rest.fetch(path) == before

    async def test_lists_searches_and_exports_hold_only_ones_own(self, ada: Person, bob: Person) -> None:
        await private_chat(ada)
        for path in (
            "/api/v1/chats/",
            "/api/v1/chats/list",
            "/api/v1/chats/all",
            "/api/v1/chats/search?text=secret",
            "/api/v1/chats/pinned",
            "/api/v1/chats/all/tags",
        ):
            assert await bob.rest.fetch(path) == [], path

    async def test_a_chat_named_in_a_body_is_checked_too(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        chat = await private_chat(ada)
        counts = await platform.row_counts()
        async with bob.socket() as socket:
            for completion in (
                bob.question(chat, socket.sid),
                {**bob.question(chat, socket.sid), "parent_message": {"id": chat.question_id}},
            ):
                answer = await bob.rest.post("/api/chat/completions", completion)
                assert answer.status in {400, 401, 404}, answer
                assert SECRET not in answer.body.decode()
        assert not platform.provider.completions
        assert await platform.row_counts() == counts

    async def test_a_message_id_of_another_chat_writes_into_ones_own_only(
        self, ada: Person, bob: Person
    ) -> None:
        hers = await private_chat(ada)
        his = await bob.converse()
        async with bob.socket() as socket:
            mixed = Conversation(his.chat_id, hers.question_id, hers.answer_id)
            await socket.ended(await bob.ask(mixed, socket.sid))
        assert (await ada.message(hers))["content"] == ""


class TestTasks:
    async def test_of_another_cannot_be_seen_resumed_or_stopped(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        gate = Gate()
        platform.provider.script(Reply(steps=("one ", gate, "two ")))
        chat = await private_chat(ada)
        async with ada.socket() as hers, bob.socket() as his:
            task_id = await ada.ask(chat, hers.sid)
            await gate.reached.wait()
            assert (await bob.rest.fetch("/api/tasks"))["tasks"] == []
            assert (await bob.rest.fetch(f"/api/tasks/chat/{chat.chat_id}"))["task_ids"] == []
            assert (await bob.rest.send(f"/api/tasks/stop/{task_id}"))["status"] is False
            for seq in (0, 1, 10**6):
                assert await his.call("chat:resume", {"task_id": task_id, "seq": seq}) == {"status": False}
            gate.open()
            task = await hers.ended(task_id)
            assert his.events == []
            assert his.delta_bytes == 0
        assert task.text == "one two "

    async def test_naming_the_socket_of_another_tells_it_nothing(self, ada: Person, bob: Person) -> None:
        async with ada.socket() as hers, bob.socket() as his:
            for session_id in (hers.sid, f"user:{ada.id}", ada.id):
                chat = await bob.converse()
                await his.ended(await bob.ask(chat, session_id))
            assert hers.events == []
            assert hers.delta_bytes == 0

    async def test_events_sent_into_ones_chat_reach_nobody_else(self, ada: Person, bob: Person) -> None:
        chat = await bob.converse()
        event = {"type": "execute:tool", "data": {"session_id": "x", "code": "alert(1)"}}
        async with ada.socket() as hers, bob.socket():
            path = f"/api/v1/chats/{chat.chat_id}/messages/{chat.answer_id}/event"
            await bob.rest.post(path, event)
            assert await hers.call("user-join", {})
            assert hers.events == []


class TestSockets:
    async def test_joining_with_the_token_of_another_changes_nothing(self, ada: Person, bob: Person) -> None:
        async with bob.socket() as his:
            joined = await his.call("user-join", {"auth": {"token": ada.token}})
            assert joined["id"] == bob.id
            for name, data in (
                ("join-channels", {"auth": {"token": ada.token}}),
                ("join-note", {"auth": {"token": ada.token}, "note_id": "x"}),
                ("ydoc:document:join", {"document_id": "x"}),
                ("events:channel", {"channel_id": f"user:{ada.id}", "data": {"type": "typing"}}),
            ):
                await his.emit(name, data)
            async with ada.socket() as hers:
                chat = await ada.converse()
                await hers.ended(await ada.ask(chat, hers.sid))
            assert (await his.call("user-join", {}))["id"] == bob.id
            assert his.events == []


class TestAccounts:
    async def test_keys_of_another_cannot_be_seen_or_revoked(self, ada: Person, bob: Person) -> None:
        key = await ada.api_key()
        [hers] = (await ada.rest.fetch("/api/v1/auths/api_keys"))["items"]
        assert (await bob.rest.fetch("/api/v1/auths/api_keys"))["items"] == []
        assert (await bob.rest.delete(f"/api/v1/auths/api_keys/{hers['id']}")).status == 404
        assert (await ada.rest.with_token(key).get("/api/models")).status == 200
        assert key not in (await ada.rest.get("/api/v1/auths/api_keys")).body.decode()

    async def test_settings_and_profile_are_each_ones_own(self, ada: Person, bob: Person) -> None:
        await ada.rest.send("/api/v1/users/user/settings/update", {"ui": {"note": SECRET}})
        await ada.rest.send("/api/v1/users/user/info/update", {"note": SECRET})
        for path in ("/api/v1/users/user/settings", "/api/v1/users/user/info", f"/api/v1/users/{ada.id}"):
            assert SECRET not in (await bob.rest.get(path)).body.decode()
        for body in ({"role": "admin"}, {"name": "x", "email": "x@example.com", "role": "admin"}):
            answer = await bob.rest.post(f"/api/v1/users/{bob.id}/update", body)
            assert answer.status == 401, answer
        form = {"name": "Bob", "profile_image_url": "/user.png", "role": "admin", "id": ada.id}
        await bob.rest.send("/api/v1/auths/update/profile", form)
        assert (await bob.rest.fetch("/api/v1/auths/"))["role"] == "user"
        assert (await ada.rest.fetch("/api/v1/auths/"))["name"] == ada.name

    async def test_addresses_of_people_are_for_administrators(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        for path in (f"/api/v1/users/{ada.id}", f"/api/v1/users/search?query={ada.name.split()[0]}"):
            assert ada.email not in (await bob.rest.get(path)).body.decode(), path
        found = await platform.admin.rest.fetch(f"/api/v1/users/?query={ada.email}")
        assert [user["email"] for user in found["users"]] == [ada.email]


class TestConcurrency:
    async def test_people_who_ask_at_once_get_their_own_answers(
        self, platform: World, ada: Person, bob: Person
    ) -> None:
        async def whoami(person: Person) -> str:
            found: str = (await person.rest.fetch("/api/v1/auths/"))["id"]
            return found

        order = [ada, bob, platform.admin] * 30
        assert await asyncio.gather(*map(whoami, order)) == [person.id for person in order]
