"""Bodies that are too large, never end or cannot be read."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from .world import World

LIMIT = 100_000
ADA = {"authorization": "Bearer ada-token"}
JSON = {**ADA, "content-type": "application/json"}
CHAT = "/api/chat/completions"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def small(redis_url: str) -> AsyncIterator[World]:
    async with World(redis_url, None, {"GATEWAY_MAX_BODY_BYTES": str(LIMIT)}) as world:
        yield world


def body_of(size: int) -> bytes:
    start, end = b'{"model":"small","messages":[],"pad":"', b'"}'
    return start + b"x" * (size - len(start) - len(end)) + end


async def pieces(body: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for begin in range(0, len(body), size):
        yield body[begin : begin + size]


class TestSize:
    @pytest.mark.parametrize("chunked", [False, True])
    async def test_exactly_at_the_limit_is_read(self, small: World, chunked: bool) -> None:
        body = body_of(LIMIT)
        async with small.http.post(CHAT, data=pieces(body) if chunked else body, headers=JSON) as answer:
            assert answer.status == 200

    @pytest.mark.parametrize("chunked", [False, True])
    @pytest.mark.parametrize("size", [LIMIT + 1, 40 * LIMIT])
    @pytest.mark.parametrize("path", [CHAT, "/api/v1/auths/signin", "/openai/audio/speech"])
    async def test_more_is_refused(self, small: World, path: str, size: int, chunked: bool) -> None:
        body = body_of(size)
        async with small.http.post(path, data=pieces(body) if chunked else body, headers=JSON) as answer:
            assert answer.status == 413
            assert "larger than" in (await answer.json())["detail"]

    async def test_a_lie_about_the_length_ends_the_connection(self, small: World) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", small.port)
        writer.write(b"POST /api/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()

    async def test_a_head_without_end_is_refused(self, small: World) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", small.port)
        writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\nx-filling: " + b"y" * 66_000)
        assert (await reader.read()).startswith(b"HTTP/1.1 431")
        writer.close()


BROKEN = {
    "nothing": (b"", None),
    "half a document": (b'{"model": "small", "messages": [', None),
    "no document": (b"hello", None),
    "a list": (b"[1, 2]", None),
    "text": (b'"model"', None),
    "invalid UTF-8 in a text": (b'{"model":"small","messages":[],"x":"\xff"}', None),
    "half a surrogate pair": (b'{"model":"\\ud800","messages":[]}', None),
    "too deep": (b'{"model":"small","messages":[],"x":' + b"[" * 40_000 + b"]" * 40_000 + b"}", None),
    "no messages": (b'{"model":"small"}', "messages"),
    "messages that are no list": (b'{"model":"small","messages":"hi"}', "messages"),
    "no model": (b'{"messages":[]}', "model"),
    "a model that is no text": (b'{"model":7,"messages":[]}', "model"),
    "a chat that is no text": (b'{"model":"small","messages":[],"chat_id":{}}', "chat_id"),
}


class TestCompletions:
    @pytest.mark.parametrize("path", [CHAT, "/openai/chat/completions"])
    @pytest.mark.parametrize("name", BROKEN)
    async def test_that_cannot_be_read_are_answered_with_422(
        self, world: World, path: str, name: str
    ) -> None:
        body, field = BROKEN[name]
        async with world.http.post(path, data=body, headers=JSON) as answer:
            assert answer.status == 422
            [problem] = (await answer.json())["detail"]
        assert problem["loc"] == (["body", field] if field else ["body"])
        assert problem["msg"]
        assert not world.models.requests

    @pytest.mark.parametrize("name", ["half a document", "a model that is no text", "no model"])
    async def test_for_ollama_are_read_the_same_way(self, world: World, name: str) -> None:
        async with world.http.post("/ollama/api/generate", data=BROKEN[name][0], headers=JSON) as answer:
            assert answer.status == 422

    async def test_of_another_type_are_refused(self, world: World) -> None:
        headers = {**ADA, "content-type": "text/plain"}
        async with world.http.post(CHAT, data=body_of(200), headers=headers) as answer:
            assert answer.status == 422


class TestTranscoded:
    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b'{"email": 5, "password": "right"}', b'{"email":"\xff","password":"x"}']
    )
    async def test_that_cannot_be_read_are_answered_with_422(self, world: World, body: bytes) -> None:
        headers = {"content-type": "application/json"}
        async with world.http.post("/api/v1/auths/signin", data=body, headers=headers) as answer:
            detail = (await answer.json())["detail"]
        if body:
            assert answer.status == 422
            assert detail

    async def test_a_bug_of_a_service_shows_no_details(self, world: World) -> None:
        answer = await world.post("/api/v1/auths/signin", {"email": "ada@x.org", "password": "bug"})
        assert (answer.status, answer.json) == (500, {"detail": "Internal error"})
