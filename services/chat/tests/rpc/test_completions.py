"""Completions as tasks: from the provider's bytes to events and stored messages."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import Conflict, Invalid, NotFound

from .talking import BODY, SSE, chunk, create, message, script, start, window


class TestAnswer:
    async def test_streams_numbered_deltas_and_stores_the_whole_text(
        self, platform: Any, replica: Any
    ) -> None:
        parts = [chunk(role="assistant"), *[chunk(content=f"w{n} ") for n in range(50)], b"data: [DONE]\n\n"]
        platform.models.scripts["m"] = script(SSE, *parts)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id)
            await shown.until(lambda w: w.final)
        expected = "".join(f"w{n} " for n in range(50))
        assert shown.text() == expected
        assert shown.final == {"done": True, "content": expected, "title": "New Chat"}
        assert [event.seq for event in shown.events] == list(range(1, len(shown.events) + 1))
        assert shown.events[0].started.chat_id == chat_id
        assert {event.task_id for event in shown.events} == {task_id}
        stored = await message(user, chat_id)
        assert (stored["content"], stored["done"], stored["role"], stored["model"]) == (
            expected,
            True,
            "assistant",
            "m",
        )

    async def test_sends_the_provider_only_what_is_for_it(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = script(SSE, chunk(content="x"))
        user = replica.user()
        async with window(platform, user) as shown:
            await start(
                user,
                await create(user),
                temperature=0.5,
                parent_id=None,
                files=[],
                background_tasks={},
                params={
                    "top_p": 0.9,
                    "system": "Be {{MOOD}}.",
                    "reasoning_tags": False,
                    "custom_params": {"k": "[1]"},
                },
                variables={"{{MOOD}}": "kind"},
            )
            await shown.until(lambda w: w.final)
        assert platform.models.bodies[-1] == {
            "model": "m",
            "temperature": 0.5,
            "top_p": 0.9,
            "k": [1],
            "stream": True,
            "messages": [{"role": "system", "content": "Be kind."}, *BODY["messages"]],
        }

    async def test_links_the_answer_to_a_question_that_only_the_request_carries(
        self, platform: Any, replica: Any
    ) -> None:
        platform.models.scripts["m"] = script(SSE, chunk(content="x"))
        user = replica.user()
        chat_id = await create(user)
        question = {"id": "q", "parentId": None, "childrenIds": [], "role": "user", "content": "Why?"}
        async with window(platform, user) as shown:
            await start(user, chat_id, parent_id="q", parent_message=question)
            await shown.until(lambda w: w.final)
        chat = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)["chat"]
        assert [one["id"] for one in chat["messages"]] == ["q", "a"]
        assert chat["history"]["messages"]["q"]["childrenIds"] == ["a"]
        assert chat["history"]["currentId"] == "a"

    async def test_tells_reasoning_from_the_answer(self, platform: Any, replica: Any) -> None:
        parts = [chunk(content="<thi"), chunk(content="nk>hm & hm</th"), chunk(content="ink>\n\nYes <b>")]
        platform.models.scripts["m"] = script(SSE, chunk(reasoning_content="first"), *parts)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        assert shown.text(reasoning=True) == "firsthm & hm"
        assert shown.text() == "Yes <b>"
        stored = (await message(user, chat_id))["content"]
        assert stored.startswith('<details type="reasoning" done="true" duration="')
        assert "> firsthm &amp; hm\n</details>\nYes <b>" in stored

    async def test_passes_on_tool_calls_usage_and_sources(self, platform: Any, replica: Any) -> None:
        call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}
        extras = b'data: {"sources":[{"source":{"name":"n"}}]}\n\n'
        extras += b'data: {"choices":[],"usage":{"total_tokens":3}}\n\n'
        platform.models.scripts["m"] = script(SSE, chunk(tool_calls=[call]), chunk(content="x"), extras)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        completions = shown.data("chat:completion")
        assert completions[0]["choices"][0]["delta"]["tool_calls"] == [call]
        assert {"usage": {"total_tokens": 3}} in completions
        assert {"sources": [{"source": {"name": "n"}}]} in completions
        assert (await message(user, chat_id))["usage"] == {"total_tokens": 3}

    async def test_takes_an_answer_that_is_not_streamed(self, platform: Any, replica: Any) -> None:
        answer = {
            "choices": [{"message": {"role": "assistant", "content": "whole"}}],
            "usage": {"total_tokens": 1},
        }
        platform.models.scripts["m"] = script((200, "application/json"), json.dumps(answer).encode())
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, stream=False)
            await shown.until(lambda w: w.final)
        assert shown.final["content"] == (await message(user, chat_id))["content"] == "whole"

    async def test_continues_a_message_after_what_it_held(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = script(SSE, chunk(content=" world"))
        user = replica.user()
        held = {
            "id": "a",
            "parentId": None,
            "childrenIds": [],
            "role": "assistant",
            "content": "Hello",
            "mine": [1],
        }
        chat_id = await create(user, history={"messages": {"a": held}, "currentId": "a"})
        async with window(platform, user) as shown:
            await start(user, chat_id, messages=[{"role": "assistant", "content": "Hello"}])
            await shown.until(lambda w: w.final)
        assert shown.events[0].started.content == "Hello"
        assert shown.text() == " world"
        stored = await message(user, chat_id)
        assert (stored["content"], stored["mine"]) == ("Hello world", [1])

    async def test_stores_nothing_of_a_temporary_chat(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = script(SSE, chunk(content="x"))
        user = replica.user()
        async with window(platform, user) as shown:
            await start(user, "local:abc")
            await shown.until(lambda w: w.final)
        assert (await user.chats.ExportChats(chats.ExportChatsRequest())).chats == b"[]"
        assert not (await user.tasks.ListTasks(tasks.ListTasksRequest())).tasks


class TestRefusal:
    @pytest.mark.parametrize(
        "change",
        [
            {"messages": None},
            {"messages": []},
            {"messages": "x"},
            {"messages": [1]},
            {"model": None},
            {"model": 3},
            {"chat_id": 5},
            {"id": ""},
            {"id": "x" * 256},
            {"parent_id": "a"},
        ],
    )
    async def test_a_request_that_makes_no_sense_writes_nothing(
        self, platform: Any, replica: Any, change: dict[str, Any]
    ) -> None:
        platform.models.scripts["m"] = script(SSE, chunk(content="x"))
        user = replica.user()
        chat_id = await create(user)
        with pytest.raises(Invalid):
            await start(user, **{"chat_id": chat_id, "message_id": "a", **_renamed(change)})
        chat = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)["chat"]
        assert chat["history"] == {"messages": {}, "currentId": None}

    async def test_a_foreign_chat_is_not_found_and_the_model_is_not_asked(
        self, platform: Any, replica: Any
    ) -> None:
        chat_id = await create(replica.user())
        asked = len(platform.models.bodies)
        with pytest.raises(NotFound) as refusal:
            await start(replica.user(), chat_id)
        assert refusal.value.reason == "chat_not_found"
        assert len(platform.models.bodies) == asked

    async def test_an_unknown_model_is_the_error_of_the_call(self, replica: Any) -> None:
        user = replica.user()
        chat_id = await create(user)
        with pytest.raises(NotFound) as refusal:
            await start(user, chat_id, model="unknown")
        assert refusal.value.reason == "model_not_found"
        chat = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)["chat"]
        assert chat["history"]["messages"] == {}

    async def test_a_message_that_is_being_written_is_not_written_twice(
        self, platform: Any, replica: Any
    ) -> None:
        go = asyncio.Event()
        platform.models.scripts["m"] = script(SSE, go, chunk(content="x"))
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            with pytest.raises(Conflict):
                await start(user, chat_id)
            go.set()
            await shown.until(lambda w: w.final)


class TestBadProvider:
    @pytest.mark.parametrize(
        ("items", "kept", "error"),
        [
            ([(429, "application/json"), b'{"error":{"message":"slow down"}}'], "", "slow down"),
            ([(500, "text/html"), b"<h1>no</h1>"], "", "<h1>no</h1>"),
            ([SSE, chunk(content="half"), b'data: {"error":{"message":"broke"}}\n\n'], "half", "broke"),
            ([(200, "application/json"), b"garbage"], "", "cannot be understood"),
        ],
    )
    async def test_errors_are_shown_and_what_arrived_is_kept(
        self, platform: Any, replica: Any, items: list[Any], kept: str, error: str
    ) -> None:
        platform.models.scripts["m"] = script(*items)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        assert error in shown.data("chat:message:error")[0]["error"]["content"]
        stored = await message(user, chat_id)
        assert stored["content"] == kept
        assert error in stored["error"]["content"]
        assert stored["done"] is True

    async def test_garbage_between_chunks_and_half_characters_do_no_harm(
        self, platform: Any, replica: Any
    ) -> None:
        stream = b"".join(
            [
                b": comment\n\n",
                b"data: nonsense\n\n",
                chunk(content="gr\u00fc\u00df "),
                b"event: x\ndata: [1]\n\n",
                b'data: {"choices":[{"delta":{"content":"\\ud83d"}}]}\n\n',
                b'data: {"choices":[{"delta":{"content":"a\\u0000b"}}]}\r\n\r\n',
                b'data: {"choices":[{"delta":{"content":"end"}}]}',
            ]
        )
        platform.models.scripts["m"] = script(SSE, *[stream[at : at + 1] for at in range(len(stream))])
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        assert (await message(user, chat_id))["content"] == "grüß \ufffda\ufffdbend"

    async def test_extras_that_cannot_be_stored_do_not_cost_the_text(
        self, platform: Any, replica: Any
    ) -> None:
        odd = b'data: {"choices":[],"usage":{"a":"\\u0000"},"sources":["\\ud800",1e999,NaN],'
        odd += b'"error":"x\\u0000"}\n\n'
        platform.models.scripts["m"] = script(SSE, chunk(content="kept"), odd)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        stored = await message(user, chat_id)
        assert (stored["content"], stored["done"], stored["error"]) == ("kept", True, {"content": "x\ufffd"})
        assert "usage" not in stored

    async def test_a_provider_that_dies_leaves_what_arrived(self, platform: Any, replica: Any) -> None:
        async def dying(_: dict[str, Any]) -> AsyncIterator[Any]:
            yield SSE
            yield chunk(content="kept")
            raise RuntimeError("died")

        platform.models.scripts["m"] = dying
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await shown.until(lambda w: w.final)
        stored = await message(user, chat_id)
        assert stored["content"] == "kept"
        assert stored["error"]["content"]


def _renamed(change: dict[str, Any]) -> dict[str, Any]:
    return {"message_id" if name == "id" else name: value for name, value in change.items()}
