"""WebSockets pass: their handshake, what is said on them, and long silence."""

import aiohttp
import pytest
from owui_testkit.fake_provider import Gate, Reply

from tests.integration.clients.people import Person
from tests.integration.clients.sockets import PATH, Refused
from tests.integration.world import eventually

from .site import PATIENCE, Site, within


class TestSocket:
    async def test_hears_each_token_before_the_next_is_written(self, site: Site, ada: Person) -> None:
        gates = [Gate() for _ in range(4)]
        steps = [step for number, gate in enumerate(gates) for step in (f"w{number} ", gate)]
        reply = Reply(steps=tuple(steps))
        site.world.provider.script(reply)
        async with ada.socket() as socket:
            conversation = await ada.converse()
            task_id = await ada.ask(conversation, socket.sid)
            for number, gate in enumerate(gates):
                word = f"w{number} "
                async with within(f"{word!r} on the socket while the model waits for its being heard"):
                    await socket.wait(
                        lambda word=word: task_id in socket.tasks and word in socket.tasks[task_id].text, 90
                    )
                gate.open()
            task = await socket.ended(task_id, 90)
        assert (task.text, task.faults) == (reply.text, [])

    async def test_hears_signs_of_life_and_lives_on(self, site: Site, ada: Person) -> None:
        url = site.front.base_url.replace("https", "wss") + PATH
        async with within("a sign of life"), site.http.ws_connect(url) as socket:
            assert (await socket.receive_str()).startswith("0{")
            await socket.send_str('40{"token":"' + ada.token + '","stream":"delta"}')
            assert (await socket.receive_str()).startswith("40")
            # Asked for by the gateway, with nothing said before.
            assert await socket.receive_str() == "2"
            await socket.send_str("3")
            await socket.send_str('421["nobody-knows",{}]')
            assert (await socket.receive_str()).startswith("431")

    async def test_that_says_goodbye_is_gone_at_the_gateway(self, site: Site, ada: Person) -> None:
        before = await open_sockets(site)
        async with ada.socket():
            assert await open_sockets(site) == before + 1

        async def gone() -> bool:
            return await open_sockets(site) == before

        await eventually(gone, "the gateway to see that the socket is gone", PATIENCE)


class TestOrigin:
    async def test_pages_of_the_installation_may_open_sockets_on_any_port(
        self, site: Site, ada: Person
    ) -> None:
        socket = ada.socket()
        await socket.connect({"Origin": site.front.base_url})
        await socket.close()

    async def test_foreign_pages_may_not(self, site: Site, ada: Person) -> None:
        for origin in ("https://elsewhere.example", "https://localhost", f"{site.front.base_url}0"):
            with pytest.raises((Refused, aiohttp.ClientError)):
                await ada.socket().connect({"Origin": origin})


async def open_sockets(site: Site) -> float:
    """How many sockets both gateways have."""
    return await site.gauge("owui_sockets")
