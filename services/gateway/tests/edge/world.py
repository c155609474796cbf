"""A running gateway over fake services, and clients for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any, Self

import aiohttp
import orjson
import socketio
from owui.auth.v1.identity_service_pb2_grpc import add_IdentityServiceServicer_to_server
from owui.auth.v1.public_config_service_pb2_grpc import add_PublicConfigServiceServicer_to_server
from owui.auth.v1.session_service_pb2_grpc import add_SessionServiceServicer_to_server
from owui.chat.v1.completion_service_pb2_grpc import (
    add_CompletionServiceServicer_to_server as add_chat_completion,
)
from owui.chat.v1.configuration_service_pb2_grpc import add_ConfigurationServiceServicer_to_server
from owui.chat.v1.note_service_pb2_grpc import add_NoteServiceServicer_to_server
from owui.events.v1.user_event_pb2 import Emission, TaskStarted, TextDelta, UserEvent, UserEvents
from owui.model_proxy.v1.completion_service_pb2_grpc import add_CompletionServiceServicer_to_server
from owui.model_proxy.v1.pass_through_service_pb2_grpc import add_PassThroughServiceServicer_to_server
from owui.rag.v1.file_service_pb2_grpc import add_FileServiceServicer_to_server
from owui.rag.v1.file_transfer_service_pb2_grpc import add_FileTransferServiceServicer_to_server
from owui.rag.v1.public_config_service_pb2_grpc import (
    add_PublicConfigServiceServicer_to_server as add_rag_config,
)
from owui_chassis.grpc.inprocess import LocalChannel
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_chassis.settings import ServiceSettings
from owui_gateway.main import Gateway, build
from redis.asyncio import Redis

from .fake_rag import FakeRag
from .fakes import FakeAuth, FakeChat, FakeModels

SECRET = "a secret of the tests"
PAGE = "<!doctype html><title>Chat</title><script>start()</script><script src='/app.js'></script>"
WAIT = 5.0
ADA = "ada-token"


def started(task: str, seq: int = 1, content: str = "") -> UserEvent:
    """The first event of a task."""
    begun = TaskStarted(chat_id="chat", message_id="message", stream=f"{task}-stream", content=content)
    return UserEvent(task_id=task, seq=seq, started=begun)


def delta(task: str, seq: int, text: str, *, reasoning: bool = False) -> UserEvent:
    """More text of a task."""
    return UserEvent(task_id=task, seq=seq, delta=TextDelta(text=text, reasoning=reasoning))


def emission(kind: str, data: object, *, task: str = "", seq: int = 0, session: str = "") -> UserEvent:
    """Anything else."""
    emitted = Emission(
        chat_id="chat", message_id="message", type=kind, data=orjson.dumps(data), session_id=session
    )
    return UserEvent(task_id=task, seq=seq, emission=emitted)


def final(task: str, seq: int, content: str) -> UserEvent:
    """The last event of a task."""
    return emission("chat:completion", {"done": True, "content": content, "title": "T"}, task=task, seq=seq)


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return orjson.loads(self.body)

    @property
    def detail(self) -> Any:
        """What it says is wrong."""
        return self.json["detail"]


async def until(check: Callable[[], Any], seconds: float = WAIT) -> None:
    """Wait until a condition, plain or async, holds."""
    async with asyncio.timeout(seconds):
        while not (await found if isawaitable(found := check()) else found):  # noqa: ASYNC110 - others act
            await asyncio.sleep(0.005)


class World:
    """One gateway with what is behind it."""

    def __init__(self, redis_url: str, folder: Path | None, environ: dict[str, str]) -> None:
        self.auth, self.chat, self.models, self.rag = FakeAuth(), FakeChat(), FakeModels(), FakeRag()
        self.environ = {
            "WEBUI_SECRET_KEY": SECRET,
            "REDIS_URL": redis_url,
            "HOST": "127.0.0.1",
            "PORT": "0",
            "DRAIN_DELAY_SECONDS": "0",
            "DRAIN_SECONDS": "1",
            "WEB_FOLDER": str(folder or ""),
            # Tests change whom a credential belongs to; those of the cache itself switch it on.
            "GATEWAY_CREDENTIAL_CACHE_SECONDS": "0",
            **environ,
        }
        self.checks: dict[str, str] = {}
        self.redis = Redis.from_url(redis_url)
        self.prefix = self.environ.get("REDIS_KEY_PREFIX", "owui")
        self._stack = AsyncExitStack()
        self.gateway: Gateway
        self.http: aiohttp.ClientSession
        self.port = 0

    async def post(self, path: str, body: object, token: str = ADA, **more: Any) -> "Answer":
        """Post JSON in somebody's name."""
        headers = {"authorization": f"Bearer {token}", **more.pop("headers", {})}
        async with self.http.post(path, json=body, headers=headers, **more) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, token: str = "", **more: Any) -> "Answer":
        """Get something, in somebody's name if a token is given."""
        headers = ({"authorization": f"Bearer {token}"} if token else {}) | more.pop("headers", {})
        async with self.http.get(path, headers=headers, **more) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    @property
    def url(self) -> str:
        """Where the gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        services = {name: Service(name, ServiceSettings(secret_key=SECRET)) for name in _REGISTRATIONS}
        for name, registrations in _REGISTRATIONS.items():
            fakes = {"auth": self.auth, "chat": self.chat, "model-proxy": self.models, "rag": self.rag}
            fake = fakes[name]
            for register in registrations:
                services[name].add(register, fake)
        channels = {
            name: LocalChannel(name, lambda one=service: one.methods) for name, service in services.items()
        }

        async def checks() -> dict[str, str]:
            return self.checks

        self.gateway = await build(Runtime(self.environ, channels.__getitem__), checks)
        self.port = await self.gateway.start()
        self.http = aiohttp.ClientSession(self.url, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()
        await self._stack.aclose()
        await self.gateway.stop()
        await self.redis.aclose()

    def reset(self) -> None:
        """Forget what a test has done."""
        for fake in (self.auth, self.chat, self.models, self.rag):
            fake.reset()
        self.checks.clear()

    async def publish(self, user_id: str, *events: UserEvent) -> int:
        """Publish as a service does; return how many replicas listened."""
        channel = f"{self.prefix}:user:{user_id}"
        return int(await self.redis.publish(channel, UserEvents(events=events).SerializeToString()))

    async def revoke(self, user_id: str, credential_id: str | None = None) -> None:
        """Tell the gateways that a credential, or all of a user, is worth nothing any more."""
        message = orjson.dumps({"user_id": user_id, "credential_id": credential_id})
        await self.redis.publish(f"{self.prefix}:revocations", message)

    async def subscribers(self, user_id: str) -> int:
        """Return how many replicas listen for a user."""
        [(_, number)] = await self.redis.pubsub_numsub(f"{self.prefix}:user:{user_id}")
        return int(number)

    async def until_subscribed(self, user_id: str, number: int = 1) -> None:
        """Wait until so many replicas listen for a user."""

        async def reached() -> bool:
            return await self.subscribers(user_id) == number

        await until(reached)

    @asynccontextmanager
    async def raw_socket(self, **more: Any) -> AsyncIterator["RawSocket"]:
        """Open a WebSocket and read the opening of Engine.IO."""
        path = "/ws/socket.io/?EIO=4&transport=websocket"
        async with self.http.ws_connect(path, max_msg_size=0, **more) as socket:
            raw = RawSocket(socket)
            raw.opening = await raw.text()
            yield raw

    @asynccontextmanager
    async def joined(self, token: str = ADA, stream: str = "delta") -> AsyncIterator["RawSocket"]:
        """Open a WebSocket and pass the handshake; the user's events are listened to then."""
        async with self.raw_socket() as raw:
            await raw.join(token, stream)
            await self.until_subscribed_at_all(token)
            yield raw

    async def until_subscribed_at_all(self, token: str) -> None:
        """Wait until somebody listens for the owner of a token."""
        user_id = self.auth.accounts[token].user_id
        await until(lambda: self.subscribers(user_id))

    @asynccontextmanager
    async def client(self, token: str = ADA, **auth: str) -> AsyncIterator["SocketClient"]:
        """Connect with the public Socket.IO client."""
        client = SocketClient()
        await client.io.connect(
            self.url, auth={"token": token, **auth}, transports=["websocket"], socketio_path="/ws/socket.io"
        )
        try:
            await self.until_subscribed_at_all(token)
            yield client
        finally:
            await client.io.disconnect()


