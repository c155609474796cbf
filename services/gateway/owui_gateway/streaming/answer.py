"""Passes a provider's answer to the client byte for byte, and the client's leaving to the provider."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from typing import Any, Protocol

import orjson
from owui_chassis.errors import Exhausted, ServiceError, Unavailable
from prometheus_client import Gauge
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from owui_gateway.http.context import DIRECT_SEND_SCOPE_KEY

log = logging.getLogger(__name__)
_EVENTS, _LINES = b"text/event-stream", b"application/x-ndjson"
_FAREWELL_SECONDS = 1.0
_OPEN = Gauge("owui_http_streams_in_flight", "Answers being streamed to clients.")


class Slots:
    """Bounds how many answers are streamed at the same time; ends those that outlast the grace period."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._watches: set[_Watch] = set()

    def add(self, watch: "_Watch") -> None:
        """Take a slot; raise Exhausted when there is none."""
        if len(self._watches) >= self._limit:
            raise Exhausted("Too many answers are being streamed", "too_many_streams", retry_after=5)
        self._watches.add(watch)
        _OPEN.inc()

    def remove(self, watch: "_Watch") -> None:
        """Give a slot back."""
        self._watches.remove(watch)
        _OPEN.dec()

    def end_all(self) -> None:
        """Break off the answers that are still being streamed; their clients are told why."""
        for watch in self._watches:
            watch.end(Unavailable("The server is stopping", "stopping"))


class Answers(Protocol):
    """The responses of an rpc; closing them ends the call."""

    def __aiter__(self) -> AsyncIterator[Any]:
        """Return what gives the responses that are left."""

    async def __anext__(self) -> Any:
        """Return the next response."""

    async def aclose(self) -> object:
        """End the call."""


class ProviderAnswer(Response):
    """An answer made of rpc responses: a head first, then data.

    Errors before the head are raised and answered as usual; later ones become an SSE `error` event.
    """

    silence = "The model has been silent for too long"

    def __init__(self, answers: Answers, slots: Slots, idle_seconds: float) -> None:
        super().__init__()
        self._answers = answers
        self._slots = slots
        self._idle_seconds = idle_seconds
        self._active_at = 0.0
        self._kind = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the provider ends, nothing has come for too long, or the client leaves."""
        watch = _Watch(self, receive, self._idle_seconds)
        self._slots.add(watch)
        try:
            async with aclosing(self._answers) as answers, watch:
                await self._pump(answers, scope, send)
            if watch.reason is not None:
                await self._give_up(send, watch.reason)
        finally:
            self._slots.remove(watch)

    @property
    def active_at(self) -> float:
        """When something was last passed on, in seconds of the event loop's clock."""
        return self._active_at

    async def _pump(self, answers: Answers, scope: Scope, start: Send) -> None:
        clock = asyncio.get_running_loop().time
        await self._begin(answers, start)
        # The layers may hold back how a complete answer begins, but never that of a stream of events.
        send = scope.get(DIRECT_SEND_SCOPE_KEY, start) if self._kind.startswith(_EVENTS) else start
        try:
            async for answer in answers:
                self._active_at = clock()
                await send({"type": "http.response.body", "body": answer.data, "more_body": True})
        except ServiceError as error:
            await self._break_off(send, error)
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _begin(self, answers: Answers, start: Send) -> None:
        head = (await anext(answers)).head
        self._kind = (head.content_type or "application/json").encode("latin-1", "replace")
        headers = [
            (b"content-type", self._kind),
            (b"cache-control", b"no-cache"),
            # Reverse proxies of the nginx family hold answers back unless told otherwise.
            (b"x-accel-buffering", b"no"),
        ]
        status = head.status if 200 <= head.status < 600 else 502
        await start({"type": "http.response.start", "status": status, "headers": headers})

    async def _break_off(self, send: Send, error: ServiceError) -> None:
        """Tell a client that has the beginning of an answer that there is no more."""
        problem = orjson.dumps({"error": {"message": error.message, "code": error.reason}})
        if self._kind.startswith(_EVENTS):
            body = b"data: " + problem + b"\n\n"
        elif self._kind.startswith(_LINES):
            body = problem + b"\n"
        else:
            # Half a document cannot say so itself: the server cuts the connection of what is left incomplete.
            log.warning("an answer broke off: %s", error.message)
            return
        await send({"type": "http.response.body", "body": body, "more_body": False})

    async def _give_up(self, send: Send, reason: ServiceError) -> None:
        if not self._kind:
            raise reason
        # The silence may also be that of a client that does not read: it hears nothing of this either.
        with suppress(TimeoutError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._break_off(send, reason)


class _Watch:
    """Ends the block, by cancelling it: the client left, the answer fell silent or the server stops."""

    def __init__(self, answer: ProviderAnswer, receive: Receive, idle_seconds: float) -> None:
        self._answer = answer
        self._idle_seconds = idle_seconds
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - requests are served in tasks
        self._task = task
        self._ended = False
        self._began = self._loop.time()
        self._receive = receive
        self._reader: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        # Why the answer was broken off; None when the client left or nothing was wrong.
        self.reason: ServiceError | None = None

    def _look(self) -> None:
        quiet = self._loop.time() - max(self._answer.active_at, self._began)
        if quiet < self._idle_seconds:
            self._timer = self._loop.call_later(self._idle_seconds - quiet, self._look)
        else:
            self.end(Unavailable(self._answer.silence, "stream_idle"))

    def end(self, reason: ServiceError | None) -> None:
        """End the block."""
        if not self._ended:
            self._ended = True
            self.reason = reason
            self._task.cancel()

    def _leave(self, _: object) -> None:
        self.end(None)

    async def __aenter__(self) -> "_Watch":
        self._reader = asyncio.create_task(_disconnect(self._receive))
        self._reader.add_done_callback(self._leave)
        self._timer = self._loop.call_later(self._idle_seconds, self._look)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if self._reader is not None and self._timer is not None:
            self._reader.remove_done_callback(self._leave)
            self._reader.cancel()
            self._timer.cancel()
        if kind is not asyncio.CancelledError or not self._ended:
            self.reason = None
            return False
        # Whoever else cancelled this task shall have it.
        return not self._task.uncancel()


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
