"""Calls between services that live in one process: the same guards, no wire."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, NoReturn

import grpc

from owui_chassis.errors import ServiceError, Unavailable, error_of
from owui_chassis.grpc.channel import STREAM_SECONDS, UNARY_SECONDS, outgoing
from owui_chassis.grpc.guard import REASON, RETRY_AFTER
from owui_chassis.grpc.handlers import Handler
from owui_chassis.grpc.requests import Requests


class LocalContext:
    """What a method sees of a call that did not come over its own gRPC call."""

    __slots__ = ("_deadline", "_metadata")

    def __init__(self, metadata: tuple[tuple[str, str], ...], deadline: float | None = None) -> None:
        self._metadata = metadata
        self._deadline = deadline

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """Return the metadata of the call."""
        return self._metadata

    def time_remaining(self) -> float | None:
        """Return the seconds until the deadline; None without one."""
        return (
            None if self._deadline is None else max(0.0, self._deadline - asyncio.get_running_loop().time())
        )

    async def abort(
        self, code: grpc.StatusCode, details: str = "", trailing_metadata: tuple[tuple[str, str], ...] = ()
    ) -> NoReturn:
        """End the call with an error."""
        found = dict(trailing_metadata)
        retry_after = found.get(RETRY_AFTER)
        raise error_of(
            code, details, found.get(REASON, ""), float(retry_after) if retry_after else None
        ) from None


class LocalChannel:
    """A channel to a service in this process."""

    def __init__(self, service: str, methods: Callable[[], Mapping[str, Handler]]) -> None:
        self._service = service
        self._methods = methods

    def _function(self, method: str) -> Any:
        handler = self._methods().get(method)
        if handler is None:
            raise Unavailable(f"The service {self._service} is not running", "unreachable")
        return handler.function

    def unary_unary(self, method: str, *_: Any, **__: Any) -> Any:
        """Return the callable; it takes `timeout` (seconds) and `metadata`."""
        return self._single(method, UNARY_SECONDS)

    def stream_unary(self, method: str, *_: Any, **__: Any) -> Any:
        """Return the callable; it takes an async iterator of requests."""
        inner = self._single(method, STREAM_SECONDS)

        async def call(requests: Any, **options: Any) -> Any:
            async with Requests(requests) as closing:
                try:
                    return await inner(closing, **options)
                except ServiceError:
                    if closing.failure is not None:
                        raise closing.failure from None
                    raise

        return call

    def _single(self, method: str, default: float) -> Any:
        async def call(request: Any, *, timeout: float = default, metadata: Any = None) -> Any:
            context = LocalContext(outgoing(metadata), asyncio.get_running_loop().time() + timeout)
            try:
                async with asyncio.timeout(timeout):
                    return await self._function(method)(request, context)
            except TimeoutError:
                raise Unavailable("The service did not answer in time", "deadline_exceeded") from None

        return call

    def unary_stream(self, method: str, *_: Any, **__: Any) -> Any:
        """Return the callable."""
        return self._many(method)

    def stream_stream(self, method: str, *_: Any, **__: Any) -> Any:
        """Return the callable; it takes an async iterator of requests."""
        return self._many(method)

    def _many(self, method: str) -> Any:
        async def call(
            request: Any, *, timeout: float = STREAM_SECONDS, metadata: Any = None
        ) -> AsyncIterator[Any]:
            deadline = asyncio.get_running_loop().time() + timeout
            context = LocalContext(outgoing(metadata), deadline)
            async with aclosing(self._function(method)(request, context)) as responses:
                async for response in responses:
                    yield response

        return call