_REGISTRATIONS = {
    "auth": (
        add_IdentityServiceServicer_to_server,
        add_PublicConfigServiceServicer_to_server,
        add_SessionServiceServicer_to_server,
    ),
    "chat": (
        add_chat_completion,
        add_ConfigurationServiceServicer_to_server,
        add_NoteServiceServicer_to_server,
    ),
    "model-proxy": (add_CompletionServiceServicer_to_server, add_PassThroughServiceServicer_to_server),
    "rag": (add_FileTransferServiceServicer_to_server, add_FileServiceServicer_to_server, add_rag_config),
}


class RawSocket:
    """A WebSocket whose packets a test writes and reads as they are."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.opening = ""
        self.sid = ""

    async def send(self, text: str) -> None:
        """Send a packet."""
        await self.socket.send_str(text)

    async def text(self) -> str:
        """Return the next packet."""
        return str((await self.socket.receive(WAIT)).data)

    async def packet(self) -> Any:
        """Return the arguments of the next event: [name, …]."""
        text = await self.text()
        assert text.startswith("42"), text
        return orjson.loads(text[2:])

    async def join(self, token: str, stream: str = "") -> None:
        """Pass the handshake of Socket.IO."""
        auth = {"token": token} | ({"stream": stream} if stream else {})
        await self.send("40" + orjson.dumps(auth).decode())
        answer = await self.text()
        assert answer.startswith("40"), answer
        self.sid = orjson.loads(answer[2:])["sid"]

    async def ask(self, name: str, data: object) -> Any:
        """Send an event and return its acknowledgement."""
        await self.send("427" + orjson.dumps([name, data]).decode())
        answer = await self.text()
        assert answer.startswith("437"), answer
        return orjson.loads(answer[3:])[0]

    async def closed(self) -> int | None:
        """Read until the server has closed; return the code."""
        async with asyncio.timeout(WAIT):
            while not self.socket.closed:
                await self.socket.receive()
        return self.socket.close_code


class SocketClient:
    """The public client with a queue of what it has heard."""

    def __init__(self) -> None:
        self.io = socketio.AsyncClient(reconnection=False)
        self.heard: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.io.on("*", self._hear)

    async def _hear(self, name: str, data: Any) -> None:
        self.heard.put_nowait((name, data))

    async def next(self) -> tuple[str, Any]:
        """Return name and argument of the next event."""
        return await asyncio.wait_for(self.heard.get(), WAIT)
