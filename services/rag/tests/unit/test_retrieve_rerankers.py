"""Rerankers: an endpoint, and models on this machine."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from owui_chassis.errors import Unavailable
from owui_rag.adapters.embedding.onnx_format import Graph
from owui_rag.adapters.reranking.choose import reranker_of
from owui_rag.adapters.reranking.cross_encoder import CrossEncoderReranker, to_unit
from owui_rag.adapters.reranking.external import ExternalReranker
from owui_rag.adapters.reranking.onnx import OnnxReranker
from owui_rag.settings_of.retrieval import RetrievalSettings
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing


@pytest_asyncio.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Endpoint:
    """A server that answers as a test says."""

    def __init__(self) -> None:
        self.answer: Any = {"results": []}
        self.status = 200
        self.seen: list[tuple[str, Any]] = []

    async def serve(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers.get("Authorization", ""), await request.json()))
        return web.json_response(self.answer, status=self.status)


@pytest_asyncio.fixture
async def endpoint() -> AsyncIterator[tuple[Endpoint, str]]:
    scripted = Endpoint()
    application = web.Application()
    application.router.add_post("/rerank", scripted.serve)
    async with TestServer(application) as server:
        yield scripted, str(server.make_url("/rerank"))


class TestExternal:
    async def test_scores_by_index(self, endpoint: tuple[Endpoint, str], http: aiohttp.ClientSession) -> None:
        scripted, url = endpoint
        scripted.answer = {
            "results": [{"index": 2, "relevance_score": 0.9}, {"index": 0, "relevance_score": 0.4}]
        }
        reranker = ExternalReranker(http, url, "key", "model", 5)
        assert await reranker.scores("question", ["a", "b", "c"]) == [0.4, 0.0, 0.9]
        body = {"model": "model", "query": "question", "documents": ["a", "b", "c"], "top_n": 3}
        assert scripted.seen == [("Bearer key", body)]

    @pytest.mark.parametrize(
        ("answer", "status"),
        [
            ({}, 200),
            ([], 200),
            ({"results": [{"index": 3, "relevance_score": 1}]}, 200),
            ({"results": [{"index": -1, "relevance_score": 1}]}, 200),
            ({"results": [{"index": 0, "relevance_score": "much"}]}, 200),
            ({"results": []}, 500),
        ],
    )
    async def test_nonsense_is_no_answer(
        self, endpoint: tuple[Endpoint, str], http: aiohttp.ClientSession, answer: Any, status: int
    ) -> None:
        scripted, url = endpoint
        scripted.answer, scripted.status = answer, status
        with pytest.raises(Unavailable):
            await ExternalReranker(http, url, "", "model", 5).scores("question", ["a", "b", "c"])

    async def test_nobody_there_is_no_answer(self, http: aiohttp.ClientSession) -> None:
        with pytest.raises(Unavailable):
            await ExternalReranker(http, "http://127.0.0.1:9/rerank", "", "m", 5).scores("q", ["a"])


def tiny_model(folder: Path) -> None:
    """Write a cross-encoder that likes passages about owls, whatever the question is."""
    words = ["[UNK]", "[SEP]", "owls", "gulls"]
    tokenizer = Tokenizer(WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="$A", pair="$A [SEP] $B:1", special_tokens=[("[SEP]", 1)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    graph = Graph()
    graph.constant("likes", np.array([0, 0, 3, -3], np.float32))
    graph.constant("second axis", np.array([1], np.int64))
    graph.node("Gather", ["likes", "input_ids"], "liked")
    graph.node("Cast", ["token_type_ids"], "is passage", to=1)
    graph.node("Mul", ["liked", "is passage"], "counted")
    graph.node("ReduceSum", ["counted", "second axis"], "logits", keepdims=1)
    inputs = {"input_ids": np.int64, "token_type_ids": np.int64}
    (folder / "model.onnx").write_bytes(graph.model(inputs, {"logits": np.float32}, 2))


class TestOnThisMachine:
    async def test_a_model_in_a_folder_reads_question_and_passage(self, tmp_path: Path) -> None:
        tiny_model(tmp_path)
        scores = await OnnxReranker(str(tmp_path)).scores("gulls ?", ["owls at night", "gulls", "neither"])
        assert scores == pytest.approx([0.9526, 0.0474, 0.5], abs=1e-3)

    def test_logits_become_parts_of_one(self) -> None:
        assert to_unit(np.array([0.0, 0.5, 1.0])) == [0.0, 0.5, 1.0]
        assert to_unit(np.array([-100.0, 0.0, 100.0])) == pytest.approx([0.0, 0.5, 1.0])

    async def test_a_missing_model_is_no_answer(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable):
            await OnnxReranker(str(tmp_path)).scores("question", ["a"])
        missing = CrossEncoderReranker(str(tmp_path / "none"), "", trust_remote_code=False)
        with pytest.raises(Unavailable):
            await missing.scores("question", ["a"])


class TestChoice:
    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            ({}, type(None)),
            ({"reranking_engine": "external"}, type(None)),
            ({"reranking_engine": "external", "external_reranker_url": "http://reranker"}, ExternalReranker),
            ({"reranking_model": "some/cross-encoder"}, CrossEncoderReranker),
        ],
    )
    async def test_is_that_of_the_settings(
        self, http: aiohttp.ClientSession, values: dict[str, Any], kind: type
    ) -> None:
        assert type(reranker_of(RetrievalSettings(**values), http)) is kind

    async def test_a_folder_with_a_model_is_read_by_onnx(
        self, http: aiohttp.ClientSession, tmp_path: Path
    ) -> None:
        for name in ("model.onnx", "tokenizer.json"):
            (tmp_path / name).write_bytes(b"")
        settings = RetrievalSettings(reranking_model=str(tmp_path))
        first = reranker_of(settings, http)
        assert type(first) is OnnxReranker
        assert reranker_of(settings, http) is first

    def test_durations_are_read(self) -> None:
        read = RetrievalSettings.read({"RAG_EXTERNAL_RERANKER_TIMEOUT": "3"})
        assert read.external_reranker_timeout == timedelta(seconds=3)
