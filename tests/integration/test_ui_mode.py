"""Conversations of people: answers over sockets, titles, lists, and what one does with a chat."""

import asyncio
from itertools import pairwise
from typing import Any

import socketio
from owui_testkit.fake_provider import Gate, Reply

from .clients.people import Person
from .world import World, numbered

TITLE = b'{"choices":[{"message":{"role":"assistant","content":"{\\"title\\": \\"Greetings all round\\"}"}}]}'


class TestAnswer:
    async def test_deltas_come_in_order_and_make_the_stored_message(
        self, platform: World, ada: Person
    ) -> None:
        reply = Reply(steps=tuple(f"wörd{n}✓ " for n in range(100)), usage=(7, 100))
        platform.provider.script(reply)
        async with ada.socket() as socket:
            conversation = await ada.converse()
            task = await socket.ended(await ada.ask(conversation, socket.sid))
        assert (task.text, task.faults) == (reply.text, [])
        assert task.final is not None
        assert task.final["content"] == reply.text
        assert (task.chat_id, task.message_id) == (conversation.chat_id, conversation.answer_id)
        stored = await ada.message(conversation)
        assert (stored["content"], stored["done"]) == (reply.text, True)
        assert "error" not in stored

    async def test_reasoning_is_told_apart_from_the_answer(self, platform: World, ada: Person) -> None:
        platform.provider.script(Reply(steps=("So: ", "42"), reasoning=("let me ", "think")))
        async with ada.socket() as socket:
            conversation = await ada.converse()
            task = await socket.ended(await ada.ask(conversation, socket.sid))
        assert (task.text, "".join(task.reasoning)) == ("So: 42", "let me think")
        stored = await ada.message(conversation)
        assert stored["content"].endswith("So: 42")
        assert "let me think" in stored["content"]

    async def test_the_chat_gets_a_title_and_is_listed_under_it(self, platform: World, ada: Person) -> None:
        platform.provider.script(Reply(), Reply(body=TITLE))
        async with ada.socket() as socket:
            conversation = await ada.converse()
            wanted = {"title_generation": True}
            task_id = await ada.ask(conversation, socket.sid, background_tasks=wanted)
            await socket.wait(lambda: task_id in socket.tasks and socket.tasks[task_id].of_type("chat:title"))
            assert socket.tasks[task_id].of_type("chat:title") == ["Greetings all round"]
        [listed] = await ada.rest.fetch("/api/v1/chats/")
        assert (listed["id"], listed["title"]) == (conversation.chat_id, "Greetings all round")

    async def test_answers_of_local_models_come_the_same_way(self, platform: World) -> None:
        platform.providers.ollama.script(numbered("local", 30))
        admin = platform.admin
        async with admin.socket() as socket:
            conversation = await admin.converse("llama-fake:latest")
            task = await socket.ended(await admin.ask(conversation, socket.sid, "llama-fake:latest"))
        assert (task.text, task.faults) == (numbered("local", 30).text, [])

    async def test_a_provider_that_does_not_stream_is_shown_too(self, platform: World, ada: Person) -> None:
        message = b'{"role":"assistant","content":"All at once."}'
        body = b'{"choices":[{"index":0,"message":%b,"finish_reason":"stop"}]}' % message
        platform.provider.script(Reply(body=body))
        async with ada.socket() as socket:
            conversation = await ada.converse()
            task = await socket.ended(await ada.ask(conversation, socket.sid))
        assert (task.text, task.final and task.final["content"]) == ("All at once.", "All at once.")


class TestManyStreams:
    async def test_fifty_streams_lose_double_and_mix_nothing(self, platform: World) -> None:
        people = await asyncio.gather(*(platform.person() for _ in range(5)))
        replies = [numbered(f"ui{stream}", delay=0.002) for stream in range(50)]
        platform.provider.script(*replies)

        async def one(person: Person) -> list[tuple[str, str, list[str]]]:
            async with person.socket() as socket:
                conversations = [await person.converse() for _ in range(10)]
                tasks = await asyncio.gather(*(person.ask(each, socket.sid) for each in conversations))
                ended = [await socket.ended(task_id, 60) for task_id in tasks]
                stored = [(await person.message(each))["content"] for each in conversations]
                return [(task.text, text, task.faults) for task, text in zip(ended, stored, strict=True)]

        outcomes = [outcome for part in await asyncio.gather(*map(one, people)) for outcome in part]
        assert sorted(text for text, _, _ in outcomes) == sorted(reply.text for reply in replies)
        assert all(text == stored and not faults for text, stored, faults in outcomes)


