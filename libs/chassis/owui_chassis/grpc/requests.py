"""The requests of a call that streams them: read by whoever serves it, closed with it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self


class Requests:
    """Closes the generator of the requests when the call has ended, wherever it stands then.

    A call may end before its requests do; grpcio leaves their generator as it is, and with it what it holds.
    """

    def __init__(self, requests: AsyncIterator[Any]) -> None:
        self._requests = requests
        self._reader: asyncio.Task[Any] | None = None
        self._closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        if self._closed:
            raise StopAsyncIteration
        self._reader = asyncio.current_task()
        try:
            return await anext(self._requests)
        finally:
            self._reader = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closed = True
        if self._reader is not None:
            reader = self._reader
            reader.cancel()
            await asyncio.wait([reader])
        if (close := getattr(self._requests, "aclose", None)) is not None:
            await close()
