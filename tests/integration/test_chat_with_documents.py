"""Questions over documents: uploaded, put into a base, found, cited, and lent by a model."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from owui_testkit.fake_provider import FakeProvider

from .clients.people import Person
from .world import LOCAL_MODEL, World, eventually

HANDBOOK = """# Holidays

Everybody has thirty days of leave each year. Ask your manager two weeks before.

# Equipment

Laptops are replaced every four years. Broken ones go to the blue shelf in room 204.
"""
QUESTION = "How many days of leave does everybody have?"
NOT_FOUND = "We could not find what you're looking for :/"


@dataclass
class Library:
    """A private base of the administrator's with one file that has been read."""

    base: str
    file: str

    @property
    def item(self) -> dict[str, Any]:
        return {"type": "collection", "id": self.base, "name": "House rules"}


async def send(person: Person, name: str, text: str) -> str:
    """Upload a text."""
    form = aiohttp.FormData()
    form.add_field("file", text.encode(), filename=name, content_type="text/markdown")
    answer = await person.rest.call("POST", "/api/v1/files/", data=form)
    assert answer.status == 200, answer
    identifier: str = answer.json["id"]
    return identifier


async def upload(person: Person, name: str, text: str) -> str:
    """Upload a text and wait until it has been read."""
    identifier = await send(person, name, text)

    async def read() -> bool:
        state = await person.rest.fetch(f"/api/v1/files/{identifier}/process/status")
        assert state["status"] != "failed", state
        return bool(state["status"] == "completed")

    await eventually(read, "the file to be read", 60)
    return identifier


@pytest_asyncio.fixture(loop_scope="session")
async def library(platform: World) -> Library:
    """What the tests ask about."""
    admin = platform.admin
    form = {"name": "House rules", "description": "d", "access_control": {}}
    base = (await admin.rest.send("/api/v1/knowledge/create", form))["id"]
    file = await upload(admin, "handbook.md", HANDBOOK)
    await admin.rest.send(f"/api/v1/knowledge/{base}/file/add", {"file_id": file})
    return Library(base, file)


@asynccontextmanager
async def attached(
    platform: World, model: str, item: dict[str, Any], base: str = "fake-model"
) -> AsyncIterator[str]:
    """A model for everybody that has something attached, as long as it is needed."""
    row = {
        "id": model,
        "name": model,
        "base_model_id": base,
        "params": {},
        "meta": {"knowledge": [item]},
        "access_control": None,
    }
    await platform.admin.rest.send("/api/v1/models/create", row)
    yield model
    await platform.admin.rest.send("/api/v1/models/model/delete", {"id": model})


@pytest_asyncio.fixture(loop_scope="session")
async def expert(platform: World, library: Library) -> AsyncIterator[str]:
    """A model whose answers rest on the base."""
    async with attached(platform, "expert", library.item) as model:
        yield model


@pytest_asyncio.fixture(loop_scope="session")
async def local_expert(platform: World, library: Library) -> AsyncIterator[str]:
    """The same for a model of an Ollama server."""
    async with attached(platform, "local-expert", library.item, LOCAL_MODEL) as model:
        yield model


def asked_of(provider: FakeProvider) -> str:
    """The question that a model got with its sources; small texts are asked for without any."""
    found = [request.json["messages"][-1]["content"] for request in provider.completions]
    return next(content for content in reversed(found) if "<source" in content)


def question(**more: Any) -> dict[str, Any]:
    """The body of a completion."""
    return {"model": "fake-model", "messages": [{"role": "user", "content": QUESTION}], **more}


def check_sources(sources: list[dict[str, Any]], library: Library, prompt: str) -> None:
    """Every passage is the text of the file at the place it names, and stands in the prompt by its number."""
    assert sources
    for number, source in enumerate(sources, 1):
        for text, facts in zip(source["document"], source["metadata"], strict=True):
            assert facts["file_id"] == library.file
            assert HANDBOOK[facts["start_index"] : facts["end_index"]] == text
            assert f'<source id="{number}" name="handbook.md">{text}</source>' in prompt
    assert any("thirty days of leave" in text for text in sources[0]["document"])


