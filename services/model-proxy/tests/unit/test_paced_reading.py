"""Reading in ticks: what the provider sends in between waits outside and comes together."""

import asyncio
from functools import partial

import pytest
from owui_chassis.errors import Unavailable
from owui_model_proxy.usecases.paced_reading import PacedReading, Ticks


class Source:
    """A provider whose bytes wait outside while reading is paused."""

    status = 200
    content_type = "text/event-stream"

    def __init__(self) -> None:
        self.paused = False
        self.pauses = 0
        self._outside: list[bytes] = []
        self._arrived = asyncio.Event()

    def send(self, data: bytes) -> None:
        self._outside.append(data)
        self._arrived.set()

    def pause(self) -> None:
        self.paused = True
        self.pauses += 1

    def resume(self) -> None:
        self.paused = False
        self._arrived.set()

    async def read_some(self) -> bytes:
        while self.paused or not self._outside:
            self._arrived.clear()
            await self._arrived.wait()
        data, self._outside = b"".join(self._outside), []
        return data

    async def read_all(self) -> bytes:
        raise AssertionError("a stream is not read whole")


class HandTicks(Ticks):
    """Ticks that come when the test says so."""

    def __init__(self) -> None:
        super().__init__(3600)

    def tick(self) -> None:
        self._come()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def ticks() -> HandTicks:
    return HandTicks()


@pytest.fixture
async def reading(source: Source, ticks: HandTicks) -> PacedReading:
    """A reading that has had its first pieces."""
    found = PacedReading(source, source.read_some, ticks)
    for piece in (b"a", b"b", b"c"):
        source.send(piece)
        assert await found.read() == piece
    return found


class TestPacedReading:
    async def test_gives_the_first_pieces_at_once(self, source: Source, reading: PacedReading) -> None:
        assert source.pauses == 1

    async def test_takes_together_what_came_between_two_ticks(
        self, source: Source, ticks: HandTicks, reading: PacedReading
    ) -> None:
        assert source.paused
        source.send(b"one ")
        source.send(b"two")
        read = asyncio.create_task(reading.read())
        await settle()
        assert not read.done()
        ticks.tick()
        assert await read == b"one two"
        assert source.paused

    async def test_waits_on_when_nothing_has_come_by_the_tick(
        self, source: Source, ticks: HandTicks, reading: PacedReading
    ) -> None:
        read = asyncio.create_task(reading.read())
        await settle()
        ticks.tick()
        await settle()
        assert not read.done()
        source.send(b"late")
        assert await read == b"late"

    async def test_does_not_keep_the_end_waiting(
        self, source: Source, ticks: HandTicks, reading: PacedReading
    ) -> None:
        source.send(b"data: [DONE]\n\n")
        ticks.tick()
        await reading.read()
        source.send(b"")
        assert await asyncio.wait_for(reading.read(), 60) == b""

    async def test_reads_on_at_the_tick_for_others_when_it_is_cancelled(
        self, source: Source, ticks: HandTicks, reading: PacedReading
    ) -> None:
        read = asyncio.create_task(reading.read())
        await settle()
        read.cancel()
        await asyncio.gather(read, return_exceptions=True)
        ticks.tick()
        assert not source.paused

    async def test_passes_on_that_the_answer_broke(self, source: Source, ticks: HandTicks) -> None:
        async def broken() -> bytes:
            raise Unavailable("The model server broke off", "provider_broke")

        with pytest.raises(Unavailable):
            await PacedReading(source, broken, ticks).read()


class TestTicks:
    def test_call_all_who_asked_together_and_once(self, ticks: HandTicks) -> None:
        called: list[str] = []

        async def ask() -> None:
            for name in "ab":
                ticks.at_next(partial(called.append, name))

        asyncio.run(ask())
        ticks.tick()
        ticks.tick()
        assert called == ["a", "b"]

    async def test_come_by_themselves(self) -> None:
        ticks = Ticks(0.01)
        for _ in range(3):
            come = asyncio.Event()
            ticks.at_next(come.set)
            await asyncio.wait_for(come.wait(), 60)
