"""Programs: the OpenAI SDK with an API key, and the bytes of a provider as they are."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from openai import APIStatusError, AsyncOpenAI
from owui_testkit.fake_provider import HANG, Reply

from .clients.events import CompletionReader
from .clients.people import Person
from .world import World, numbered

MESSAGES: list[Any] = [{"role": "user", "content": "Hello there"}]


@pytest_asyncio.fixture(loop_scope="session")
async def sdk(platform: World, ada: Person) -> AsyncIterator[AsyncOpenAI]:
    """The SDK as its users set it up."""
    client = AsyncOpenAI(base_url=f"{platform.base_url}/api", api_key=await ada.api_key(), max_retries=0)
    yield client
    await client.close()


class TestSdk:
    async def test_plain_completion(self, platform: World, sdk: AsyncOpenAI) -> None:
        answer = await sdk.chat.completions.create(model="fake-model", messages=MESSAGES)
        assert answer.choices[0].message.content == platform.provider.default.text
        assert answer.usage is not None

    async def test_streamed_completion_with_usage(self, platform: World, sdk: AsyncOpenAI) -> None:
        platform.provider.script(Reply.tokens(50))
        stream = await sdk.chat.completions.create(
            model="fake-model",
            messages=MESSAGES,
            stream=True,
            stream_options={"include_usage": True},
        )
        chunks = [chunk async for chunk in stream]
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert text == "".join(f"t{number} " for number in range(50))
        usage = chunks[-1].usage
        assert usage is not None
        assert usage.completion_tokens == 50

    async def test_models_and_embeddings(self, sdk: AsyncOpenAI) -> None:
        assert "fake-model" in {model.id async for model in sdk.models.list()}
        made = await sdk.embeddings.create(model="fake-model", input=["a", "bcd"], encoding_format="float")
        assert [item.embedding[0] for item in made.data] == [1.0, 3.0]

    async def test_errors_of_the_provider_arrive_as_they_are(self, platform: World, sdk: AsyncOpenAI) -> None:
        for status, body in (
            (429, b'{"error":{"message":"Slow down","type":"rate_limit","code":"slow"}}'),
            (401, b'{"error":{"message":"Key expired","type":"auth"}}'),
            (400, b'{"error":{"message":"No such parameter","type":"invalid"}}'),
        ):
            platform.provider.script(Reply.error(status, body))
            with pytest.raises(APIStatusError) as caught:
                await sdk.chat.completions.create(model="fake-model", messages=MESSAGES)
            assert (caught.value.status_code, caught.value.response.content) == (status, body)


class TestCancellation:
    async def test_a_client_that_leaves_closes_the_providers_connection(
        self, platform: World, ada: Person
    ) -> None:
        platform.provider.script(Reply(steps=("one ", "two ", HANG)))
        body = {"model": "fake-model", "messages": MESSAGES, "stream": True}
        async with ada.rest.stream("/api/chat/completions", body) as response:
            await CompletionReader(response).read(until=2)
            response.close()
        [asked] = platform.provider.completions
        await asyncio.wait_for(asked.client_left.wait(), 1)

    async def test_a_client_that_leaves_before_the_first_token_does_too(
        self, platform: World, ada: Person
    ) -> None:
        platform.provider.script(Reply(headers_after=HANG))
        body = {"model": "fake-model", "messages": MESSAGES, "stream": True}
        request = asyncio.ensure_future(ada.rest.post("/api/chat/completions", body))
        [asked] = await platform.provider.wait_for_completions(1)
        request.cancel()
        await asyncio.wait_for(asked.client_left.wait(), 1)


class TestManyStreams:
    async def test_fifty_streams_lose_double_and_mix_nothing(self, platform: World) -> None:
        people = await asyncio.gather(*(platform.person() for _ in range(5)))
        replies = [numbered(f"api{stream}", delay=0.002) for stream in range(50)]
        platform.provider.script(*replies)

        async def one(person: Person) -> CompletionReader:
            body = {"model": "fake-model", "messages": MESSAGES, "stream": True}
            async with person.rest.stream("/api/chat/completions", body) as response:
                assert response.status == 200
                return await CompletionReader(response).read()

        readers = await asyncio.gather(*(one(people[number % 5]) for number in range(50)))
        assert sorted(reader.text for reader in readers) == sorted(reply.text for reply in replies)
        assert all(reader.complete and not reader.errors for reader in readers)