class TestResponse:
    async def test_a_stream_begins_with_its_sources(self, platform: World, library: Library) -> None:
        body = question(stream=True, files=[library.item])
        answer = await platform.admin.rest.post("/api/chat/completions", body)
        assert answer.status == 200, answer
        events = answer.body.split(b"\n\n")
        sources = json.loads(events[0].removeprefix(b"data: "))["sources"]
        assert sources[0]["source"]["id"] == library.base
        check_sources(sources, library, asked_of(platform.provider))
        assert b"".join(events[1:]).endswith(b"[DONE]")

    @pytest.mark.parametrize("path", ["/api/chat/completions", "/openai/chat/completions"])
    async def test_a_json_answer_holds_them(self, platform: World, library: Library, path: str) -> None:
        item = {"type": "file", "id": library.file, "name": "handbook.md"}
        answer = await platform.admin.rest.send(path, question(files=[item]))
        assert answer["choices"][0]["message"]["content"] == platform.provider.default.text
        assert answer["sources"][0]["source"] == item
        check_sources(answer["sources"], library, asked_of(platform.provider))

    async def test_the_whole_text_comes_when_it_is_wanted(self, platform: World, library: Library) -> None:
        item = {"type": "file", "id": library.file, "context": "full"}
        answer = await platform.admin.rest.send("/api/chat/completions", question(files=[item]))
        assert answer["sources"][0]["document"] == [HANDBOOK.strip()]
        assert len(platform.provider.completions) == 1

    @pytest.mark.parametrize("path", ["/api/chat/completions", "/openai/chat/completions"])
    async def test_what_is_somebody_else_s_is_not_there(
        self, platform: World, ada: Person, library: Library, path: str
    ) -> None:
        for item in (
            library.item,
            {"type": "file", "id": library.file},
            {"type": "file", "id": library.file, "context": "full"},
            {"collection_name": f"file-{library.file}"},
            {"collection_names": [library.base]},
            {"type": "file", "id": "unknown"},
        ):
            refused = await ada.rest.post(path, question(stream=True, files=[item]))
            assert (refused.status, refused.detail) == (404, NOT_FOUND), item
        assert not platform.provider.completions


class TestTask:
    async def test_shows_its_steps_and_stores_what_it_rests_on(
        self, platform: World, library: Library
    ) -> None:
        admin = platform.admin
        async with admin.socket() as socket:
            conversation = await admin.converse(question=QUESTION)
            more = question(files=[library.item])
            task = await socket.ended(await admin.ask(conversation, socket.sid, more.pop("model"), **more))
        assert task.faults == []
        told = [status["action"] for status in task.of_type("status")]
        assert (told[0], told[-1]) == ("knowledge_search", "sources_retrieved")
        stored = await admin.message(conversation)
        check_sources(stored["sources"], library, asked_of(platform.provider))
        assert stored["statusHistory"] == task.of_type("status")
        assert task.of_type("chat:completion")[0] == {"sources": stored["sources"]}
        assert stored["content"] == platform.provider.default.text

    async def test_is_refused_for_what_is_somebody_else_s(
        self, platform: World, ada: Person, library: Library
    ) -> None:
        async with ada.socket() as socket:
            conversation = await ada.converse()
            body = ada.question(conversation, socket.sid, files=[library.item])
            refused = await ada.rest.post("/api/chat/completions", body)
        assert (refused.status, refused.detail) == (400, NOT_FOUND)
        assert not platform.provider.completions


