"""What happens to tasks besides their text: they are stopped, resumed, named, and saved over."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.completion_service_pb2 as pb
import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import NotFound
from owui_chassis.redis import open_redis

from .talking import SSE, chunk, create, message, script, start, window


class TestStop:
    async def test_stops_from_another_replica_and_keeps_what_arrived(
        self, platform: Any, replica: Any
    ) -> None:
        never = asyncio.Event()
        platform.models.scripts["stopped"] = script(SSE, chunk(content="so far"), never)
        other = await platform.replica()
        user = replica.user("stopper")
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id, model="stopped")
            await shown.until(lambda w: w.text())
            listed = await user.tasks.ListChatTasks(tasks.ListChatTasksRequest(chat_id=chat_id))
            assert list(listed.task_ids) == [task_id]
            answer = await other.user("stopper").tasks.StopTask(tasks.StopTaskRequest(task_id=task_id))
            assert answer.status
            async with asyncio.timeout(1):
                await shown.until(lambda w: w.final)
        await platform.models.until_closed("stopped")
        assert shown.data("chat:tasks:cancel") == [None]
        stored = await message(user, chat_id)
        assert (stored["content"], "error" in stored) == ("so far", False)
        listed = await user.tasks.ListChatTasks(tasks.ListChatTasksRequest(chat_id=chat_id))
        assert not listed.task_ids

    async def test_nobody_stops_or_sees_the_tasks_of_others(self, platform: Any, replica: Any) -> None:
        go = asyncio.Event()
        platform.models.scripts["m"] = script(SSE, go, chunk(content="x"))
        owner, other, admin = replica.user(), replica.user(), replica.user(role="admin")
        chat_id = await create(owner)
        async with window(platform, owner) as shown:
            task_id = await start(owner, chat_id)
            foreign = await other.tasks.StopTask(tasks.StopTaskRequest(task_id=task_id))
            unknown = await other.tasks.StopTask(tasks.StopTaskRequest(task_id="x"))
            assert (foreign.status, foreign.message.replace(task_id, "x")) == (
                unknown.status,
                unknown.message,
            )
            assert not (await other.tasks.ListTasks(tasks.ListTasksRequest())).tasks
            assert not (await other.tasks.ListChatTasks(tasks.ListChatTasksRequest(chat_id=chat_id))).task_ids
            with pytest.raises(NotFound):
                await other.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))
            assert task_id in (await admin.tasks.ListTasks(tasks.ListTasksRequest())).tasks
            go.set()
            await shown.until(lambda w: w.final)
            assert shown.final["content"] == "x"


class TestResume:
    async def test_gives_what_was_missed_once_and_in_order(self, platform: Any, replica: Any) -> None:
        gates = [asyncio.Event() for _ in range(3)]
        platform.models.scripts["m"] = script(
            SSE,
            chunk(content="one "),
            gates[0],
            chunk(content="two "),
            gates[1],
            chunk(reasoning="hm"),
            gates[2],
            chunk(content="three"),
        )
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id)
            await shown.until(lambda w: w.text() == "one ")
            seen = shown.events[-1].seq
            gates[0].set()
            await shown.until(lambda w: w.text() == "one two ")
            gates[1].set()
            gates[2].set()
            await shown.until(lambda w: w.final)
        whole = await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))
        rest = await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id, after_seq=seen))
        assert (whole.chat_id, whole.message_id, whole.stream) == (
            chat_id,
            "a",
            shown.events[0].started.stream,
        )
        assert _texts(whole.events) == "one two |hm|three"
        assert _texts(rest.events) == "two |hm|three"
        assert rest.events[-1].seq == whole.events[-1].seq == shown.events[-1].seq
        assert [event.seq for event in whole.events] == sorted({event.seq for event in whole.events})

    async def test_says_when_the_task_has_ended(self, platform: Any, replica: Any) -> None:
        go = asyncio.Event()
        platform.models.scripts["m"] = script(SSE, chunk(content="x"), go)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id)
            await shown.until(lambda w: w.text())
            assert not (await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))).done
            go.set()
            await shown.until(lambda w: w.final)
        await replica.settled()
        assert (await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))).done

    async def test_goes_on_after_redis_has_lost_everything(self, platform: Any, replica: Any) -> None:
        go = asyncio.Event()
        platform.models.scripts["m"] = script(SSE, chunk(content="before "), go, chunk(content="after"))
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id)
            await shown.until(lambda w: w.text())
            async with open_redis(platform.environ["REDIS_URL"]) as redis:
                await redis.flushdb()
            go.set()
            await shown.until(lambda w: w.final)
        assert shown.text() == "before after"
        whole = await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))
        assert _texts(whole.events) == "before after"
        assert whole.events[0].HasField("started")


class TestTitle:
    @pytest.mark.parametrize(
        ("answer", "title"),
        [
            ('{"title": "Blue sky"}', "Blue sky"),
            ('Sure!\n```json\n{"title": "Sky"}\n```', "Sky"),
            ("Title: **The Sky**.", "The Sky"),
            ("", "Why is the sky blue?"),
            ("word " * 40, "Why is the sky blue?"),
        ],
    )
    async def test_is_made_of_whatever_the_task_model_answers(
        self, platform: Any, replica: Any, answer: str, title: str
    ) -> None:
        async def model(body: dict[str, Any]) -> AsyncIterator[Any]:
            if body["stream"]:
                yield SSE
                yield chunk(content="Rayleigh")
            else:
                yield (200, "application/json")
                yield json.dumps({"choices": [{"message": {"content": answer}}]}).encode()

        platform.models.scripts["m"] = model
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, background_tasks={"title_generation": True})
            await shown.until(lambda w: w.data("chat:title"))
        assert shown.data("chat:title") == [title]
        stored = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)
        assert stored["title"] == stored["chat"]["title"] == title


class TestStaleCopy:
    async def test_a_client_that_saves_its_copy_does_not_undo_what_the_task_wrote(
        self, platform: Any, replica: Any
    ) -> None:
        go = asyncio.Event()
        platform.models.scripts["m"] = script(SSE, chunk(content="whole"), go, chunk(content=" answer"))
        user = replica.user()
        chat_id = await create(user)
        empty = {
            "id": "a",
            "parentId": None,
            "childrenIds": [],
            "role": "assistant",
            "content": "",
            "modelName": "M",
        }
        copy = json.dumps({"history": {"messages": {"a": empty}, "currentId": "a"}}).encode()
        async with window(platform, user) as shown:
            await start(user, chat_id)
            await user.chats.UpdateChat(chats.UpdateChatRequest(id=chat_id, chat=copy))
            go.set()
            await shown.until(lambda w: w.final)
        await user.chats.UpdateChat(chats.UpdateChatRequest(id=chat_id, chat=copy))
        stored = await message(user, chat_id)
        assert (stored["content"], stored["modelName"]) == ("whole answer", "M")


def _texts(events: Any) -> str:
    parts = [event.delta for event in events if event.HasField("delta")]
    return "".join(f"|{one.text}|" if one.reasoning else one.text for one in parts)
