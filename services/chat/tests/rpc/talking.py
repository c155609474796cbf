"""How tests talk to chat: scripts of providers, chats, tasks, and the windows that people have open."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import owui.chat.v1.chat_service_pb2 as chats
import owui.chat.v1.completion_service_pb2 as pb
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chassis.redis import open_redis

SSE = (200, "text/event-stream")
BODY = {"model": "m", "messages": [{"role": "user", "content": "Why is the sky blue?"}], "session_id": "s"}


def chunk(**delta: Any) -> bytes:
    """Return one event of a stream."""
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": delta}]}).encode() + b"\n\n"


def script(*items: Any) -> Any:
    """Return a script that gives the items; an asyncio.Event in between is waited for."""

    async def run(_: dict[str, Any]) -> AsyncIterator[Any]:
        for item in items:
            if isinstance(item, asyncio.Event):
                await item.wait()
            else:
                yield item

    return run


class Window:
    """An open window of a user: collects the events that reach it."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._news = asyncio.Event()

    def add(self, payload: bytes) -> None:
        """Take a message of the user's channel."""
        self.events.extend(UserEvents.FromString(payload).events)
        self._news.set()

    async def until(self, condition: Any) -> None:
        """Wait until the events fulfil a condition."""
        async with asyncio.timeout(10):
            while not condition(self):
                self._news.clear()
                await self._news.wait()

    def data(self, kind: str) -> list[Any]:
        """Return the data of the events of a kind."""
        found = [event.emission for event in self.events if event.emission.type == kind]
        return [json.loads(emission.data) if emission.data else None for emission in found]

    @property
    def final(self) -> Any:
        """The final event of an answer, None before it came."""
        return next((data for data in self.data("chat:completion") if data.get("done")), None)

    def text(self, *, reasoning: bool = False) -> str:
        """Return the text that was streamed."""
        deltas = [event.delta for event in self.events if event.HasField("delta")]
        return "".join(delta.text for delta in deltas if delta.reasoning == reasoning)


@asynccontextmanager
async def window(platform: Any, user: Any) -> AsyncIterator[Window]:
    """Open a window of a user."""
    shown = Window()
    redis = open_redis(platform.environ["REDIS_URL"])
    async with redis, redis.pubsub(ignore_subscribe_messages=True) as pubsub:
        await pubsub.subscribe(f"{platform.environ['REDIS_KEY_PREFIX']}:user:{user.id}")
        await pubsub.get_message(timeout=5)

        async def listen() -> None:
            async for message in pubsub.listen():
                shown.add(message["data"])

        listener = asyncio.create_task(listen())
        try:
            yield shown
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)


async def create(user: Any, **chat: Any) -> str:
    """Create an empty chat."""
    body = json.dumps({"title": "New Chat", "history": {"messages": {}, "currentId": None}, **chat}).encode()
    return json.loads((await user.chats.CreateChat(chats.CreateChatRequest(chat=body))).chat)["id"]


async def start(user: Any, chat_id: str, message_id: str = "a", **body: Any) -> str:
    """Start a completion."""
    form = {**BODY, "chat_id": chat_id, "id": message_id, **body}
    response = await user.completions.StartCompletion(
        pb.StartCompletionRequest(body=json.dumps(form).encode())
    )
    return response.task_id


async def message(user: Any, chat_id: str, message_id: str = "a") -> dict[str, Any]:
    """Read a message."""
    chat = json.loads((await user.chats.GetChat(chats.GetChatRequest(id=chat_id))).chat)
    return chat["chat"]["history"]["messages"][message_id]
