"""Answers that rest on documents: in a task, whose window sees each step, and in the response of the API."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import owui.chat.v1.completion_service_pb2 as pb
import owui.chat.v1.task_service_pb2 as tasks
import pytest
from owui.rag.v1.retrieval_service_pb2 import (
    Passage,
    ProcessWebSearchResponse,
    WebSearchDocument,
    WebSearchItem,
)
from owui_chassis.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable

from .test_completions import BODY, SSE, chunk, create, message, start, window

FILE = {"type": "file", "id": "handbook", "name": "Handbook"}
BASE = {"type": "collection", "id": "base", "name": "Rules"}


def passage(file_id: str, text: str, **more: Any) -> Passage:
    """Return a passage at the beginning of a file that is called like its id."""
    values = {"name": f"{file_id}.txt", "start": 0, "end": len(text), "score": 0.5, "tokens": 10, **more}
    return Passage(file_id=file_id, text=text, **values)


@pytest.fixture(autouse=True)
def shelf(platform: Any) -> Any:
    """One file and one base that everybody may read, and a model that answers and writes queries."""
    rag = platform.rag
    rag.clear()
    rag.readers = {"handbook": {"*"}, "base": {"*"}}
    rag.passages = [
        passage("handbook", "Leave is 30 days.", page=4, headings=["Holidays"]),
        passage("rules", "Rest carries over.", knowledge_id="base", score=0.25, start=7, end=25),
    ]
    rag.texts = [passage("handbook", "The whole handbook.", score=1.0)]
    platform.models.knowledge.clear()
    platform.models.scripts["m"] = model()
    return rag


def model(*queries: str, status: int = 200, kind: str = "text/event-stream") -> Any:
    """Return a script that answers "Thirty [1]." and, when it is asked for queries, gives these."""

    async def run(body: dict[str, Any]) -> AsyncIterator[Any]:
        if body["stream"] is False and "search queries" in body["messages"][-1]["content"]:
            yield (200, "application/json")
            content = json.dumps({"queries": queries})
            yield json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        elif status != 200:
            yield (status, "application/json")
            yield b'{"error":{"message":"no"}}'
        elif kind == "application/json":
            yield (200, kind)
            yield json.dumps({"id": "x", "choices": [{"message": {"content": "Thirty [1]."}}]}).encode()
        else:
            yield SSE
            yield chunk(content="Thirty [1].")
            yield b"data: [DONE]\n\n"

    return run


async def answered(platform: Any, user: Any, **body: Any) -> tuple[Any, dict[str, Any]]:
    """Start an answer in a new chat and return what its window saw and what is stored."""
    chat_id = await create(user)
    async with window(platform, user) as shown:
        await start(user, chat_id, **body)
        await shown.until(lambda w: w.final)
    return shown, await message(user, chat_id)


async def called(user: Any, **body: Any) -> tuple[Any, bytes]:
    """Ask in API mode; return the head and the whole body."""
    request = pb.StreamCompletionRequest(body=json.dumps({**BODY, "stream": True, **body}).encode())
    head, parts = None, []
    async for piece in user.completions.StreamCompletion(request):
        if piece.HasField("head"):
            assert head is None
            head = piece.head
        else:
            parts.append(piece.data)
    return head, b"".join(parts)


def asked_of(platform: Any) -> str:
    """Return the last question that a model got."""
    return platform.models.bodies[-1]["messages"][-1]["content"]


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
        items = [{"type": "folder", "id": "f"}, {"type": "note", "id": "n"}, {"type": "spaceship"}, FILE]
        shown, stored = await answered(platform, replica.user(), files=items)
        told = [status for status in shown.data("status") if status.get("error")]
        assert [status["description"].split()[0] for status in told] == ["Folders", "Notes", "What"]
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


class TestWebSearch:
    FEATURES = {"features": {"web_search": True}}  # noqa: RUF012 - never changed

    async def test_searches_what_it_found_and_says_so(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = model("sky colour")
        platform.rag.readers["web-1"] = {"*"}
        platform.rag.passages = [
            passage("page", "Rayleigh.", knowledge_id="web-1", source="https://x.example/")
        ]
        platform.rag.web = ProcessWebSearchResponse(
            status=True,
            collection_name="web-1",
            collection_names=["web-1"],
            filenames=["https://x.example/"],
            items=[WebSearchItem(link="https://x.example/", title="X")],
        )
        user = replica.user("", "user", "features.web_search")
        shown, stored = await answered(platform, user, **self.FEATURES)
        assert platform.rag.searched == [["sky colour"]]
        assert list(platform.rag.asked[-1].collections) == ["web-1"]
        assert stored["sources"][0]["source"]["url"] == "https://x.example/"
        assert shown.data("status")[2] == {
            "action": "web_search",
            "description": "Searched 1 sites",
            "done": True,
            "urls": ["https://x.example/"],
            "items": [{"link": "https://x.example/", "title": "X"}],
        }

    async def test_takes_whole_pages_when_they_are_not_made_findable(
        self, platform: Any, replica: Any
    ) -> None:
        facts = json.dumps({"source": "https://x.example/", "title": "X"}).encode()
        page = WebSearchDocument(content="All of it.", metadata=facts)
        platform.rag.web = ProcessWebSearchResponse(status=True, docs=[page])
        user = replica.user("", "user", "features.web_search")
        _, stored = await answered(platform, user, **self.FEATURES)
        assert stored["sources"][0]["document"] == ["All of it."]
        assert stored["sources"][0]["metadata"][0]["source"] == "https://x.example/"

    async def test_that_fails_is_told_and_the_model_is_asked(self, platform: Any, replica: Any) -> None:
        platform.rag.web = Unavailable("The search engine does not answer", "engine_away")
        user = replica.user("", "user", "features.web_search")
        shown, stored = await answered(platform, user, **self.FEATURES)
        assert shown.data("status")[-1]["description"] == "The search engine does not answer"
        assert shown.data("status")[-1]["error"] is True
        assert stored["content"] == "Thirty [1]."

    async def test_needs_the_permission_and_the_switch(self, platform: Any, replica: Any) -> None:
        user = replica.user()
        with pytest.raises(Forbidden):
            await start(user, await create(user), **self.FEATURES)
        platform.rag.web_search = False
        user = replica.user("", "user", "features.web_search")
        with pytest.raises(Invalid) as refusal:
            await start(user, await create(user), **self.FEATURES)
        assert refusal.value.reason == "web_search_disabled"


class TestModelWithKnowledge:
    async def test_lends_what_its_maker_may_read_to_who_uses_it(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}}
        shown, stored = await answered(platform, replica.user(), model="expert")
        assert "Rest carries over." in asked_of(platform)
        assert stored["sources"][0]["source"] == BASE
        assert shown.data("status")[-1] == {"action": "sources_retrieved", "count": 1, "done": True}
        [loan] = platform.rag.asked[-1].loans
        assert (loan.user_id, list(loan.knowledge_ids)) == ("maker", ["base"])

    async def test_lends_nothing_that_only_the_request_names(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}, "private": {"maker"}}
        user = replica.user()
        with pytest.raises(NotFound):
            await start(user, await create(user), model="expert", files=[{"type": "file", "id": "private"}])

    async def test_answers_without_what_its_maker_has_lost(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {}
        shown, stored = await answered(platform, replica.user(), model="expert")
        assert shown.data("status")[-1]["count"] == 0
        assert stored["content"] == "Thirty [1]."

    async def test_adds_to_what_the_request_names_in_one_search(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}, "handbook": {"*"}}
        _, stored = await answered(platform, replica.user(), model="expert", files=[FILE])
        assert len(platform.rag.asked) == 1
        assert [source["source"]["id"] for source in stored["sources"]] == ["handbook", "base"]

    async def test_is_grounded_however_late_model_proxy_says_so(self, platform: Any, replica: Any) -> None:
        late = asyncio.Event()
        grounded = model()

        async def slow(body: dict[str, Any]) -> AsyncIterator[Any]:
            if "sources" not in body["messages"][-1]["content"]:
                await late.wait()
                raise Conflict("The answers of this model rest on its knowledge", "needs_grounding")
            async for piece in grounded(body):
                yield piece

        platform.models.scripts["late"] = slow
        platform.rag.readers = {"base": {"maker"}}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="late")
            platform.models.knowledge["late"] = {"maker": [BASE]}
            late.set()
            await shown.until(lambda w: w.final)
        assert (await message(user, chat_id))["content"] == "Thirty [1]."

    async def test_writes_titles_without_its_knowledge(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        user = replica.user()
        chat_id = await create(user)
        async with window(platform, user) as shown:
            await start(user, chat_id, model="expert", background_tasks={"title_generation": True})
            await shown.until(lambda w: w.data("chat:title"))
        assert "<source" not in asked_of(platform)


class TestResponse:
    async def test_streams_the_sources_first_and_then_the_bytes_of_the_provider(
        self, platform: Any, replica: Any
    ) -> None:
        head, body = await called(replica.user(), files=[FILE], temperature=0.5)
        assert (head.status, head.content_type) == SSE
        first, rest = body.split(b"\n\n", 1)
        [source] = json.loads(first.removeprefix(b"data: "))["sources"]
        assert (source["source"], source["document"]) == (FILE, ["Leave is 30 days."])
        assert rest == chunk(content="Thirty [1].") + b"data: [DONE]\n\n"
        assert "Leave is 30 days." in asked_of(platform)
        assert platform.models.bodies[-1]["temperature"] == 0.5
        assert "files" not in platform.models.bodies[-1]

    async def test_merges_them_into_a_json_answer(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = model(kind="application/json")
        _, body = await called(replica.user(), files=[FILE], stream=False)
        answer = json.loads(body)
        assert (answer["id"], answer["sources"][0]["source"]) == ("x", FILE)
        assert answer["choices"][0]["message"]["content"] == "Thirty [1]."

    async def test_passes_a_provider_s_error_as_it_is(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["m"] = model(status=429)
        head, body = await called(replica.user(), files=[FILE])
        assert (head.status, body) == (429, b'{"error":{"message":"no"}}')

    async def test_looks_into_the_knowledge_of_the_model(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        platform.rag.readers = {"base": {"maker"}}
        _, body = await called(replica.user(), model="expert")
        assert b"Rest carries over." in body.split(b"\n\n")[0]

    async def test_has_no_sources_when_nothing_was_found(self, platform: Any, replica: Any) -> None:
        platform.rag.passages = []
        _, body = await called(replica.user(), files=[FILE])
        assert body == chunk(content="Thirty [1].") + b"data: [DONE]\n\n"

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({"files": [{"type": "file", "id": "foreign"}]}, NotFound),
            ({"files": "x"}, Invalid),
            ({"model": "unknown"}, NotFound),
            ({"messages": []}, Invalid),
        ],
    )
    async def test_refuses_before_anything_is_streamed(
        self, replica: Any, body: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await called(replica.user(), **{"files": [FILE], **body})

    async def test_fails_when_documents_cannot_be_searched(self, platform: Any, replica: Any) -> None:
        platform.rag.failure = Unavailable("The documents cannot be searched now", "away")
        with pytest.raises(Unavailable):
            await called(replica.user(), files=[FILE])

    async def test_uses_the_template_of_the_administrator(self, platform: Any, replica: Any) -> None:
        platform.rag.template = "Known: [context]\nAsked: [query]"
        await called(replica.user(), files=[FILE])
        assert asked_of(platform).startswith('Known: <source id="1"')
        assert asked_of(platform).endswith("Asked: Why is the sky blue?")
