"""Answers pass as they are written, and nobody pays for one that nobody reads."""

import json
from typing import Any

import aiohttp
from owui_testkit.fake_provider import HANG, Gate, Reply

from tests.integration.clients.events import CompletionReader
from tests.integration.clients.people import Person
from tests.integration.world import LOCAL_MODEL

from .site import Site, within

TOKENS = 5
QUESTION: dict[str, Any] = {
    "model": "fake-model",
    "stream": True,
    "messages": [{"role": "user", "content": "Hello"}],
}


def in_step(label: str) -> tuple[Reply, list[Gate]]:
    """An answer whose next token comes only when the gate after the one before is opened."""
    gates = [Gate() for _ in range(TOKENS)]
    steps = [step for number, gate in enumerate(gates) for step in (f"{label}{number} ", gate)]
    return Reply(steps=tuple(steps)), gates


class TestStream:
    async def test_each_token_arrives_before_the_next_is_written(self, site: Site, ada: Person) -> None:
        reply, gates = in_step("t")
        site.world.provider.script(reply)
        async with (
            within("the head of an answer"),
            ada.rest.stream("/api/chat/completions", QUESTION) as response,
        ):
            assert (response.status, response.content_type) == (200, "text/event-stream")
            reader = CompletionReader(response)
            for number, gate in enumerate(gates):
                async with within(f"token {number} while the model waits for its being read"):
                    await reader.read(until=number + 1)
                gate.open()
            await reader.read()
        assert (reader.text, reader.complete) == (reply.text, True)

    async def test_lines_of_the_other_dialect_do_too(self, site: Site) -> None:
        reply, gates = in_step("l")
        site.world.providers.ollama.script(reply)
        admin = await site.person(role="admin")
        question = {**QUESTION, "model": LOCAL_MODEL}
        async with within("lines one by one"), admin.rest.stream("/ollama/api/chat", question) as response:
            assert response.status == 200
            for gate in gates:
                assert b"l" in await response.content.readline()
                gate.open()
            await response.read()

    async def test_the_beginning_of_an_answer_does_not_wait_for_its_first_token(
        self, site: Site, ada: Person
    ) -> None:
        gate = Gate()
        site.world.provider.script(Reply(steps=(gate, "late")))
        async with (
            within("the head of a silent answer"),
            ada.rest.stream("/api/chat/completions", QUESTION) as response,
        ):
            assert response.status == 200
            gate.open()
            assert (await CompletionReader(response).read()).text == "late"


class TestLeaving:
    async def test_a_client_that_leaves_in_the_middle_ends_the_request_to_the_provider(
        self, site: Site, ada: Person
    ) -> None:
        site.world.provider.script(Reply(steps=("one ", "two ", HANG)))
        async with (
            within("two tokens"),
            ada.rest.stream("/api/chat/completions", QUESTION) as response,
        ):
            await CompletionReader(response).read(until=2)
            hang_up(response)
        [asked] = site.world.provider.completions
        async with within("the provider to see that nobody listens any more"):
            await asked.client_left.wait()

    async def test_and_so_does_one_that_leaves_before_the_first_token(self, site: Site, ada: Person) -> None:
        site.world.provider.script(Reply(headers_after=HANG))
        body = json.dumps(QUESTION)
        _, writer = await site.connection()
        head = (
            f"POST /api/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {ada.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write((head + body).encode())
        [asked] = await site.world.provider.wait_for_completions(1, 90)
        writer.transport.abort()
        async with within("the provider to see that nobody waits any more"):
            await asked.client_left.wait()


def hang_up(response: aiohttp.ClientResponse) -> None:
    """Close the connection as a browser does; a mere close() would wait for a farewell of TLS."""
    assert response.connection is not None
    assert response.connection.transport is not None
    response.connection.transport.abort()
