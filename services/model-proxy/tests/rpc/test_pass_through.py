"""Requests that pass as they are, and embeddings: the same door for every route."""

import asyncio
from contextlib import aclosing
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1 import embedding_service_pb2
from owui.model_proxy.v1 import pass_through_service_pb2 as pb
from owui_chassis.errors import Exhausted, Forbidden, Invalid, NotFound, Unavailable


async def passed(
    desk: Any, principal: Any, method: str, path: str, body: Any = None, **more: Any
) -> tuple[Any, bytes]:
    raw = body if isinstance(body, bytes) else orjson.dumps(body) if body is not None else b""
    request = pb.PassThroughRequest(method=method, path=path, body=raw, **more)
    stream = desk.world.pass_through.PassThrough(request, metadata=desk.world.call(principal).metadata())
    head, data = None, b""
    async with aclosing(stream) as pieces:
        async for piece in pieces:
            if piece.WhichOneof("event") == "head":
                head = piece.head
            else:
                data += piece.data
    return head, data


class TestAdministrators:
    async def test_reach_every_path_of_the_first_connection(self, desk, provider):
        provider.says("GET /v1/files", b"[1]", 201, "text/plain")
        await desk.connect(provider.url, keys=("sk-1",))
        head, data = await passed(desk, desk.world.admin, "GET", "files", query="limit=2&a=b%26c")
        assert (head.status, head.content_type, data) == (201, "text/plain", b"[1]")
        assert provider.received[-1].path == "/v1/files?limit=2&a=b%26c"
        assert provider.received[-1].headers["authorization"] == "Bearer sk-1"

    async def test_choose_a_connection_by_its_index(self, desk, make_provider):
        first, second = await make_provider(), await make_provider()
        second.says("DELETE /v1/files/x", b"{}")
        await desk.connect(first.url, second.url)
        head, _ = await passed(desk, desk.world.admin, "DELETE", "files/x", connection_index=1)
        assert head.status == 200
        with pytest.raises(NotFound):
            await passed(desk, desk.world.admin, "GET", "files", connection_index=9)

    async def test_manage_ollama_s_models_and_see_their_progress(self, desk, provider):
        more = asyncio.Event()

        async def pull(_received, reply):
            await reply.head(200, "application/x-ndjson")
            await reply.send(b'{"status":"pulling"}\n')
            await more.wait()
            await reply.send(b'{"status":"success"}\n')
            await reply.end()

        provider.answers["POST /api/pull"] = pull
        await desk.connect_ollama(provider.url)
        request = pb.PassThroughRequest(
            kind="PROVIDER_KIND_OLLAMA", method="POST", path="api/pull", body=b'{"model":"x"}'
        )
        stream = desk.world.pass_through.PassThrough(
            request, metadata=desk.world.call(desk.world.admin).metadata()
        )
        assert (await anext(stream)).head.content_type == "application/x-ndjson"
        assert b"pulling" in (await anext(stream)).data
        more.set()
        assert b"success" in (await anext(stream)).data
        assert [piece async for piece in stream] == []

    @pytest.mark.parametrize(
        "path",
        ["../admin", "a/../../b", "%2e%2e/x", "a/%252e%252e/b", "a\\b", "/abs", "a?b", "a#b", "a\nb", "./x"],
    )
    async def test_do_not_leave_the_address_of_the_connection(self, desk, provider, path):
        await desk.connect(provider.url)
        asked = len(provider.received)
        with pytest.raises(Invalid):
            await passed(desk, desk.world.admin, "GET", path)
        assert len(provider.received) == asked

    async def test_use_methods_that_exist(self, desk, provider):
        await desk.connect(provider.url)
        with pytest.raises(Invalid):
            await passed(desk, desk.world.admin, "CONNECT", "x")


