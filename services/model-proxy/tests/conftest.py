"""A provider that does what a test says, and the service in front of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from owui.model_proxy.v1.catalogue_service_pb2_grpc import CatalogueServiceStub
from owui.model_proxy.v1.completion_service_pb2_grpc import CompletionServiceStub
from owui.model_proxy.v1.connection_service_pb2_grpc import ConnectionServiceStub
from owui.model_proxy.v1.embedding_service_pb2_grpc import EmbeddingServiceStub
from owui.model_proxy.v1.model_service_pb2_grpc import ModelServiceStub
from owui.model_proxy.v1.ollama_service_pb2_grpc import OllamaServiceStub
from owui.model_proxy.v1.pass_through_service_pb2_grpc import PassThroughServiceStub
from owui_chassis.call import Call, serving
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.grpc.server import GrpcServer
from owui_chassis.identity import Identities, Principal
from owui_chassis.migrations import migrate
from owui_chassis.runtime import Runtime
from owui_model_proxy.main import build

SECRET = "a secret of the tests"
ADMIN = Principal(user_id="root", name="Ré", email="root@example.org", role="admin")
USER = Principal(user_id="ada", name="Ada", email="ada@example.org", role="user", group_ids=("staff",))


@dataclass
class Received:
    """A request as a provider saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


class Reply:
    """The provider's side of one request: head, pieces, and a hand on the connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def head(self, status: int = 200, content_type: str = "text/event-stream", *extra: str) -> None:
        lines = [
            f"HTTP/1.1 {status} X",
            f"Content-Type: {content_type}",
            "Transfer-Encoding: chunked",
            *extra,
        ]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        await self._writer.drain()

    async def send(self, data: bytes) -> None:
        self._writer.write(b"%x\r\n%b\r\n" % (len(data), data))
        await self._writer.drain()

    async def end(self) -> None:
        self._writer.write(b"0\r\n\r\n")
        await self._writer.drain()

    async def whole(self, body: bytes, status: int = 200, content_type: str = "application/json") -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        await self._writer.drain()

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def die(self) -> None:
        self._writer.transport.abort()

    async def hung_up(self) -> None:
        """Wait until the other side has closed the connection."""
        while await self._reader.read(1024):
            pass


Answer = Callable[[Received, Reply], Awaitable[None]]


@dataclass
class FakeProvider:
    """A provider on a free port. `answers` maps "METHOD /path" to what happens; requests are remembered."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    def hang_up(self) -> None:
        """Close every connection."""
        for writer in self.writers:
            writer.transport.abort()

    def lists(self, *models: str) -> None:
        """Answer /v1/models with these models."""
        data = orjson.dumps({"object": "list", "data": [{"id": name, "object": "model"} for name in models]})
        self.says("GET /v1/models", data)

    def tags(self, *models: str) -> None:
        """Answer /api/tags with these models."""
        entries = [{"name": name, "model": name, "modified_at": "2026-01-02T03:04:05Z"} for name in models]
        self.says("GET /api/tags", orjson.dumps({"models": entries}))

    def says(
        self, route: str, body: bytes, status: int = 200, content_type: str = "application/json"
    ) -> None:
        """Answer a route with a whole body."""

        async def answer(_received: Received, reply: Reply) -> None:
            await reply.whole(body, status, content_type)

        self.answers[route] = answer

    def asked(self, path: str) -> list[Received]:
        """Return the requests to a path."""
        return [received for received in self.received if received.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while True:
                received = await self._read(reader)
                self.received.append(received)
                answer = self.answers.get(f"{received.method} {received.path.partition('?')[0]}")
                reply = Reply(reader, writer)
                if answer is None:
                    await reply.whole(b'{"error":{"message":"no such route"}}', 404)
                else:
                    await answer(received, reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    @staticmethod
    async def _read(reader: asyncio.StreamReader) -> Received:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        return Received(
            method, path, headers, await reader.readexactly(int(headers.get("content-length", 0)))
        )


@pytest.fixture
async def make_provider() -> AsyncIterator[Callable[[], Awaitable[FakeProvider]]]:
    """Start providers; they end with the test."""
    servers, providers = [], []

    async def make() -> FakeProvider:
        provider = FakeProvider()
        server = await asyncio.start_server(provider.serve, "127.0.0.1", 0, limit=1 << 22)
        servers.append(server)
        providers.append(provider)
        provider.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return provider

    yield make
    for server in servers:
        server.close()
    for provider in providers:
        provider.hang_up()


@pytest.fixture
async def provider(make_provider: Callable[[], Awaitable[FakeProvider]]) -> FakeProvider:
    """One provider with two models."""
    made = await make_provider()
    made.lists("gpt-small", "gpt-large")
    return made


@dataclass
class World:
    """The service, as other services reach it."""

    channel: Any
    service: Any
    admin: Principal = ADMIN
    user: Principal = USER

    def __post_init__(self) -> None:
        self.catalogue = CatalogueServiceStub(self.channel)
        self.completions = CompletionServiceStub(self.channel)
        self.connections = ConnectionServiceStub(self.channel)
        self.embeddings = EmbeddingServiceStub(self.channel)
        self.models = ModelServiceStub(self.channel)
        self.ollama = OllamaServiceStub(self.channel)
        self.pass_through = PassThroughServiceStub(self.channel)
        self._identities = Identities(SECRET)

    def call(self, principal: Principal) -> Call:
        """Return what a call by somebody carries."""
        return Call(principal=principal, identity=self._identities.sign(principal))

    def by(self, principal: Principal) -> Any:
        """Make calls inside the block as somebody."""
        return serving(self.call(principal))


Build = Callable[..., Awaitable[World]]


@pytest.fixture(scope="module")
async def start(postgres_url: str, redis_url: str) -> AsyncIterator[Build]:
    """Start replicas of the service over gRPC, with the environment a test gives."""
    await migrate("owui_model_proxy", "model_proxy", postgres_url)
    async with AsyncExitStack() as stack:

        async def start_one(**environ: str) -> World:
            given = {
                "WEBUI_SECRET_KEY": SECRET,
                "DATABASE_URL": postgres_url,
                "REDIS_URL": redis_url,
                **environ,
            }
            service = await build(Runtime(given, lambda name: pytest.fail(f"{name} is not needed")))
            server = GrpcServer(service)
            stack.push_async_callback(service.stop)
            port = await server.start("127.0.0.1:0")
            stack.push_async_callback(server.stop, 0.1)
            channels = await stack.enter_async_context(RemoteChannels({"PROXY_ADDRESS": f"127.0.0.1:{port}"}))
            return World(channels("proxy"), service)

        yield start_one
