"""Several gateways behind one proxy: connections are kept, and one may leave without anybody noticing."""

import asyncio
import os
import signal

from owui_testkit.fake_provider import Gate, Reply

from tests.integration.clients.events import CompletionReader
from tests.integration.clients.people import Person
from tests.integration.world import eventually

from .site import PATIENCE, Site, within
from .tap import Tap

REQUESTS = 40
STREAMS = 4


class TestConnections:
    async def test_to_gateways_are_used_again(self, tapped_site: Site, taps: list[Tap]) -> None:
        ada = await tapped_site.person()
        for _ in range(REQUESTS):
            assert (await ada.rest.get("/api/v1/auths/")).status == 200
        assert sum(len(tap.wires) for tap in taps) <= REQUESTS // 4

    async def test_are_shared_out(self, tapped_site: Site, taps: list[Tap]) -> None:
        gate = Gate()
        tapped_site.world.provider.default = Reply(steps=("one ", gate, "two"))
        ada = await tapped_site.person()
        streams = [asyncio.create_task(whole_answer(ada)) for _ in range(STREAMS)]
        await tapped_site.world.provider.wait_for_completions(STREAMS, PATIENCE)
        assert min(await tapped_site.gauges("owui_http_streams_in_flight")) >= 1
        gate.open()
        assert await asyncio.gather(*streams) == ["one two"] * STREAMS


class TestLeavingGateway:
    async def test_ends_its_streams_in_peace_while_nobody_fails(self, site: Site, ada: Person) -> None:
        world = site.world
        gate = Gate()
        world.provider.default = Reply(steps=("begun ", gate, "ended"))
        streams: list[asyncio.Task[str]] = []

        async def one_more() -> bool:
            streams.append(asyncio.create_task(whole_answer(ada)))
            await world.provider.wait_for_completions(len(streams), PATIENCE)
            return (await site.gauges("owui_http_streams_in_flight"))[1] >= 1

        name = "gateway-2"
        before = world.stack.pids[name]
        port = int(world.stack.base_urls[1].rpartition(":")[2])
        try:
            await eventually(one_more, "an answer that the leaving gateway has to end", PATIENCE)
            os.kill(before, signal.SIGTERM)
            async with within("the gateway to take nothing more"):
                while await listens(port):
                    await asyncio.gather(*(one_request(ada) for _ in range(3)))
            # It still writes its answers; everybody else is served by the other one.
            assert world.stack.pids[name] == before
            for _ in range(10):
                await asyncio.gather(*(one_request(ada) for _ in range(3)))
        finally:
            gate.open()
        assert set(await asyncio.gather(*streams)) == {"begun ended"}
        await asyncio.to_thread(world.stack.wait_for_new, name, before, 90)


async def whole_answer(person: Person) -> str:
    """Take an answer of the model."""
    question = {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    async with person.rest.stream("/api/chat/completions", question) as response:
        assert response.status == 200, await response.text()
        reader = await CompletionReader(response).read()
        assert reader.complete
        return reader.text


async def one_request(person: Person) -> None:
    """Read something and write something, neither of which may fail."""
    answer = await person.rest.get("/api/v1/auths/")
    assert answer.status == 200, answer
    await person.converse()


async def listens(port: int) -> bool:
    """Whether somebody takes connections."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
