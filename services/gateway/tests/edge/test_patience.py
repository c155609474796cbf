"""Connections of clients that send or read nothing are given up."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest_asyncio
from owui_gateway.http.limits import BodyLimit
from owui_gateway.protocols import HttpConnection, SocketConnection
from owui_gateway.server import HttpServer
from starlette.types import Receive, Scope, Send

from .world import WAIT, until

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"


class HastyHttp(HttpConnection):
    head_seconds = 0.2
    stall_seconds = 0.2


class HastySocket(SocketConnection):
    stall_seconds = 0.2


class Talkative:
    """Answers with more than a connection holds, and knows when nobody listens any more."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/read":
            while (await receive()).get("more_body"):
                pass
        if scope["type"] == "http" and scope["path"] == "/flood":
            try:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                for _ in range(400):
                    await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
            finally:
                self.ended.set()
        else:
            headers = [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"ok"})


class Served:
    def __init__(self, app: Talkative, port: int) -> None:
        self.app = app
        self.port = port

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


@pytest_asyncio.fixture(loop_scope="module")
async def served() -> AsyncIterator[Served]:
    app = Talkative()
    server = HttpServer(BodyLimit(app, 1_000_000, 0.2), 0.1, HastyHttp, HastySocket)
    yield Served(app, await server.start("127.0.0.1", 0))
    await server.stop()


class TestPatience:
    async def test_a_connection_without_a_request_is_closed(self, served: Served) -> None:
        reader, writer = await served.connect()
        assert await asyncio.wait_for(reader.read(), WAIT) == b""
        writer.close()

    async def test_half_a_head_is_not_waited_for(self, served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n")
        assert await asyncio.wait_for(reader.read(), WAIT) == b""
        writer.close()

    async def test_a_connection_that_was_used_may_rest(self, served: Served) -> None:
        reader, writer = await served.connect()
        for _ in range(2):
            writer.write(REQUEST)
            assert (await asyncio.wait_for(reader.readuntil(b"ok"), WAIT)).startswith(b"HTTP/1.1 200")
            await asyncio.sleep(0.4)
        writer.close()

    async def test_half_a_second_head_is_not_waited_for_either(self, served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(REQUEST)
        await reader.readuntil(b"ok")
        writer.write(b"GET / HT")
        assert await asyncio.wait_for(reader.read(), WAIT) == b""
        writer.close()

    async def test_half_a_body_is_answered_with_408(self, served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf")
        assert (await asyncio.wait_for(reader.read(), WAIT)).startswith(b"HTTP/1.1 408")
        writer.close()

    async def test_an_answer_that_nobody_reads_is_given_up(self, served: Served) -> None:
        with socket.create_connection(("127.0.0.1", served.port)) as client:
            client.sendall(b"GET /flood HTTP/1.1\r\nhost: x\r\n\r\n")
            await asyncio.wait_for(served.app.ended.wait(), WAIT)

    async def test_an_answer_that_is_read_slowly_is_not(self, served: Served) -> None:
        reader, writer = await served.connect()
        writer.write(b"GET /flood HTTP/1.1\r\nhost: x\r\n\r\n")
        for _ in range(8):
            await reader.read(2_000_000)
            await asyncio.sleep(0.1)
        assert await reader.read(1000)
        writer.transport.abort()
        await until(served.app.ended.is_set)