class TestFileThatIsAskedAboutAtOnce:
    """What has just been uploaded is waited for."""

    TEXT = "The canteen opens at noon and serves {} on Fridays."

    async def test_is_a_source_in_a_conversation(self, platform: World) -> None:
        admin = platform.admin
        async with admin.socket() as socket:
            conversation = await admin.converse(question=QUESTION)
            file = await send(admin, "canteen.md", self.TEXT.format("noodles"))
            more = question(files=[{"type": "file", "id": file}])
            task = await socket.ended(await admin.ask(conversation, socket.sid, more.pop("model"), **more))
        assert task.faults == []
        stored = await admin.message(conversation)
        assert stored["sources"][0]["document"] == [self.TEXT.format("noodles")]
        assert stored["statusHistory"] == task.of_type("status")
        assert self.TEXT.format("noodles") in asked_of(platform.provider)

    async def test_is_a_source_in_a_response(self, platform: World) -> None:
        file = await send(platform.admin, "canteen.md", self.TEXT.format("dumplings"))
        body = question(files=[{"type": "file", "id": file}])
        answer = await platform.admin.rest.send("/api/chat/completions", body)
        assert answer["sources"][0]["document"] == [self.TEXT.format("dumplings")]


class TestModelWithKnowledge:
    @pytest.mark.parametrize("path", ["/api/chat/completions", "/openai/chat/completions"])
    async def test_lends_its_knowledge_to_who_may_use_it(
        self, platform: World, ada: Person, library: Library, expert: str, path: str
    ) -> None:
        answer = await ada.rest.send(path, question(model=expert))
        check_sources(answer["sources"], library, asked_of(platform.provider))

    async def test_lends_it_in_conversations_too(
        self, platform: World, ada: Person, library: Library, expert: str
    ) -> None:
        async with ada.socket() as socket:
            conversation = await ada.converse(expert, QUESTION)
            more = question(model=expert)
            task = await socket.ended(await ada.ask(conversation, socket.sid, more.pop("model"), **more))
        assert task.faults == []
        stored = await ada.message(conversation)
        check_sources(stored["sources"], library, asked_of(platform.provider))

    async def test_lends_it_through_ollama_s_interface(
        self, platform: World, ada: Person, library: Library, local_expert: str
    ) -> None:
        async def lines(path: str) -> list[dict[str, Any]]:
            answer = await ada.rest.post(path, question(model=local_expert))
            assert (answer.status, answer.headers["content-type"]) == (200, "application/x-ndjson"), answer
            return [json.loads(line) for line in answer.body.splitlines()]

        for path in ("/ollama/api/chat", "/ollama/api/chat/0"):
            first, *rest = await lines(path)
            assert (first["message"], first["done"]) == ({"role": "assistant", "content": ""}, False)
            check_sources(first["sources"], library, asked_of(platform.providers.ollama))
            text = "".join(line["message"]["content"] for line in rest)
            assert (text, rest[-1]["done"]) == (platform.providers.ollama.default.text, True)
        whole = await ada.rest.send("/ollama/api/chat", question(model=local_expert, stream=False))
        assert whole["done"] is True
        check_sources(whole["sources"], library, asked_of(platform.providers.ollama))
        answer = await ada.rest.send("/ollama/v1/chat/completions", question(model=local_expert))
        check_sources(answer["sources"], library, asked_of(platform.providers.ollama))

    async def test_waits_for_a_file_of_it_that_is_being_read(self, platform: World, ada: Person) -> None:
        text = "The laundry takes shirts until three on Mondays."
        file = await send(platform.admin, "laundry.md", text)
        async with attached(platform, "washer", {"type": "file", "id": file}) as model:
            answer = await ada.rest.send("/api/chat/completions", question(model=model))
        assert answer["sources"][0]["document"] == [text]

    async def test_lends_nothing_else(
        self, ada: Person, platform: World, library: Library, expert: str
    ) -> None:
        secret = await upload(platform.admin, "secret.md", "The secret word is walnut.")
        item = {"type": "file", "id": secret}
        refused = await ada.rest.post("/api/chat/completions", question(model=expert, files=[item]))
        assert refused.status == 404
        foreign = await ada.rest.get(f"/api/v1/knowledge/{library.base}")
        assert foreign.status in (401, 404)
