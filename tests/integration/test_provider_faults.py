"""Providers that refuse, hang, die or talk nonsense: what arrived is kept, the error shown."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from owui_testkit.fake_provider import CUT, HANG, Pause, Reply

from .clients.events import CompletionReader
from .clients.people import Person
from .clients.transcript import Transcript
from .world import SECOND_KEY, World, eventually

HALF = b'data: {"choices":[{"index":0,"delta":{"content":"three \xe2\x82'
MESSAGES = [{"role": "user", "content": "hi"}]
MODELS_SECONDS = 0.2
# A reset overtakes what the client's kernel holds: only what was read before it has arrived.
ARRIVAL = Pause(0.3)


async def answer(
    platform: World, person: Person, reply: Reply | None, model: str = "fake-model"
) -> tuple[Transcript, dict[str, Any]]:
    """Let a person ask; return what the window saw and what is stored."""
    if reply is not None:
        platform.provider.script(reply)
    async with person.socket() as socket:
        conversation = await person.converse(model)
        task = await socket.ended(await person.ask(conversation, socket.sid, model), 20)
    return task, await person.message(conversation)


class TestInterruptedAnswers:
    @pytest.mark.parametrize(
        "ending",
        [(ARRIVAL, CUT), (HALF, ARRIVAL, CUT), (HANG,)],
        ids=["reset", "half a letter and reset", "silence"],
    )
    async def test_what_arrived_is_kept_and_the_error_shown(
        self, platform: World, ada: Person, ending: tuple[Any, ...]
    ) -> None:
        task, stored = await answer(platform, ada, Reply(steps=("one ", "two ", *ending), finish=False))
        assert task.final is not None
        assert (task.text, task.final["content"], stored["content"]) == ("one two ", "one two ", "one two ")
        [shown] = task.of_type("chat:message:error")
        assert shown["error"]["content"]
        assert stored["error"]["content"] == shown["error"]["content"]
        assert stored["done"] is True
        assert task.faults == []

    @pytest.mark.parametrize(
        "noise",
        [
            b"data: {not json\n\n",
            b"\x00\xff\xfe\n\n",
            b": comment\n\n",
            b'data: {"choices": "no list"}\n\n',
            b"data: 17\n\n",
        ],
    )
    async def test_noise_between_the_tokens_is_passed_over(
        self, platform: World, ada: Person, noise: bytes
    ) -> None:
        task, stored = await answer(platform, ada, Reply(steps=("one ", noise, "two ")))
        assert (task.text, stored["content"]) == ("one two ", "one two ")
        assert "error" not in stored

    async def test_an_answer_without_an_end_is_an_answer(self, platform: World, ada: Person) -> None:
        task, stored = await answer(platform, ada, Reply(steps=("one ", HALF), finish=False))
        assert task.text.startswith("one ")
        assert stored["done"] is True

    async def test_letters_that_are_torn_apart_by_the_network_are_whole(
        self, platform: World, ada: Person
    ) -> None:
        whole = 'data: {"choices":[{"index":0,"delta":{"content":"€uro"}}]}\n\n'.encode()
        at = whole.index(b"\xe2") + 1
        task, stored = await answer(platform, ada, Reply(steps=(whole[:at], whole[at:])))
        assert (task.text, stored["content"]) == ("€uro", "€uro")


class TestRefusals:
    @pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
    async def test_the_words_of_the_provider_are_shown(
        self, platform: World, ada: Person, status: int
    ) -> None:
        task, stored = await answer(
            platform, ada, Reply.error(status, b'{"error":{"message":"Slow down, please"}}')
        )
        assert "Slow down, please" in task.of_type("chat:message:error")[0]["error"]["content"]
        assert "Slow down, please" in stored["error"]["content"]
        assert (stored["content"], stored["done"]) == ("", True)

    async def test_an_error_page_of_a_proxy_is_an_error(self, platform: World, ada: Person) -> None:
        _, stored = await answer(
            platform, ada, Reply(status=502, body=b"<html>Bad gateway</html>", content_type="text/html")
        )
        assert stored["error"]["content"]

    async def test_a_provider_that_is_not_there(self, platform: World) -> None:
        second = platform.providers.second
        port = second.port
        await second.stop()
        try:
            _, stored = await answer(platform, platform.admin, None, "other-model")
            assert stored["error"]["content"]
            body = {"model": "other-model", "messages": MESSAGES}
            plain = await platform.admin.rest.post("/api/chat/completions", body)
            assert plain.status in {502, 503}, plain
            assert plain.detail
            assert SECOND_KEY not in plain.body.decode() + str(stored)
        finally:
            await second.start(port)

        async def works() -> bool:
            return (await platform.admin.rest.post("/api/chat/completions", body)).status == 200

        await eventually(works, "the provider that came back to be used", 15)


class TestApiMode:
    async def test_what_arrived_comes_before_the_error(self, platform: World, ada: Person) -> None:
        platform.provider.script(Reply(steps=("one ", "two ", ARRIVAL, CUT)))
        body = {"model": "fake-model", "messages": MESSAGES, "stream": True}
        async with ada.rest.stream("/api/chat/completions", body) as response:
            reader = CompletionReader(response)
            await reader.read()
        assert (reader.text, reader.complete) == ("one two ", False)
        assert reader.errors[0]["message"]

    async def test_bytes_of_the_provider_are_not_touched(self, platform: World, ada: Person) -> None:
        raw = b'data: {"choices":[],"unknown":{"n":12345678901234567890}}\n\ndata: \xe2\x82\n\n'
        platform.provider.script(Reply(steps=(raw,), finish=False))
        body = {"model": "fake-model", "messages": MESSAGES, "stream": True}
        async with ada.rest.stream("/api/chat/completions", body) as response:
            assert await response.read() == raw

    async def test_a_provider_that_dies_before_its_first_byte_is_an_error(
        self, platform: World, ada: Person
    ) -> None:
        platform.provider.default = Reply(headers_after=CUT)
        plain = await ada.rest.post("/api/chat/completions", {"model": "fake-model", "messages": MESSAGES})
        assert plain.status in {502, 503}, plain
        assert plain.detail


@pytest_asyncio.fixture(loop_scope="session")
async def black_hole(platform: World) -> AsyncIterator[str]:
    """The address of a connection that accepts and never says a word."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(65536):
                pass
        finally:
            writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    rest = platform.admin.rest
    before = await rest.fetch("/openai/config")
    urls, keys = [*before["OPENAI_API_BASE_URLS"], url], [*before["OPENAI_API_KEYS"], "nobody-home"]
    await rest.send(
        "/openai/config/update", {**before, "OPENAI_API_BASE_URLS": urls, "OPENAI_API_KEYS": keys}
    )
    yield url
    await rest.send("/openai/config/update", before)
    server.close()


class TestBlackHole:
    async def test_lists_of_models_do_not_wait_for_it(self, platform: World, black_hole: str) -> None:
        seconds = []
        for query in ("", "?refresh=true", "", ""):
            began = time.perf_counter()
            models = await platform.admin.rest.fetch("/api/models" + query)
            seconds.append(time.perf_counter() - began)
            assert {"fake-model", "other-model"} <= {model["id"] for model in models["data"]}
        assert sorted(seconds)[1] < MODELS_SECONDS, seconds

    async def test_other_connections_work_and_its_state_is_told(
        self, platform: World, ada: Person, black_hole: str
    ) -> None:
        _, stored = await answer(platform, ada, None)
        assert stored["content"] == platform.provider.default.text
        states = await platform.admin.rest.fetch("/api/v1/connections/status")
        assert black_hole in {state["url"] for state in states}
