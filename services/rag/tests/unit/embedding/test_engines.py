"""Engines over HTTP: what is sent in which vendor's form, what is repeated, what is refused."""

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from owui.model_proxy.v1.embedding_service_pb2 import CreateEmbeddingsResponse
from owui_chassis.call import IDENTITY
from owui_chassis.errors import Exhausted, Invalid, Unavailable
from owui_chassis.identity import Identities
from owui_rag.adapters.embedding.builtin import BuiltInEmbedder
from owui_rag.adapters.embedding.choose import embedder_of
from owui_rag.adapters.embedding.requests import reason_of, retry_after
from owui_rag.adapters.embedding.sentence_transformers import SentenceTransformersEmbedder
from owui_rag.settings import RagSettings

SECRET = "a secret of the tests"


class Engine:
    """Stands in for an embedding engine; remembers requests, refuses by a script of (status, headers)."""

    def __init__(self) -> None:
        self.url = ""
        self.bodies: list[dict[str, Any]] = []
        self.requests: list[web.Request] = []
        self.refusals: list[tuple[int, dict[str, str]]] = []
        self.form = "base64"
        self.width = 4
        self.running = self.most = 0

    async def serve(self, request: web.Request) -> web.Response:
        """Answer."""
        self.requests.append(request)
        body = await request.json()
        self.bodies.append(body)
        if self.refusals:
            status, headers = self.refusals.pop(0)
            key = request.headers.get("Authorization", "") + request.headers.get("api-key", "")
            return web.json_response({"error": {"message": f"no: {key}"}}, status=status, headers=headers)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(0.005)
        self.running -= 1
        return web.json_response(self.answer(request.path, body["input"]))

    def answer(self, path: str, texts: list[str]) -> dict[str, Any]:
        """Return vectors that tell the length of the text."""
        rows = [[float(len(text)), 1.0, *[0.0] * (self.width - 2)] for text in texts]
        if path == "/api/embed":
            return {"embeddings": rows}
        encode = self.form == "base64"
        vectors = [base64.b64encode(np.array(row, "<f4")).decode() if encode else row for row in rows]
        items = [{"index": index, "embedding": vector} for index, vector in enumerate(vectors)]
        return {"data": items[::-1]}


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[Engine]:
    found = Engine()
    application = web.Application()
    application.router.add_post("/{path:.*}", found.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def no_platform(_service: str) -> Any:
    raise AssertionError("the platform is not asked")


def openai(engine: Engine, http: aiohttp.ClientSession, **values: Any) -> Any:
    given = {
        "secret_key": SECRET,
        "embedding_engine": "openai",
        "embedding_model": "small",
        "openai_embedding_url": f"{engine.url}/v1/",
        "openai_embedding_key": "sk-hidden",
        **values,
    }
    return embedder_of(RagSettings(**given), http, no_platform)


def assert_lengths(rows: Any, texts: list[str]) -> None:
    expected = np.array([[len(text), 1, 0, 0] for text in texts], np.float32)
    assert np.allclose(rows, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)


class TestOpenAI:
    @pytest.mark.parametrize("form", ["base64", "floats"])
    async def test_sends_batches_and_keeps_the_order(
        self, engine: Engine, http: aiohttp.ClientSession, form: str
    ) -> None:
        engine.form = form
        texts = ["x" * (n + 1) for n in range(25)]
        rows = await openai(engine, http, embedding_batch_size=10).embed_passages(texts)
        assert_lengths(rows, texts)
        assert sorted(len(body["input"]) for body in engine.bodies) == [5, 10, 10]
        assert {body["model"] for body in engine.bodies} == {"small"}
        assert {request.path for request in engine.requests} == {"/v1/embeddings"}
        assert engine.requests[0].headers["Authorization"] == "Bearer sk-hidden"

    async def test_asks_no_more_at_once_than_the_settings_say(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        embedder = openai(engine, http, embedding_batch_size=1, embedding_concurrency=3)
        await asyncio.gather(*(embedder.embed_passages(["a"] * 10) for _ in range(3)))
        assert engine.most == 3

    async def test_repeats_what_passes_and_honours_retry_after(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        engine.refusals = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0"})]
        assert_lengths(await openai(engine, http).embed_passages(["abc"]), ["abc"])
        assert len(engine.requests) == 3

    async def test_gives_up_on_a_question_soon(self, engine: Engine, http: aiohttp.ClientSession) -> None:
        engine.refusals = [(429, {"Retry-After": "0"})] * 9
        with pytest.raises(Exhausted):
            await openai(engine, http).embed_queries(["abc"])
        assert len(engine.requests) == 2

    async def test_a_refusal_is_not_repeated_and_does_not_tell_the_key(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        engine.refusals = [(401, {})]
        with pytest.raises(Invalid, match=r"refused .401.") as caught:
            await openai(engine, http).embed_passages(["abc"])
        assert "sk-hidden" not in caught.value.message
        assert len(engine.requests) == 1

    async def test_does_not_follow_a_redirect_with_its_key(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        engine.refusals = [(307, {"Location": f"{engine.url}/elsewhere"})]
        with pytest.raises(Invalid):
            await openai(engine, http).embed_passages(["abc"])
        assert len(engine.requests) == 1

    async def test_other_dimensions_than_before_are_an_error(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        embedder = openai(engine, http)
        assert await embedder.dimensions() == 4
        engine.width = 5
        with pytest.raises(Unavailable, match="5 dimensions, not 4"):
            await embedder.embed_passages(["abc"])

    async def test_an_engine_that_is_away_is_unavailable(self, http: aiohttp.ClientSession) -> None:
        nowhere = Engine()
        nowhere.url = "http://127.0.0.1:9"
        with pytest.raises(Unavailable, match="not reachable"):
            await openai(nowhere, http).embed_queries(["abc"])

    async def test_prefixes_stand_before_texts_or_in_a_field(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        prefixes = {"embedding_query_prefix": "query: ", "embedding_content_prefix": "passage: "}
        before = openai(engine, http, **prefixes)
        await before.embed_queries(["a"])
        await before.embed_passages(["b"])
        inside = openai(engine, http, **prefixes, embedding_prefix_field_name="task")
        await inside.embed_passages(["c"])
        assert [body["input"] for body in engine.bodies] == [["query: a"], ["passage: b"], ["c"]]
        assert engine.bodies[2]["task"] == "passage: "
        assert len({before.name, inside.name, openai(engine, http).name}) == 3

    async def test_an_empty_text_is_sent_as_a_space(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        await openai(engine, http).embed_passages([""])
        assert engine.bodies[0]["input"] == [" "]


class TestOtherVendors:
    async def test_azure_names_the_deployment_in_the_address(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        embedder = openai(
            engine, http, embedding_engine="azure_openai", azure_embedding_url=engine.url,
            azure_embedding_key="az-hidden", azure_embedding_version="2024-10-21",
        )  # fmt: skip
        assert_lengths(await embedder.embed_passages(["ab"]), ["ab"])
        request = engine.requests[0]
        assert request.path == "/openai/deployments/small/embeddings"
        assert request.query["api-version"] == "2024-10-21"
        assert request.headers["api-key"] == "az-hidden"

    async def test_ollama_has_a_form_of_its_own(self, engine: Engine, http: aiohttp.ClientSession) -> None:
        embedder = openai(engine, http, embedding_engine="ollama", ollama_embedding_url=f"{engine.url}/api")
        assert_lengths(await embedder.embed_passages(["ab", "c"]), ["ab", "c"])
        assert engine.bodies[0] == {"model": "small", "input": ["ab", "c"], "truncate": True}

    async def test_without_an_address_the_platform_is_asked_as_the_platform(
        self, engine: Engine, http: aiohttp.ClientSession
    ) -> None:
        asked: list[tuple[Any, Any]] = []

        class Platform:
            def unary_unary(self, _method: str, *_: Any, **__: Any) -> Any:
                async def call(request: Any, *, timeout: float, metadata: Any) -> CreateEmbeddingsResponse:
                    asked.append((request, metadata))
                    if len(asked) == 1:
                        raise Unavailable("not yet", retry_after=0)
                    return CreateEmbeddingsResponse(answer=b'{"data":[{"index":0,"embedding":[3,4]}]}')

                return call

        values = RagSettings(secret_key=SECRET, embedding_engine="openai", embedding_model="small")
        embedder = embedder_of(values, http, lambda _service: Platform())  # type: ignore[arg-type,return-value]
        assert np.allclose(await embedder.embed_passages(["a"]), [[0.6, 0.8]])
        token = dict(asked[1][1])[IDENTITY]
        assert Identities(SECRET).verify(token).is_admin


class TestChoice:
    async def test_the_default_is_the_built_in_model_and_is_shared(self, http: aiohttp.ClientSession) -> None:
        found = embedder_of(RagSettings(secret_key=SECRET), http, no_platform)
        assert isinstance(found, BuiltInEmbedder)
        assert found is embedder_of(RagSettings(secret_key=SECRET), http, no_platform)

    async def test_any_other_model_of_this_machine_needs_the_extra(self, http: aiohttp.ClientSession) -> None:
        values = RagSettings(secret_key=SECRET, embedding_model="some/model-that-is-not-there")
        found = embedder_of(values, http, no_platform)
        assert isinstance(found, SentenceTransformersEmbedder)
        with pytest.raises(Unavailable, match=r"some/model-that-is-not-there"):
            await found.embed_passages(["a"])


class TestTexts:
    @pytest.mark.parametrize(
        ("header", "seconds"),
        [("7", 7.0), ("", None), ("soon", None), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0)],
    )
    def test_retry_after_is_a_number_or_a_date(self, header: str, seconds: float | None) -> None:
        assert retry_after(header) == seconds

    @pytest.mark.parametrize(
        "raw", [b'{"error": {"message": "full"}}', b'{"error": "full"}', b'{"message": "full"}', b"full"]
    )
    def test_errors_are_read_in_any_vendors_form(self, raw: bytes) -> None:
        assert reason_of(raw) == "full"
