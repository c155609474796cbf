"""Tasks whose answers rest on documents: the window sees each step."""

import asyncio
from typing import Any

import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui_chassis.errors import Invalid, NotFound, Unavailable

from services.chat.tests.rpc.talking import create, message, start, window

from .library import BASE, FILE, answered, asked_of, model, passage


class TestTask:
    async def test_rests_on_what_the_request_names(self, platform: Any, replica: Any) -> None:
        shown, stored = await answered(platform, replica.user(), files=[FILE, BASE])
        prompt = asked_of(platform)
        assert '<source id="1" name="handbook.txt">Leave is 30 days.</source>' in prompt
        assert '<source id="2" name="rules.txt">Rest carries over.</source>' in prompt
        assert prompt.endswith("Why is the sky blue?")
        assert "files" not in platform.models.bodies[-1]
        assert [source["source"] for source in stored["sources"]] == [FILE, BASE]
        assert stored["sources"][0]["document"] == ["Leave is 30 days."]
        assert stored["sources"][0]["metadata"] == [
            {
                "name": "handbook.txt",
                "source": "handbook.txt",
                "file_id": "handbook",
                "start_index": 0,
                "end_index": 17,
                "page": 4,
                "headings": ["Holidays"],
            }
        ]
        assert stored["sources"][1]["distances"] == [0.25]
        assert (stored["content"], stored["done"]) == ("Thirty [1].", True)
        assert shown.data("chat:completion")[0] == {"sources": stored["sources"]}

    async def test_shows_and_stores_each_step_before_the_text(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = model("holiday days", "carry over")
        shown, stored = await answered(platform, replica.user(), files=[FILE])
        assert shown.data("status") == [
            {"action": "knowledge_search", "query": "Why is the sky blue?", "done": False},
            {"action": "queries_generated", "queries": ["holiday days", "carry over"], "done": False},
            {"action": "sources_retrieved", "count": 1, "done": True},
        ]
        assert stored["statusHistory"] == shown.data("status")
        kinds = [event.WhichOneof("event") for event in shown.events]
        assert kinds.index("delta") > max(
            number for number, event in enumerate(shown.events) if event.emission.type == "status"
        )
        assert list(platform.rag.asked[-1].queries) == ["holiday days", "carry over"]

    async def test_asks_with_the_question_when_no_queries_are_written(
        self, platform: Any, replica: Any
    ) -> None:
        await answered(platform, replica.user(), files=[FILE])
        assert list(platform.rag.asked[-1].queries) == ["Why is the sky blue?"]

    async def test_reads_whole_what_is_wanted_whole_without_queries(
        self, platform: Any, replica: Any
    ) -> None:
        models = len(platform.models.bodies)
        await answered(platform, replica.user(), files=[{**FILE, "context": "full"}])
        assert len(platform.models.bodies) == models + 1
        [request] = platform.rag.asked
        assert (request.full_context, list(request.file_ids)) == (True, ["handbook"])
        assert request.token_budget == 16_000
        assert "The whole handbook." in asked_of(platform)

    async def test_says_that_nothing_was_found_and_asks_the_model_all_the_same(
        self, platform: Any, replica: Any
    ) -> None:
        platform.rag.passages = []
        shown, stored = await answered(platform, replica.user(), files=[FILE])
        assert shown.data("status")[-1] == {"action": "sources_retrieved", "count": 0, "done": True}
        assert asked_of(platform) == "Why is the sky blue?"
        assert "sources" not in stored

    async def test_fails_when_documents_cannot_be_searched(self, platform: Any, replica: Any) -> None:
        platform.rag.failure = Unavailable("The documents cannot be searched now", "away")
        before = len(platform.models.bodies)
        shown, stored = await answered(platform, replica.user(), files=[FILE])
        assert shown.data("chat:message:error") == [
            {"error": {"content": "The documents cannot be searched now"}}
        ]
        assert stored["error"] == {"content": "The documents cannot be searched now"}
        assert len(platform.models.bodies) == before

    @pytest.mark.parametrize(
        "item", [{"type": "file", "id": "secret"}, {"type": "collection", "id": "theirs"}]
    )
    async def test_is_refused_for_what_does_not_exist_for_the_caller(
        self, platform: Any, replica: Any, item: dict[str, Any]
    ) -> None:
        platform.rag.readers |= {"secret": {"somebody"}}
        user = replica.user()
        chat_id = await create(user)
        with pytest.raises(NotFound) as refusal:
            await start(user, chat_id, files=[FILE, item])
        assert refusal.value.reason == "attachment_not_found"
        assert refusal.value.message == "We could not find what you're looking for :/"
        assert not (await user.tasks.ListTasks(tasks.ListTasksRequest())).tasks

    async def test_goes_on_without_what_came_earlier_and_has_gone(self, platform: Any, replica: Any) -> None:
        gone = {"type": "file", "id": "gone", "name": "Old plan"}
        earlier_chat = {"type": "chat", "id": "deleted"}
        question = {"id": "q", "role": "user", "content": "?", "files": [FILE]}
        shown, stored = await answered(
            platform, replica.user(), files=[gone, earlier_chat, FILE], parent_message=question
        )
        assert {"description": "Old plan is not there any more", "done": True, "error": True} in shown.data(
            "status"
        )
        assert [source["source"] for source in stored["sources"]] == [FILE]

    async def test_is_refused_for_what_comes_with_this_question_and_is_not_there(
        self, platform: Any, replica: Any
    ) -> None:
        gone = {"type": "file", "id": "gone"}
        user = replica.user()
        chat_id = await create(user)
        with pytest.raises(NotFound):
            await start(user, chat_id, files=[FILE, gone], parent_message={"id": "q", "files": [gone]})

    async def test_is_refused_for_an_unknown_model_at_once(self, replica: Any) -> None:
        user = replica.user()
        with pytest.raises(NotFound) as refusal:
            await start(user, await create(user), files=[FILE], model="unknown")
        assert refusal.value.reason == "model_not_found"

    async def test_can_be_stopped_while_it_searches(self, platform: Any, replica: Any) -> None:
        platform.rag.gate = asyncio.Event()
        before = len(platform.models.bodies)
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            task_id = await start(user, chat_id, files=[{**FILE, "context": "full"}, FILE])
            await start(user, chat_id, "b", files=[{**FILE, "context": "full"}])
            await shown.until(lambda _: len(platform.rag.asked) >= 2)
            assert (await user.tasks.StopTask(tasks.StopTaskRequest(task_id=task_id))).status
            await shown.until(lambda w: w.final)
            assert shown.data("chat:tasks:cancel") == [None]
            platform.rag.gate.set()
            await shown.until(lambda w: len([d for d in w.data("chat:completion") if d.get("done")]) == 2)
        assert "error" not in await message(user, chat_id)
        assert len(platform.models.bodies) == before + 1

    async def test_says_what_nobody_can_read_and_goes_on(self, platform: Any, replica: Any) -> None:
        shown, stored = await answered(platform, replica.user(), files=[{"type": "spaceship"}, FILE])
        [told] = [status for status in shown.data("status") if status.get("error")]
        assert told["description"] == "What is attached cannot be read here (spaceship)"
        assert len(stored["sources"]) == 1

    async def test_brings_texts_and_the_own_chats_along(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        tree = {
            "messages": {
                "1": {"id": "1", "parentId": None, "role": "user", "content": "Where is the key?"},
                "2": {
                    "id": "2",
                    "parentId": "1",
                    "role": "assistant",
                    "content": '<details type="reasoning" done="true">\nhm\n</details>\nUnder the mat.',
                },
            },
            "currentId": "2",
        }
        earlier = await create(user, title="Keys", history=tree)
        items = [
            {"type": "chat", "id": earlier},
            {"type": "text", "name": "Note", "content": "Use the door."},
        ]
        _, stored = await answered(platform, user, files=items)
        names = [source["metadata"][0]["name"] for source in stored["sources"]]
        assert names == ["Keys", "Note"]
        assert "USER:\nWhere is the key?\n\nASSISTANT:\nUnder the mat." in asked_of(platform)
        assert not platform.rag.asked

    async def test_never_reads_somebody_else_s_chat(self, platform: Any, replica: Any) -> None:
        foreign = await create(replica.user(), title="Secret")
        user = replica.user()
        with pytest.raises(NotFound):
            await start(user, await create(user), files=[{"type": "chat", "id": foreign}])

    async def test_keeps_within_the_tokens_it_may_bring_along(self, platform: Any, replica: Any) -> None:
        platform.rag.passages = [
            passage("handbook", "a", tokens=15_000),
            passage("handbook", "b", tokens=2_000),
        ]
        long = {"type": "text", "name": "long", "content": "word " * 10_000}
        _, stored = await answered(platform, replica.user(), files=[FILE, long])
        assert stored["sources"][0]["document"] == ["a"]
        assert 0 < len(stored["sources"][1]["document"][0]) <= 4_000

    async def test_reads_pages_and_says_which_it_could_not(self, platform: Any, replica: Any) -> None:
        platform.rag.pages = {
            "https://good.example/": "Good\x00 page.",
            "https://bad.example/": Invalid("This address may not be fetched", "egress"),
        }
        items = [{"type": "url", "url": url} for url in platform.rag.pages]
        shown, stored = await answered(platform, replica.user(), files=items)
        [source] = stored["sources"]
        assert source["metadata"][0]["source"] == "https://good.example/"
        assert source["document"] == ["Good\ufffd page."]
        assert {
            "description": "https://bad.example/: This address may not be fetched",
            "done": True,
            "error": True,
        } in shown.data("status")
