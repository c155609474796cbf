"""In which order and on which way a socket is told things."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from owui_gateway.sockets.connection import Connection, Limits

LIMIT_SECONDS = 60


class Wire:
    """A server's side of a socket: takes texts at once while it is `free`, by messages while it is `open`."""

    def __init__(self) -> None:
        self.free = True
        self.open = asyncio.Event()
        self.open.set()
        self.taken: list[str] = []
        self.at_once: list[str] = []
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.heard.put_nowait({"type": "websocket.connect"})
        self.heard.put_nowait({"type": "websocket.receive", "text": "40{}"})
        self.changed = asyncio.Event()

    async def send(self, message: Any) -> None:
        await self.open.wait()
        if message["type"] == "websocket.send":
            self.taken.append(message["text"])
        self.changed.set()

    def write_text(self, text: str) -> bool:
        if self.free:
            self.taken.append(text)
            self.at_once.append(text)
        return self.free

    async def until_taken(self, count: int) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            while len(self.taken) < count:
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def connected(wire: Wire) -> AsyncIterator[Connection]:
    """A connection that has passed its handshake and has nothing to say yet."""

    async def admit(*_: Any) -> None:
        pass

    connection = Connection(wire.heard.get, wire.send, admit, admit, Limits(), write_text=wire.write_text)
    running = asyncio.create_task(connection.run())
    await wire.until_taken(2)
    # What is told before the writing task has begun goes its way.
    connection.tell("first")
    await wire.until_taken(3)
    wire.taken.clear()
    wire.at_once.clear()
    try:
        yield connection
    finally:
        wire.heard.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(running, LIMIT_SECONDS)


class TestTelling:
    async def test_happens_at_once_where_the_socket_takes_it(self) -> None:
        wire = Wire()
        async with connected(wire) as connection:
            connection.tell("a")
            connection.tell("b")
            assert wire.at_once == ["a", "b"]

    async def test_nothing_overtakes_what_has_to_wait(self) -> None:
        wire = Wire()
        async with connected(wire) as connection:
            wire.free = False
            wire.open.clear()
            connection.tell("a")
            await asyncio.sleep(0)
            wire.free = True
            connection.tell("b")
            wire.open.set()
            await wire.until_taken(2)
            assert wire.taken == ["a", "b"]
            assert wire.at_once == []

    async def test_goes_at_once_again_after_a_jam(self) -> None:
        wire = Wire()
        async with connected(wire) as connection:
            wire.free = False
            connection.tell("a")
            await wire.until_taken(1)
            wire.free = True
            connection.tell("b")
            assert (wire.taken, wire.at_once) == (["a", "b"], ["b"])

    async def test_ends_with_the_closing(self) -> None:
        wire = Wire()
        async with connected(wire) as connection:
            connection.tell("a")
            connection.close()
            connection.tell("late")
            assert wire.taken == ["a"]
