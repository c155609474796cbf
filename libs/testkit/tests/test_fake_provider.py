"""The scripted provider does what tests rely on: protocols, breaks, and noticing a client that left."""

import asyncio
import json

import aiohttp
import pytest
from owui_testkit.fake_provider import CUT, HANG, FakeProvider, Gate, Reply

CHAT = {"model": "fake-model", "messages": [{"role": "user", "content": "hi"}]}


async def post(url: str, body: object) -> bytes:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return await response.read()


class TestForms:
    async def test_openai_stream_ends_with_done(self, fake_provider: FakeProvider) -> None:
        raw = await post(f"{fake_provider.base_url}/chat/completions", {**CHAT, "stream": True})
        events = raw.decode().strip().split("\n\n")
        assert events[-1] == "data: [DONE]"
        text = "".join(json.loads(e[6:])["choices"][0]["delta"].get("content", "") for e in events[:-1])
        assert text == fake_provider.default.text

    async def test_plain_answers_are_one_object(self, fake_provider: FakeProvider) -> None:
        openai = json.loads(await post(f"{fake_provider.base_url}/chat/completions", CHAT))
        ollama = json.loads(await post(f"{fake_provider.ollama_url}/api/chat", {**CHAT, "stream": False}))
        assert openai["choices"][0]["message"]["content"] == ollama["message"]["content"]

    async def test_ollama_streams_unless_told_otherwise(self, fake_provider: FakeProvider) -> None:
        lines = (await post(f"{fake_provider.ollama_url}/api/chat", CHAT)).splitlines()
        assert [json.loads(line)["done"] for line in lines] == [False] * 6 + [True]


class TestScript:
    async def test_a_half_letter_is_sent_as_it_is(self, fake_provider: FakeProvider) -> None:
        fake_provider.script(Reply(steps=(b"data: \xe2\x82",), finish=False))
        assert (
            await post(f"{fake_provider.base_url}/chat/completions", {**CHAT, "stream": True})
            == b"data: \xe2\x82"
        )

    async def test_a_cut_is_an_error_for_the_client(self, fake_provider: FakeProvider) -> None:
        fake_provider.script(Reply(steps=("a", CUT)))
        with pytest.raises(aiohttp.ClientError):
            await post(f"{fake_provider.base_url}/chat/completions", {**CHAT, "stream": True})

    async def test_a_gate_holds_the_answer_until_opened(self, fake_provider: FakeProvider) -> None:
        gate = Gate()
        fake_provider.script(Reply(steps=("a", gate, "b")))
        answer = asyncio.ensure_future(
            post(f"{fake_provider.base_url}/chat/completions", {**CHAT, "stream": True})
        )
        await gate.reached.wait()
        assert not answer.done()
        gate.open()
        assert b'"b"' in await answer

    async def test_it_notices_that_the_client_left(self, fake_provider: FakeProvider) -> None:
        fake_provider.script(Reply(steps=("a", HANG)))
        async with aiohttp.ClientSession() as session:
            url = f"{fake_provider.base_url}/chat/completions"
            async with session.post(url, json={**CHAT, "stream": True}) as response:
                await response.content.readany()
                response.close()
        [request] = fake_provider.completions
        await asyncio.wait_for(request.client_left.wait(), 5)

    async def test_a_wrong_key_is_refused(self, fake_provider: FakeProvider) -> None:
        fake_provider.api_key = "right"
        try:
            assert b"Incorrect API key" in await post(f"{fake_provider.base_url}/chat/completions", CHAT)
        finally:
            fake_provider.api_key = None
