"""People who use the platform without a pause: requests, answers in both modes, uploads. Nothing may fail."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp

from tests.integration.clients.library import Library
from tests.integration.clients.people import Person
from tests.integration.clients.rest import Answer, Rest
from tests.integration.clients.sockets import Refused, SocketClient
from tests.integration.clients.transcript import Transcript

_PAUSE = 0.03
_RECONNECT_SECONDS = 60.0
# How long an answer, or a word about it, may take on a machine with other work to do.
_PATIENCE = 180.0


class Failure(Exception):
    """Something that a person would have noticed."""


class Load:
    """What a few people do until `end`; every failure is kept with its time."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        self.done: Counter[str] = Counter()
        self.failures: list[str] = []
        self.reconnects = 0
        self.uploaded: list[tuple[Person, str]] = []
        self._ended = asyncio.Event()
        self._chosen = random.Random(4)
        self._numbers = itertools.count(1)

    def end(self) -> None:
        """Let everybody finish what they are doing."""
        self._ended.set()

    async def run(self, people: list[Person], *, streams: int, sockets: int) -> None:
        """Use the platform until `end` was called and everything that had begun has ended."""
        kinds: list[tuple[str, Callable[[Person], Coroutine[Any, Any, None]], int]] = [
            ("request", self._requests, len(people)),
            ("stream", self._stream, streams),
            ("upload", self._upload, 1),
        ]
        async with asyncio.TaskGroup() as group:
            for kind, work, count in kinds:
                for number in range(count):
                    group.create_task(self._repeat(kind, work, people[number % len(people)]))
            for number in range(sockets):
                group.create_task(self._window(people[number % len(people)]))

    async def _repeat(
        self, kind: str, work: Callable[[Person], Coroutine[Any, Any, None]], person: Person
    ) -> None:
        while not self._ended.is_set():
            await self._try(kind, work(person))
            await asyncio.sleep(_PAUSE)

    async def _try(self, kind: str, work: Coroutine[Any, Any, None]) -> None:
        began = time.monotonic()
        try:
            await work
            self.done[kind] += 1
        except (Failure, AssertionError, OSError, aiohttp.ClientError, TimeoutError) as error:
            seconds = time.monotonic() - began
            self.failures.append(f"{kind} failed after {seconds:.2f} s: {type(error).__name__}: {error}")

    async def _requests(self, person: Person) -> None:
        """Read and write what every page does."""
        rest = person.rest
        for path in ("/api/v1/auths/", "/api/models", "/api/v1/chats/", "/api/v1/knowledge/", "/api/config"):
            await self._one(rest.get(path))
        conversation = await person.converse()
        self.done["request"] += 1
        await self._one(rest.get(f"/api/v1/chats/{conversation.chat_id}"))
        await self._one(rest.post(f"/api/v1/chats/{conversation.chat_id}", {"chat": {"title": "Renamed"}}))
        await self._one(rest.delete(f"/api/v1/chats/{conversation.chat_id}"))

    async def _one(self, asking: Coroutine[Any, Any, Answer]) -> None:
        answer = await asking
        if answer.status != 200:
            raise Failure(str(answer))
        self.done["request"] += 1
        await asyncio.sleep(_PAUSE)

    async def _stream(self, person: Person) -> None:
        """Take an answer in the response: whole, in order, without an error."""
        question = {"model": "fake-model", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
        async with person.rest.stream("/api/chat/completions", question) as response:
            body = await response.read()
            if response.status != 200:
                raise Failure(f"{response.status} {body[:300]!r}")
        events = [line[6:] for line in body.decode().splitlines() if line.startswith("data: ")]
        if events[-1:] != ["[DONE]"]:
            raise Failure(f"the answer was cut after {len(events)} events: {events[-1:]}")
        chunks = [json.loads(event) for event in events[:-1]]
        text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks)
        if text != self.expected:
            raise Failure(f"the answer is not what the model said: {text[:200]!r}")

    async def _upload(self, person: Person) -> None:
        """Send a file in pieces, as a slow line does."""
        number = next(self._numbers)

        async def pieces() -> Any:
            for part in range(10):
                yield f"Upload {number} of {person.name}, part {part}. ".encode() * 200
                await asyncio.sleep(_PAUSE)

        answer = await Library(person.rest).try_upload(f"upload-{number}.txt", pieces())
        if answer.status != 200:
            raise Failure(str(answer))
        self.uploaded.append((person, answer.json["id"]))
        await asyncio.sleep(0.5)

    async def _window(self, person: Person) -> None:
        """Have answers written to an open window, which comes back and resumes whenever it is cut off."""
        window = person.socket()
        await window.connect()
        while not self._ended.is_set():
            await self._try("answer", self._answer(person, window))
            if window.closed.is_set():
                await self._come_back(window)
        await window.close()

    async def _answer(self, person: Person, window: SocketClient) -> None:
        conversation = await person.converse()
        task_id = await person.ask(conversation, window.sid)
        transcript = await self._follow(window, task_id)
        if transcript.faults or transcript.text != self.expected:
            raise Failure(f"the window shows {transcript.text[-80:]!r}, {transcript.faults}")
        stored = await person.message(conversation)
        if stored["content"] != self.expected or stored.get("interrupted") or stored.get("error"):
            raise Failure(f"the chat holds {stored}")

    async def _follow(self, window: SocketClient, task_id: str) -> Transcript:
        transcript = await _unless_closed(window, window.ended(task_id, _PATIENCE))
        while transcript is None or transcript.final is None:
            if window.closed.is_set():
                await self._come_back(window)
                # Also this replica may leave, before it has answered.
                transcript = await _unless_closed(window, window.resume(task_id, seconds=_PATIENCE))
            else:
                transcript = await _unless_closed(window, window.ended(task_id, _PATIENCE))
        return transcript

    async def _come_back(self, window: SocketClient) -> None:
        """Connect again, a little later each time, as clients of Socket.IO do."""
        self.reconnects += 1
        end = time.monotonic() + _RECONNECT_SECONDS
        while True:
            await asyncio.sleep(self._chosen.uniform(0.05, 0.3))
            try:
                await window.connect()
            except (Refused, aiohttp.ClientError, OSError, TypeError) as error:
                if time.monotonic() > end:
                    raise Failure(f"no replica takes the socket: {error}") from error
            else:
                return


async def _unless_closed(window: SocketClient, hearing: Coroutine[Any, Any, Transcript]) -> Transcript | None:
    """Return what is heard; None when the socket is closed before."""
    heard, closed = asyncio.create_task(hearing), asyncio.create_task(window.closed.wait())
    try:
        await asyncio.wait((heard, closed), return_when=asyncio.FIRST_COMPLETED)
        return await heard if heard.done() else None
    finally:
        for task in (heard, closed):
            task.cancel()
        await asyncio.gather(heard, closed, return_exceptions=True)


def through(person: Person, url: str) -> Person:
    """The same person, who knows only the balancer."""
    rest = Rest(person.rest.http, url, person.token)
    return Person(person.id, person.name, person.email, person.role, person.password, rest)
