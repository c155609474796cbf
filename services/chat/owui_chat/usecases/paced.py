"""Reads a stream in ticks: what arrives between two ticks is taken together, for the price of one reading."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Step = Generator[Any, Any, T]


class Paced(Generic[T]):
    """Gives at once what is ready; when nothing is ready, waits for the next tick before it waits for more.

    The reading that has begun stays suspended meanwhile: what it waits for happens without waking anybody,
    and the source's own buffer collects. A source is never read ahead and nothing is copied.
    """

    def __init__(self, source: AsyncIterator[T], next_tick: Callable[[], Awaitable[None]]) -> None:
        self._source = source
        self._next_tick = next_tick

    def __aiter__(self) -> "Paced[T]":
        return self

    async def __anext__(self) -> T:
        reading: Step[T] = self._source.__anext__().__await__()
        try:
            waits_for = next(reading)
        except StopIteration as ready:
            item: T = ready.value
            return item
        try:
            await self._next_tick()
        except BaseException as error:  # noqa: BLE001 - a deadline or cancellation belongs to the reading
            return await _Rest(reading, error=error)
        return await _Rest(reading, waits_for)


class _Rest(Generic[T]):
    """The rest of a suspended reading."""

    def __init__(self, reading: Step[T], waits_for: Any = None, error: BaseException | None = None) -> None:
        self._reading = reading
        self._waits_for = waits_for
        self._error = error

    def __await__(self) -> Step[T]:
        reading, waits_for, error = self._reading, self._waits_for, self._error
        try:
            if error is not None:
                waits_for = reading.throw(error)
            elif isinstance(waits_for, asyncio.Future) and waits_for.done():
                waits_for = reading.send(None)
            while True:
                try:
                    value = yield waits_for
                except BaseException as thrown:  # noqa: BLE001 - handed on to whom it is meant for
                    waits_for = reading.throw(thrown)
                else:
                    waits_for = reading.send(value)
        except StopIteration as ready:
            item: T = ready.value
            return item
