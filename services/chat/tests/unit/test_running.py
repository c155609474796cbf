"""Answers end well whatever the database does; tasks are closed only when it is certain that they died."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from owui_chat.domain.completion_request import parse_completion
from owui_chat.domain.task import Interrupted, Task
from owui_chat.ports import Finished, Head
from owui_chat.usecases.reap import Reaper
from owui_chat.usecases.run_completion import RunningCompletion

TASK = Task("c", "a", "u")


class Store:
    """Keeps what it is told, after as many failures as it shall have."""

    def __init__(self, failures: int = 0, dead: Sequence[Interrupted] = ()) -> None:
        self.failures = failures
        self.dead = list(dead)
        self.finished: list[Finished] = []

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the database is away")

    async def finish(self, _: Task, finished: Finished) -> str:
        """Keep the end."""
        self._fail()
        self.finished.append(finished)
        return "title"

    async def beat(self) -> tuple[set[str], set[str]]:
        """Answer, or not."""
        self._fail()
        return set(), set()

    async def take_dead(self, _: float) -> list[Interrupted]:
        """Give the dead once."""
        self._fail()
        dead, self.dead = self.dead, []
        return dead


class Stream:
    """Keeps the events of a task."""

    def __init__(self) -> None:
        self.emitted: list[tuple[str, Any]] = []
        self.closed = False

    def text(self, text: str, *, reasoning: bool) -> None:
        """Keep text."""

    def emit(self, kind: str, data: bytes) -> None:
        """Keep an event."""
        self.emitted.append((kind, json.loads(data) if data else None))

    def close(self) -> None:
        """Keep the end."""
        self.closed = True


class Events:
    """Gives one stream for all tasks."""

    def __init__(self) -> None:
        self.stream = Stream()

    async def adopt(self, _: Task) -> Stream:
        """Give the stream."""
        return self.stream


async def provider(*pieces: bytes) -> AsyncIterator[Any]:
    """Give a head and pieces."""
    yield Head(200, "text/event-stream", "m", "local")
    for piece in pieces:
        yield piece


async def answered(stream: Stream, longest: int = 1000) -> RunningCompletion:
    """Return a completion whose provider has said "hello"."""
    form = {"chat_id": "c", "id": "a", "model": "m", "messages": [{"role": "user", "content": "?"}]}
    running = RunningCompletion(
        TASK,
        parse_completion(json.dumps(form).encode()),
        "",
        stream,
        clock=lambda: 0.0,
        longest=longest,
    )
    answer = provider(b'data: {"choices":[{"delta":{"content":"hello"}}]}\n\n')
    await running.read(asyncio.ensure_future(anext(answer)), answer)
    return running


class TestConclude:
    async def test_an_end_that_cannot_be_stored_is_stored_later(self) -> None:
        stream, store = Stream(), Store(failures=3)
        running = await answered(stream)
        await running.conclude(store, (0, 0, 0, 0))
        assert [finished.content for finished in store.finished] == ["hello"]
        assert stream.emitted[-1] == ("chat:completion", {"done": True, "content": "hello", "title": ""})

    async def test_an_end_that_can_never_be_stored_does_not_keep_the_window_waiting(self) -> None:
        stream, store = Stream(), Store(failures=100)
        await (await answered(stream)).conclude(store, (0, 0))
        assert stream.emitted[-1][1]["content"] == "hello"
        assert not store.finished

    async def test_an_answer_without_end_is_cut_and_says_so(self) -> None:
        stream, store = Stream(), Store()
        await (await answered(stream, longest=3)).conclude(store, ())
        assert store.finished[0].content == "hello"
        assert "longer than 3" in store.finished[0].members["error"]["content"]


class TestReaper:
    async def test_waits_until_the_database_has_answered_as_long_as_a_task_may_be_silent(self) -> None:
        now = [0.0]
        store, events = Store(dead=[Interrupted(TASK, "kept", "t")]), Events()
        reaper = Reaper(store, events, 15.0, clock=lambda: now[0])
        for now[0] in (0.0, 5.0, 10.0):
            await reaper.look()
        store.failures = 1
        now[0] = 14.0
        with pytest.raises(OSError, match="away"):
            await reaper.look()
        for now[0] in (20.0, 25.0, 34.0):
            await reaper.look()
        assert not events.stream.emitted
        now[0] = 36.0
        await reaper.look()
        assert [kind for kind, _ in events.stream.emitted] == ["chat:message:error", "chat:completion"]
        assert events.stream.emitted[1][1] == {"done": True, "content": "kept", "title": "t"}
        assert events.stream.closed
