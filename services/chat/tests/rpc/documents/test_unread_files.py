"""Files that are still being read when somebody asks about them."""

import asyncio
from typing import Any

import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import Unavailable

from services.chat.tests.rpc.talking import chunk, create, message, start, window

from .library import BASE, FILE, answered, called, model

READING = {"action": "file_reading", "description": "Reading handbook.txt …", "done": False}
READY = {"action": "file_reading", "description": "The documents are ready", "done": True}


class TestUnreadFiles:
    """Files that somebody has attached a moment before he asks."""

    async def test_are_waited_for(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, files=[FILE])
            await shown.until(lambda w: w.data("status"))
            assert shown.data("status") == [READING]
            assert not platform.rag.asked
            platform.rag.unread = {}
            await shown.until(lambda w: w.final)
        stored = await message(user, chat_id)
        assert stored["sources"][0]["document"] == ["Leave is 30 days."]
        assert stored["statusHistory"][:2] == [READING, READY]
        assert stored["statusHistory"][-1]["action"] == "sources_retrieved"

    async def test_are_done_without_when_they_take_too_long(self, platform: Any) -> None:
        hasty = await platform.replica(CHAT_READING_SECONDS="0.3")
        platform.rag.unread = {"handbook": ""}
        shown, stored = await answered(platform, hasty.user(), files=[FILE, BASE])
        late = "Not read yet, the answer does without: handbook.txt"
        assert shown.data("status")[:2] == [
            READING,
            {"action": "file_reading", "description": late, "done": True, "error": True},
        ]
        assert [source["source"] for source in stored["sources"]] == [BASE]
        assert stored["content"] == "Thirty [1]."

    async def test_can_be_waited_for_no_longer(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        before = len(platform.models.bodies)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id, files=[FILE])
            await shown.until(lambda w: w.data("status"))
            assert (await user.tasks.StopTask(tasks.StopTaskRequest(task_id=task_id))).status
            await shown.until(lambda w: w.final)
            assert shown.data("chat:tasks:cancel") == [None]
        await replica.settled()
        assert len(platform.models.bodies) == before
        assert not platform.rag.asked

    async def test_that_failed_are_told_with_the_reason(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": "It has a password"}
        shown, stored = await answered(platform, replica.user(), files=[FILE, BASE])
        assert shown.data("status")[0] == {
            "description": "handbook.txt: It has a password",
            "done": True,
            "error": True,
        }
        assert [source["source"] for source in stored["sources"]] == [BASE]
        assert platform.rag.checks == 1

    async def test_that_fail_while_they_are_waited_for_are_told(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, files=[FILE])
            await shown.until(lambda w: w.data("status"))
            platform.rag.unread = {"handbook": "It has a password"}
            await shown.until(lambda w: w.final)
        assert [status["description"] for status in shown.data("status")[:3]] == [
            "Reading handbook.txt …",
            "Nothing could be read",
            "handbook.txt: It has a password",
        ]
        assert (await message(user, chat_id))["content"] == "Thirty [1]."

    async def test_that_go_while_they_are_waited_for_are_told(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, files=[FILE])
            await shown.until(lambda w: w.data("status"))
            platform.rag.unread, platform.rag.readers = {}, {}
            await shown.until(lambda w: w.final)
        assert [status["description"] for status in shown.data("status")[1:3]] == [
            "Nothing could be read",
            "Handbook is not there any more",
        ]

    async def test_fail_the_answer_when_nobody_can_say_how_it_goes(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, files=[FILE])
            await shown.until(lambda w: w.data("status"))
            platform.rag.failure = Unavailable("The documents cannot be searched now", "away")
            await shown.until(lambda w: w.final)
        error = {"content": "The documents cannot be searched now"}
        assert (await message(user, chat_id))["error"] == error

    async def test_are_waited_for_before_a_stream_begins(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": ""}
        answer = asyncio.create_task(called(replica.user(), files=[FILE]))
        await platform.rag.until_checked(3)
        assert not answer.done()
        assert not platform.rag.asked
        platform.rag.unread = {}
        _, body = await answer
        assert b"Leave is 30 days." in body.split(b"\n\n")[0]

    async def test_are_left_out_of_a_response_after_a_while(self, platform: Any) -> None:
        hasty = await platform.replica(CHAT_READING_SECONDS="0.3")
        platform.rag.unread = {"handbook": "", "other": "It has a password"}
        platform.rag.readers["other"] = {"*"}
        files = [FILE, {"type": "file", "id": "other"}]
        _, body = await called(hasty.user(), files=files)
        assert body == chunk(content="Thirty [1].") + b"data: [DONE]\n\n"


class TestOfAModel:
    """Files that are attached to the model and are still being read."""

    @pytest.fixture(autouse=True)
    def expert(self, platform: Any, shelf: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [FILE]}
        shelf.readers = {"handbook": {"maker"}}
        shelf.unread = {"handbook": ""}

    async def test_are_waited_for(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="expert")
            await shown.until(lambda w: w.data("status"))
            assert shown.data("status") == [READING]
            platform.rag.unread = {}
            await shown.until(lambda w: w.final)
        stored = await message(user, chat_id)
        assert stored["statusHistory"][:2] == [READING, READY]
        assert stored["sources"][0]["document"] == ["Leave is 30 days."]

    async def test_are_waited_for_before_a_response_begins(self, platform: Any, replica: Any) -> None:
        answer = asyncio.create_task(called(replica.user(), model="expert"))
        await platform.rag.until_checked(3)
        assert not answer.done()
        platform.rag.unread = {}
        _, body = await answer
        assert b"Leave is 30 days." in body.split(b"\n\n")[0]

    async def test_that_failed_long_ago_are_no_matter_of_who_asks(self, platform: Any, replica: Any) -> None:
        platform.rag.unread = {"handbook": "It has a password"}
        shown, stored = await answered(platform, replica.user(), model="expert")
        assert not [status for status in shown.data("status") if status.get("error")]
        assert stored["content"] == "Thirty [1]."

    async def test_that_fail_while_they_are_waited_for_are_told(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="expert")
            await shown.until(lambda w: w.data("status"))
            platform.rag.unread = {"handbook": "It has a password"}
            await shown.until(lambda w: w.final)
        told = [status["description"] for status in shown.data("status") if status.get("error")]
        assert told == ["Nothing could be read", "handbook.txt: It has a password"]
