"""Answers in the response of the API that rest on documents: the sources come with them."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any, ClassVar

import owui.chat.v1.completion_service_pb2 as pb
import pytest
from owui.model_proxy.v1.completion_service_pb2 import (
    COMPLETION_API_OLLAMA_CHAT,
    COMPLETION_API_OLLAMA_OPENAI_CHAT,
)
from owui_chassis.errors import Invalid, NotFound, Unavailable

from services.chat.tests.rpc.talking import SSE, chunk

from .library import BASE, FILE, asked_of, called, model


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


def ollama(*lines: dict[str, Any], kind: str = "application/x-ndjson") -> Any:
    """Return a script that answers in Ollama's form, and leaves queries to the question itself."""

    async def run(body: dict[str, Any]) -> AsyncIterator[Any]:
        if "search queries" in body["messages"][-1]["content"]:
            yield (503, "application/json")
            return
        yield (200, kind)
        for line in lines:
            yield json.dumps(line).encode() + b"\n"

    return run


class TestOllama:
    """The same for clients of Ollama, whose answers are lines."""

    WORD: ClassVar = {"model": "expert", "message": {"role": "assistant", "content": "Thirty"}, "done": False}
    END: ClassVar = {"model": "expert", "message": {"role": "assistant", "content": ""}, "done": True}

    @pytest.fixture(autouse=True)
    def expert(self, platform: Any, shelf: Any) -> None:
        platform.models.scripts["expert"] = ollama(self.WORD, self.END)
        platform.models.knowledge["expert"] = {"maker": [BASE]}
        shelf.readers = {"base": {"maker"}}

    async def test_the_first_line_is_a_piece_of_the_message_with_the_sources(
        self, platform: Any, replica: Any
    ) -> None:
        head, body = await called(
            replica.user(), pb.DIALECT_OLLAMA, 3, model="expert", options={"temperature": 0}
        )
        first, *rest = [json.loads(line) for line in body.splitlines()]
        assert head.content_type == "application/x-ndjson"
        assert (first["model"], first["done"]) == ("expert", False)
        assert first["message"] == {"role": "assistant", "content": ""}
        assert datetime.fromisoformat(first["created_at"]).tzinfo is not None
        assert first["sources"][0]["document"] == ["Rest carries over."]
        assert rest == [self.WORD, self.END]
        request = platform.models.requests[-1]
        assert (request.api, request.connection_index) == (COMPLETION_API_OLLAMA_CHAT, 3)
        assert "Rest carries over." in asked_of(platform)
        assert platform.models.bodies[-1]["options"] == {"temperature": 0}

    async def test_an_answer_in_one_piece_has_them_as_a_member(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = ollama({**self.END, "done": True}, kind="application/json")
        _, body = await called(replica.user(), pb.DIALECT_OLLAMA, model="expert", stream=False)
        answer = json.loads(body)
        assert (answer["done"], answer["sources"][0]["document"]) == (True, ["Rest carries over."])

    async def test_openai_s_dialect_of_ollama_has_them_as_an_event(self, platform: Any, replica: Any) -> None:
        platform.models.scripts["expert"] = model()
        _, body = await called(replica.user(), pb.DIALECT_OLLAMA_OPENAI, model="expert")
        assert body.startswith(b'data: {"sources":[{')
        assert platform.models.requests[-1].api == COMPLETION_API_OLLAMA_OPENAI_CHAT
