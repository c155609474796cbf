"""Reading in ticks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from owui_chat.usecases.paced import Paced


class Source:
    """A buffer that gives everything it has, as a connection's reader does."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.readings = 0
        self.cancelled = False
        self.closed = False
        self._arrived = asyncio.Event()

    def add(self, part: str) -> None:
        self.parts.append(part)
        self._arrived.set()

    def close(self) -> None:
        self.closed = True
        self._arrived.set()

    async def read(self) -> AsyncIterator[str]:
        while True:
            try:
                while not self.parts and not self.closed:
                    self._arrived.clear()
                    await self._arrived.wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise
            if not self.parts:
                return
            taken, self.parts = "".join(self.parts), []
            self.readings += 1
            yield taken


class Ticks:
    """Ticks that a test gives."""

    def __init__(self) -> None:
        self._tick = asyncio.Event()
        self.waiting = 0

    async def next(self) -> None:
        self.waiting += 1
        try:
            await self._tick.wait()
        finally:
            self.waiting -= 1

    async def give(self) -> None:
        self._tick.set()
        self._tick.clear()
        for _ in range(5):
            await asyncio.sleep(0)


async def collect(source: AsyncIterator[str], ticks: Ticks, into: list[str]) -> None:
    async for part in Paced(source, ticks.next):
        into.append(part)  # noqa: PERF401 - a comprehension would show nothing before the end


class TestPaced:
    async def test_gives_what_is_ready_without_waiting_for_a_tick(self) -> None:
        source, ticks, got = Source(), Ticks(), list[str]()
        source.add("a")
        task = asyncio.create_task(collect(source.read(), ticks, got))
        await asyncio.sleep(0)
        assert got == ["a"]
        task.cancel()

    async def test_takes_what_arrives_between_two_ticks_in_one_reading(self) -> None:
        source, ticks, got = Source(), Ticks(), list[str]()
        task = asyncio.create_task(collect(source.read(), ticks, got))
        await asyncio.sleep(0)
        for part in "abc":
            source.add(part)
            await asyncio.sleep(0)
        assert (got, source.readings) == ([], 0)
        await ticks.give()
        assert (got, source.readings) == (["abc"], 1)
        task.cancel()

    async def test_goes_on_waiting_when_a_tick_brought_nothing(self) -> None:
        source, ticks, got = Source(), Ticks(), list[str]()
        task = asyncio.create_task(collect(source.read(), ticks, got))
        await asyncio.sleep(0)
        await ticks.give()
        assert ticks.waiting == 0
        source.add("late")
        await asyncio.sleep(0.01)
        assert got == ["late"]
        task.cancel()

    async def test_ends_when_the_source_ends(self) -> None:
        source, ticks, got = Source(), Ticks(), list[str]()
        source.add("all")
        source.close()
        await collect(source.read(), ticks, got)
        assert got == ["all"]

    async def test_a_cancelled_reader_cancels_the_reading(self) -> None:
        source, ticks = Source(), Ticks()
        task = asyncio.create_task(collect(source.read(), ticks, []))
        await asyncio.sleep(0)
        assert ticks.waiting == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert source.cancelled

    async def test_an_error_of_the_source_reaches_the_reader(self) -> None:
        async def broken() -> AsyncIterator[str]:
            yield "before"
            await asyncio.sleep(0)
            raise ValueError("broke")

        ticks, got = Ticks(), list[str]()
        task = asyncio.create_task(collect(broken(), ticks, got))
        await asyncio.sleep(0)
        await ticks.give()
        with pytest.raises(ValueError, match="broke"):
            await asyncio.wait_for(task, 5)
        assert got == ["before"]

    async def test_a_deadline_of_the_source_is_kept(self) -> None:
        async def slow() -> AsyncIterator[str]:
            async with asyncio.timeout(0.01):
                await asyncio.sleep(60)
            yield "never"

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(collect(slow(), Ticks(), []), 5)
