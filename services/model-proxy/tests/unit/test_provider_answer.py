"""What is done with the connection of an answer, on the event loops that there are."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import uvloop
from aiohttp.base_protocol import BaseProtocol
from owui_chassis.errors import Unavailable
from owui_model_proxy.adapters.providers import HttpAnswer
from owui_model_proxy.domain.connections import Connection, Dialect

PROVIDER = Connection(Dialect.OPENAI, 0, "http://models.example/v1")


async def open_transport() -> tuple[asyncio.Server, asyncio.Transport]:
    """Connect to a server that says nothing."""
    server = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", port)
    return server, transport


def answer_over(transport: Any, idle_seconds: float = 300) -> HttpAnswer:
    """Return an answer that comes over a transport and has not said anything yet."""
    protocol = SimpleNamespace(transport=transport, read_timeout=300.0)
    loop = asyncio.get_running_loop()
    response: Any = SimpleNamespace(
        connection=SimpleNamespace(transport=transport, protocol=protocol),
        content=aiohttp.StreamReader(_Connected(loop), 2**16, loop=loop),
        status=200,
        headers={},
    )
    return HttpAnswer(PROVIDER, response, idle_seconds)


class _Connected(BaseProtocol):
    @property
    def connected(self) -> bool:
        return True


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
class TestPausing:
    def test_keeps_the_event_loop_from_reading(
        self, new_loop: Callable[[], asyncio.AbstractEventLoop]
    ) -> None:
        async def states() -> list[bool]:
            server, transport = await open_transport()
            answer = answer_over(transport)
            answer.pause()
            paused = transport.is_reading()
            answer.resume()
            found = [paused, transport.is_reading()]
            answer.close()
            transport.close()
            server.close()
            return found

        with asyncio.Runner(loop_factory=new_loop) as runner:
            assert runner.run(states()) == [False, True]


class TestSilence:
    async def test_ends_a_reading_that_waits_too_long(self) -> None:
        answer = answer_over(None, idle_seconds=0.05)
        with pytest.raises(Unavailable) as raised:
            await asyncio.wait_for(answer.read_some(), 60)
        assert raised.value.reason == "provider_timeout"

    async def test_is_none_where_nobody_reads(self) -> None:
        answer = answer_over(None, idle_seconds=0.01)
        looked = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, looked.set)
        await looked.wait()
        answer._content.feed_data(b"late")
        assert await asyncio.wait_for(answer.read_some(), 60) == b"late"
        answer.close()
