"""What is left of answers when processes, Redis or the person's patience end."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.completion_service_pb2 as pb
import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import Unavailable
from owui_chassis.redis import open_redis

SSE = (200, "text/event-stream")
QUICK = {"CHAT_CHECKPOINT_SECONDS": "0.05", "CHAT_DEAD_SECONDS": "0.6"}


def chunk(text: str) -> bytes:
    """Return one event of a stream."""
    return b"data: " + json.dumps({"choices": [{"delta": {"content": text}}]}).encode() + b"\n\n"


def hanging(*texts: str) -> Any:
    """Return a script that gives texts and then nothing for ever."""

    async def run(_: dict[str, Any]) -> AsyncIterator[Any]:
        yield SSE
        for text in texts:
            yield chunk(text)
        await asyncio.Event().wait()

    return run


async def begin(user: Any, model: str, chat_id: str = "") -> tuple[str, str]:
    """Start a completion in a new chat; return the ids of chat and task."""
    if not chat_id:
        body = json.dumps({"title": "t", "history": {"messages": {}, "currentId": None}}).encode()
        chat_id = json.loads((await user.chats.CreateChat(chats.CreateChatRequest(chat=body))).chat)["id"]
    form = {"model": model, "chat_id": chat_id, "id": "a", "messages": [{"role": "user", "content": "?"}]}
    answer = await user.completions.StartCompletion(pb.StartCompletionRequest(body=json.dumps(form).encode()))
    return chat_id, answer.task_id


async def message_when(user: Any, chat_id: str, condition: Any) -> dict[str, Any]:
    """Return the message once it fulfils a condition."""
    async with asyncio.timeout(15):
        while True:
            chat = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)
            found = chat["chat"]["history"]["messages"].get("a", {})
            if condition(found):
                return found
            await asyncio.sleep(0.02)


async def events_when_ended(user: Any, task_id: str) -> Any:
    """Return the events of a task once they have ended: they follow what is stored."""
    async with asyncio.timeout(15):
        while True:
            read = await user.completions.ReadTask(pb.ReadTaskRequest(task_id=task_id))
            if read.done:
                return read.events
            await asyncio.sleep(0.02)


async def chats_when(user: Any, expected: bytes) -> None:
    """Wait until the user's chats are as expected."""
    async with asyncio.timeout(5):
        for _ in range(500):
            if (await user.chats.ExportChats(chats.ExportChatsRequest())).chats == expected:
                return
            await asyncio.sleep(0.01)


class TestDeadProcess:
    async def test_another_replica_closes_the_task_and_keeps_what_was_stored(self, platform: Any) -> None:
        platform.models.scripts["m"] = hanging("kept ", "text")
        first, second = await platform.replica(**QUICK), await platform.replica(**QUICK)
        user = first.user("dead")
        chat_id, task_id = await begin(user, "m")
        await message_when(user, chat_id, lambda m: m.get("content") == "kept text")
        await first.kill()
        survivor = second.user("dead")
        message = await message_when(survivor, chat_id, lambda m: m.get("interrupted"))
        assert message["content"] == "kept text"
        assert message["done"] is True
        assert "interrupted" in message["error"]["content"]
        listed = await survivor.tasks.ListChatTasks(tasks.ListChatTasksRequest(chat_id=chat_id))
        assert not listed.task_ids
        events = await events_when_ended(survivor, task_id)
        assert [event.emission.type for event in events[-2:]] == ["chat:message:error", "chat:completion"]
        assert json.loads(events[-1].emission.data)["content"] == "kept text"
        assert len({event.seq for event in events}) == len(events)

    async def test_the_restarted_replica_closes_its_own_at_once(self, platform: Any) -> None:
        platform.models.scripts["m"] = hanging("kept")
        named = {"CHAT_CHECKPOINT_SECONDS": "0.05", "CHAT_REPLICA_NAME": "one"}
        first = await platform.replica(**named)
        user = first.user("restarted")
        chat_id, _ = await begin(user, "m")
        await message_when(user, chat_id, lambda m: m.get("content") == "kept")
        await first.kill()
        again = await platform.replica(**named)
        chat = await again.user("restarted").chats.GetChat(chats.GetChatRequest(id=chat_id))
        assert json.loads(chat.chat)["chat"]["history"]["messages"]["a"]["interrupted"] is True

    async def test_a_living_task_is_not_closed(self, platform: Any) -> None:
        platform.models.scripts["m"] = hanging("on and on")
        first = await platform.replica(**QUICK)
        await platform.replica(**QUICK)
        user = first.user()
        chat_id, task_id = await begin(user, "m")
        await asyncio.sleep(2.0)  # three times the silence after which a task counts as dead
        listed = await user.tasks.ListChatTasks(tasks.ListChatTasksRequest(chat_id=chat_id))
        assert list(listed.task_ids) == [task_id]
        await first.stop()


class TestStoppingProcess:
    async def test_marks_answers_that_do_not_end_in_time_and_refuses_new_ones(self, platform: Any) -> None:
        platform.models.scripts["m"] = hanging("so far")
        first, second = await platform.replica(**QUICK), await platform.replica(**QUICK)
        user = first.user("drained")
        chat_id, _ = await begin(user, "m")
        await message_when(user, chat_id, lambda m: m.get("content") == "so far")
        await first.parts.completions.drain(0.05)
        message = await message_when(second.user("drained"), chat_id, lambda m: m.get("interrupted"))
        assert message["content"] == "so far"
        with pytest.raises(Unavailable):
            await begin(user, "m", chat_id)


class TestHangingProvider:
    async def test_is_given_up_after_the_idle_time(self, platform: Any) -> None:
        platform.models.scripts["idle"] = hanging("some")
        replica = await platform.replica(**QUICK, CHAT_IDLE_SECONDS="0.2")
        user = replica.user()
        chat_id, _ = await begin(user, "idle")
        message = await message_when(user, chat_id, lambda m: m.get("done"))
        assert message["content"] == "some"
        assert "stopped answering" in message["error"]["content"]
        await platform.models.until_closed("idle")


class TestDeletedMeanwhile:
    async def test_deleting_the_chat_ends_its_task(self, platform: Any) -> None:
        platform.models.scripts["deleted"] = hanging("x")
        replica = await platform.replica(**QUICK)
        user = replica.user()
        chat_id, _ = await begin(user, "deleted")
        await message_when(user, chat_id, lambda m: m.get("content") == "x")
        await user.chats.DeleteChat(chats.DeleteChatRequest(id=chat_id))
        await replica.settled()
        await platform.models.until_closed("deleted")
        assert not (await user.tasks.ListTasks(tasks.ListTasksRequest())).tasks

    async def test_a_deleted_user_leaves_nothing(self, platform: Any) -> None:
        platform.models.scripts["gone"] = hanging("x")
        replica = await platform.replica(**QUICK)
        user = replica.user()
        chat_id, _ = await begin(user, "gone")
        await message_when(user, chat_id, lambda m: m.get("content") == "x")
        async with open_redis(platform.environ["REDIS_URL"]) as redis:
            stream = f"{platform.environ['REDIS_KEY_PREFIX']}:users:deleted"
            await redis.xadd(stream, {"data": json.dumps({"user_id": user.id})})
        await replica.settled()
        await chats_when(user, b"[]")
        assert not (await user.tasks.ListTasks(tasks.ListTasksRequest())).tasks