class TestUsers:
    async def test_delete_and_unload_a_model_where_it_is(self, desk, make_provider):
        first, second = await make_provider(), await make_provider()
        first.tags("other")
        second.tags("qwen3:4b")
        second.says("DELETE /api/delete", b"")
        second.says("POST /api/generate", b'{"done":true}')
        await desk.connect_ollama(first.url, second.url, configs={"1": {"prefix_id": "b"}})
        kind, named = "PROVIDER_KIND_OLLAMA", {"model": "b.qwen3:4b"}
        head, _ = await passed(desk, desk.world.admin, "DELETE", "api/delete", named, kind=kind)
        assert (head.status, second.received[-1].json) == (200, {"model": "qwen3:4b"})
        _, data = await passed(desk, desk.world.admin, "POST", "api/unload", named, kind=kind)
        assert data == b'{"status":true}'
        assert second.received[-1].json == {
            "model": "qwen3:4b",
            "prompt": "",
            "keep_alive": 0,
            "stream": False,
        }
        with pytest.raises(Forbidden):
            await passed(desk, desk.world.user, "POST", "api/unload", named, kind=kind)

    async def test_reach_paths_without_a_bypass_of_model_access(self, start, desk_of, provider):
        provider.says("GET /v1/files", b"[]")
        desk = desk_of(await start(BYPASS_ADMIN_ACCESS_CONTROL="false"))
        await desk.connect(provider.url)
        assert (await passed(desk, desk.world.admin, "GET", "files"))[1] == b"[]"

    @pytest.mark.parametrize(
        "path", ["responses", "embeddings", "audio/speech", "completions", "chat/completions"]
    )
    async def test_reach_paths_that_name_a_model_which_they_may_use(self, desk, provider, path):
        provider.says(f"POST /v1/{path}", b"{}")
        await desk.connect(provider.url, configs={"0": {"prefix_id": "p"}})
        await desk.open_model("p.gpt-small")
        head, _ = await passed(desk, desk.world.user, "POST", path, {"model": "p.gpt-small", "input": "x"})
        assert head.status == 200
        assert provider.received[-1].json == {"model": "gpt-small", "input": "x"}
        with pytest.raises(NotFound):
            await passed(desk, desk.world.user, "POST", path, {"model": "p.gpt-large"})
        with pytest.raises(Invalid):
            await passed(desk, desk.world.user, "POST", path, b"not json")

    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "files"), ("POST", "fine_tuning/jobs"), ("GET", "responses"), ("DELETE", "models/x")],
    )
    async def test_reach_no_other_path(self, desk, provider, method, path):
        await desk.connect(provider.url)
        await desk.open_model("gpt-small")
        with pytest.raises(Forbidden) as raised:
            await passed(desk, desk.world.user, method, path, {"model": "gpt-small"})
        assert raised.value.reason == "path_not_allowed"

    async def test_show_an_ollama_model_that_is_open_and_pull_none(self, desk, provider):
        provider.tags("qwen3:4b")
        provider.says("POST /api/show", b"{}")
        await desk.connect_ollama(provider.url)
        await desk.open_model("qwen3:4b")
        kind = "PROVIDER_KIND_OLLAMA"
        head, _ = await passed(desk, desk.world.user, "POST", "api/show", {"model": "qwen3:4b"}, kind=kind)
        assert head.status == 200
        with pytest.raises(Forbidden):
            await passed(desk, desk.world.user, "POST", "api/pull", {"model": "qwen3:4b"}, kind=kind)
        with pytest.raises(NotFound):
            await passed(desk, desk.world.user, "POST", "embeddings", {"model": "qwen3:4b"})


class TestEmbeddings:
    async def embed(self, desk: Any, body: Any, principal: Any = None) -> bytes:
        with desk.world.by(principal or desk.world.admin):
            request = embedding_service_pb2.CreateEmbeddingsRequest(body=orjson.dumps(body))
            return (await desk.world.embeddings.CreateEmbeddings(request)).answer

    async def test_pass_the_answer_on_for_models_that_the_caller_may_use(self, desk, provider):
        answer = b'{"data":[{"embedding":[0.25]}]}'
        provider.says("POST /v1/embeddings", answer)
        await desk.connect(provider.url)
        await desk.open_model("gpt-small")
        body = {"model": "gpt-small", "input": ["a"], "metadata": {}}
        assert await self.embed(desk, body, desk.world.user) == answer
        assert provider.received[-1].json == {"model": "gpt-small", "input": ["a"]}
        with pytest.raises(NotFound):
            await self.embed(desk, {"model": "gpt-large", "input": "a"}, desk.world.user)

    async def test_work_with_ollama(self, desk, provider):
        provider.tags("nomic")
        provider.says("POST /v1/embeddings", b"{}")
        await desk.connect_ollama(provider.url)
        assert await self.embed(desk, {"model": "nomic", "input": "a"}) == b"{}"

    @pytest.mark.parametrize(
        ("status", "error"),
        [(400, Invalid), (404, NotFound), (429, Exhausted), (401, Unavailable), (500, Unavailable)],
    )
    async def test_a_refusal_is_the_nearest_error_with_the_provider_s_words(
        self, desk, provider, status, error
    ):
        provider.says("POST /v1/embeddings", b'{"error":{"message":"too long"}}', status)
        await desk.connect(provider.url)
        with pytest.raises(error, match="too long") as raised:
            await self.embed(desk, {"model": "gpt-small", "input": "a"})
        assert raised.value.reason == "provider_refused"


class TestBounds:
    async def test_more_requests_than_allowed_are_refused_at_once(self, start, desk_of, provider, question):
        began, go = asyncio.Event(), asyncio.Event()

        async def answer(_received, reply):
            began.set()
            await go.wait()
            await reply.whole(b"{}")

        provider.answers["POST /v1/chat/completions"] = answer
        desk = desk_of(await start(MODEL_PROXY_MAX_STREAMS="1"))
        await desk.connect(provider.url)
        first = asyncio.create_task(desk.ask(question()))
        await asyncio.wait_for(began.wait(), 5)
        with pytest.raises(Exhausted) as raised:
            await desk.ask(question())
        assert raised.value.reason == "too_many_streams"
        go.set()
        assert (await first).head.status == 200
        assert (await desk.ask(question())).head.status == 200
