"""The raw WebSocket client against a real server, compressed or not."""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest
import websockets

from bench.load.http import Address
from bench.load.websocket import open_websocket

TEXTS = ["short", "ä" * 200, "x" * 60_000, "".join(random.Random(1).choices("abcdefgh", k=3_000)), "short"]


@pytest.fixture
async def echo() -> AsyncIterator[Address]:
    async def serve(socket: websockets.ServerConnection) -> None:
        async for message in socket:
            if message == "fragments":
                await socket.send(["frag", "men", "ts"])
            else:
                await socket.send(message)

    async with websockets.serve(serve, "127.0.0.1", 0) as server:
        yield Address("127.0.0.1", next(iter(server.sockets)).getsockname()[1])


class Inbox:
    """Keeps messages and byte counts until `count` have come."""

    def __init__(self, count: int) -> None:
        self.texts: list[str] = []
        self.bytes: list[int] = []
        self._count = count
        self.full = asyncio.Event()

    def take(self, text: str, now: float, wire: int) -> None:
        assert now > 0
        self.texts.append(text)
        self.bytes.append(wire)
        if len(self.texts) == self._count:
            self.full.set()


class TestMessages:
    @pytest.mark.parametrize("deflate", [True, False])
    async def test_texts_come_back_whole_and_in_order(self, echo: Address, deflate: bool) -> None:
        inbox = Inbox(len(TEXTS))
        client = await open_websocket(echo, "/", deflate, inbox.take)
        for text in TEXTS:
            client.send(text)
        await asyncio.wait_for(inbox.full.wait(), 20)
        assert inbox.texts == TEXTS
        assert inbox.bytes == sorted(inbox.bytes)
        client.close()

    async def test_compression_is_seen_in_the_bytes(self, echo: Address) -> None:
        sizes = {}
        for deflate in (True, False):
            inbox = Inbox(1)
            client = await open_websocket(echo, "/", deflate, inbox.take)
            client.send("y" * 5_000)
            await asyncio.wait_for(inbox.full.wait(), 20)
            sizes[deflate] = inbox.bytes[0]
            client.close()
        assert sizes[False] == 5_004
        assert sizes[True] < 200

    async def test_fragments_are_joined(self, echo: Address) -> None:
        inbox = Inbox(1)
        client = await open_websocket(echo, "/", False, inbox.take)
        client.send("fragments")
        await asyncio.wait_for(inbox.full.wait(), 20)
        assert inbox.texts == ["fragments"]
        client.close()

    async def test_a_server_that_is_none_is_an_error(self) -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
        address = Address("127.0.0.1", server.sockets[0].getsockname()[1])
        with pytest.raises(ConnectionError):
            await open_websocket(address, "/", False, Inbox(1).take)
        server.close()
