"""The requests of a call that streams them: read by whoever serves it, closed with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any, Self

import grpc

# Sent ahead by a method that fails before it has read all requests. A client that writes into a call that has
# ended gets "Internal error from Core" instead of the error, so it is told to stop and waited for.
STOP = "owui-stop"
_STOP_SECONDS = 5.0


class Requests:
    """Closes the generator of the requests when the call has ended, wherever it stands then.

    A call may end before its requests do; grpcio leaves their generator as it is, and with it what it holds.
    """

    def __init__(self, requests: AsyncIterator[Any]) -> None:
        self._requests = requests
        self._next: asyncio.Task[Any] | None = None
        self._stopped = asyncio.get_running_loop().create_future()
        # What the generator raised; the call itself is only broken off by it.
        self.failure: Exception | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        if self._stopped.done():
            raise StopAsyncIteration
        self._next = asyncio.ensure_future(_first(self._requests))
        try:
            await asyncio.wait((self._next, self._stopped), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._next.cancel()
            raise
        if not self._next.done():
            raise StopAsyncIteration
        try:
            found = self._next.result()
        except Exception as error:
            self.failure = error
            raise
        if found is None:
            raise StopAsyncIteration
        return found

    async def stop_when_told(self, call: Any) -> None:
        """End the requests as soon as the method says that it wants no more."""
        with suppress(grpc.aio.AioRpcError):
            if any(key == STOP for key, _ in await call.initial_metadata()):
                self._stop()

    def _stop(self) -> None:
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop()
        if self._next is not None and not self._next.done():
            self._next.cancel()
            await asyncio.wait([self._next])
        if (close := getattr(self._requests, "aclose", None)) is not None:
            await close()


async def _first(requests: AsyncIterator[Any]) -> Any:
    """Return the next request; None when there is none, since tasks cannot end with StopAsyncIteration."""
    return await anext(requests, None)


async def let_sender_stop(requests: Any, context: Any) -> None:
    """Tell the sender of requests to stop, and wait a little until it has."""
    begin = getattr(context, "send_initial_metadata", None)
    if begin is None:
        # In one process the sender waits for its call and for nothing else.
        return
    with suppress(grpc.aio.AioRpcError, grpc.aio.UsageError, TimeoutError):
        await begin(((STOP, "1"),))
        async with asyncio.timeout(_STOP_SECONDS):
            async for _ in requests:
                pass
