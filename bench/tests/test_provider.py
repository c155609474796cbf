"""The stub provider against the load generators' own client: what goes out must come in."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.load.http import Address, HttpConnection
from bench.load.receipt import Receipt
from bench.load.sse import stream_completion
from bench.provider.connection import Connection, Provider


@pytest.fixture
async def provider() -> AsyncIterator[Address]:
    loop = asyncio.get_running_loop()
    shared = Provider(loop)
    server = await loop.create_server(lambda: Connection(shared), "127.0.0.1", 0)
    yield Address("127.0.0.1", server.sockets[0].getsockname()[1])
    server.close()


class TestStreams:
    async def test_many_streams_bring_every_token_after_it_was_sent(self, provider: Address) -> None:
        receipts = [Receipt(f"stream-{number}", 50) for number in range(20)]
        model = "stub-500tps-50"
        await asyncio.gather(*(stream_completion(provider, "t", model, one, 20.0) for one in receipts))
        assert [receipt.error for receipt in receipts] == [None] * 20
        sends = (await HttpConnection(provider).request("GET", "/bench/sends")).json()
        for receipt in receipts:
            assert len(sends[receipt.name]) == 50
            assert min(receipt.added_latencies(sends[receipt.name])) >= 0

    async def test_send_times_are_given_once(self, provider: Address) -> None:
        await stream_completion(provider, "t", "stub-0tps-1", Receipt("once", 1), 20.0)
        http = HttpConnection(provider)
        assert list((await http.request("GET", "/bench/sends")).json()) == ["once"]
        assert (await http.request("GET", "/bench/sends")).json() == {}

    async def test_unknown_model_is_an_error_of_the_stream(self, provider: Address) -> None:
        receipt = Receipt("s", 1)
        await stream_completion(provider, "t", "gpt-nothing", receipt, 20.0)
        assert receipt.error is not None
        assert "404" in receipt.error


class TestPlainRequests:
    async def test_plain_completion_holds_the_whole_text(self, provider: Address) -> None:
        value = {"model": "stub-50tps-3", "messages": []}
        answer = await HttpConnection(provider).request("POST", "/v1/chat/completions", value)
        assert answer.json()["choices"][0]["message"]["content"] == "0, 1, 2,"

    async def test_one_embedding_per_input(self, provider: Address) -> None:
        value = {"model": "e", "input": ["a", "b", "c"]}
        answer = await HttpConnection(provider).request("POST", "/v1/embeddings", value)
        assert [one["index"] for one in answer.json()["data"]] == [0, 1, 2]

    async def test_lists_models_the_scenarios_use(self, provider: Address) -> None:
        answer = await HttpConnection(provider).request("GET", "/v1/models")
        assert {"stub-50tps-200", "stub-200tps-4000"} <= {model["id"] for model in answer.json()["data"]}