class TestTwoWindows:
    async def test_deltas_and_the_accumulated_form_tell_the_same(self, platform: World, ada: Person) -> None:
        reply = numbered("twin", 80, delay=0.02)
        platform.provider.script(reply)
        async with ada.socket() as first, ada.socket(deltas=False) as second:
            conversation = await ada.converse()
            task = await first.ended(await ada.ask(conversation, first.sid))
            await second.wait(
                lambda: any(e["data"]["data"].get("done") for e in second.of_type("chat:completion"))
            )
        assert task.text == reply.text
        texts = [
            e["data"]["data"]["content"]
            for e in second.of_type("chat:completion")
            if "content" in e["data"]["data"]
        ]
        assert texts[-1] == reply.text
        assert all(later.startswith(earlier) for earlier, later in pairwise(texts))
        # Eight times a second at most: 80 tokens over 1.6 s are many more than that.
        assert 3 <= len(texts) < 40
        assert not second.delta_bytes
        assert not first.of_type("chat:tasks:cancel")

    async def test_a_public_socket_io_client_is_served(self, platform: World, ada: Person) -> None:
        platform.provider.script(numbered("public", 20, delay=0.01))
        client = socketio.AsyncClient(reconnection=False)
        ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        async def heard(event: dict[str, Any]) -> None:
            content = event["data"].get("data")
            if event["data"]["type"] == "chat:completion" and content.get("done"):
                ended.set_result(content["content"])

        client.on("events", heard)
        await client.connect(
            platform.base_url,
            auth={"token": ada.token},
            socketio_path="/ws/socket.io",
            transports=["websocket"],
        )
        try:
            joined = await client.call("user-join", {"auth": {"token": ada.token}})
            assert joined == {"id": ada.id, "name": ada.name}
            conversation = await ada.converse()
            session_id = client.get_sid()
            assert session_id
            await ada.ask(conversation, session_id)
            assert await asyncio.wait_for(ended, 20) == numbered("public", 20).text
        finally:
            await client.disconnect()


class TestChats:
    async def test_rename_search_pin_archive_and_delete(self, ada: Person) -> None:
        first, second = await ada.converse(question="a needle in here"), await ada.converse()
        path = f"/api/v1/chats/{first.chat_id}"
        await ada.rest.send(path, {"chat": {"title": "Hay and straw"}})
        chat = await ada.rest.fetch(path)
        assert (chat["title"], chat["chat"]["title"]) == ("Hay and straw", "Hay and straw")
        assert len(chat["chat"]["history"]["messages"]) == 2
        for text in ("straw", "needle"):
            found = await ada.rest.fetch(f"/api/v1/chats/search?text={text}")
            assert [one["id"] for one in found] == [first.chat_id], text
        await ada.rest.send(path + "/pin")
        assert await ada.rest.fetch(path + "/pinned") is True
        assert [one["id"] for one in await ada.rest.fetch("/api/v1/chats/pinned")] == [first.chat_id]
        assert [one["id"] for one in await ada.rest.fetch("/api/v1/chats/")] == [second.chat_id]
        await ada.rest.send(f"/api/v1/chats/{second.chat_id}/archive")
        assert await ada.rest.fetch("/api/v1/chats/") == []
        assert (await ada.rest.delete(path)).json is True
        gone = await ada.rest.get(path)
        assert (gone.status, isinstance(gone.detail, str)) == (401, True)
        assert await ada.rest.fetch("/api/v1/chats/pinned") == []

    async def test_a_new_question_appends_and_keeps_what_was_there(
        self, platform: World, ada: Person
    ) -> None:
        async with ada.socket() as socket:
            conversation = await ada.converse()
            await socket.ended(await ada.ask(conversation, socket.sid))
            parent: dict[str, Any] = {
                "id": "second-question",
                "parentId": conversation.answer_id,
                "role": "user",
            }
            parent |= {"childrenIds": ["second-answer"], "content": "And then?", "timestamp": 1}
            body = ada.question(conversation, socket.sid)
            body |= {"id": "second-answer", "parent_id": "second-question", "parent_message": parent}
            await socket.ended((await ada.rest.send("/api/chat/completions", body))["task_id"])
        messages = (await ada.rest.fetch(f"/api/v1/chats/{conversation.chat_id}"))["chat"]["history"][
            "messages"
        ]
        assert messages[conversation.answer_id]["content"] == platform.provider.default.text
        assert messages["second-question"]["content"] == "And then?"
        assert messages["second-answer"]["content"] == platform.provider.default.text
        assert messages["second-answer"]["parentId"] == "second-question"

    async def test_deleting_a_chat_stops_what_is_written_in_it(self, platform: World, ada: Person) -> None:
        gate = Gate()
        platform.provider.script(Reply(steps=("one ", gate)))
        async with ada.socket() as socket:
            conversation = await ada.converse()
            await ada.ask(conversation, socket.sid)
            await gate.reached.wait()
            assert (await ada.rest.delete(f"/api/v1/chats/{conversation.chat_id}")).status == 200
            [asked] = platform.provider.completions
            await asyncio.wait_for(asked.client_left.wait(), 10)
