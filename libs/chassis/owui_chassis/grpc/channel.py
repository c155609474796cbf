"""Channels for generated stubs: they carry identity and trace, bound every call, raise our errors."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

import grpc

from owui_chassis.call import current_call
from owui_chassis.errors import ServiceError, Unavailable, error_of
from owui_chassis.grpc.guard import REASON, RETRY_AFTER
from owui_chassis.grpc.requests import Requests

# What grpcio says when it could not send: the connection or the other side is gone, or the time is over.
_BROKEN_OFF = "Internal error from Core"
UNARY_SECONDS = 30.0
STREAM_SECONDS = 3600.0


class Channel(Protocol):
    """What a generated stub needs of a channel."""

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable for a method of one request and one response."""

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable for a method of one request and many responses."""

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable for a method of many requests and one response."""

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable for a method of many requests and many responses."""


def outgoing(metadata: Any) -> tuple[tuple[str, str], ...]:
    """Return the metadata of a call: what the caller gave, else that of the call being served."""
    return tuple(metadata) if metadata is not None else current_call().metadata()


def service_error(error: grpc.aio.AioRpcError) -> ServiceError:
    """Translate what gRPC raised."""
    found = {key: str(value) for key, value in error.trailing_metadata() or ()}
    if error.details() == _BROKEN_OFF:
        return Unavailable("The call broke off", "broken_off")
    if error.code() is grpc.StatusCode.UNAVAILABLE and REASON not in found:
        return error_of(grpc.StatusCode.UNAVAILABLE, "The service is not reachable", "unreachable")
    retry_after = found.get(RETRY_AFTER)
    return error_of(
        error.code(),
        error.details() or "",
        found.get(REASON, ""),
        float(retry_after) if retry_after else None,
    )


class RemoteChannel:
    """A channel over the network."""

    def __init__(self, channel: grpc.aio.Channel, streams: Any) -> None:
        self._channel = channel
        self._streams = streams

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable; it takes `timeout` (seconds) and `metadata`."""
        inner = self._channel.unary_unary(method, *args, **kwargs)

        async def call(request: Any, *, timeout: float = UNARY_SECONDS, metadata: Any = None) -> Any:
            try:
                return await inner(request, timeout=timeout, metadata=outgoing(metadata))
            except grpc.aio.AioRpcError as error:
                raise service_error(error) from None

        return call

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable; it takes an async iterator of requests."""
        inner = self._channel.stream_unary(method, *args, **kwargs)

        async def call(requests: Any, *, timeout: float = STREAM_SECONDS, metadata: Any = None) -> Any:
            async with Requests(requests) as closing:
                running = inner(closing, timeout=timeout, metadata=outgoing(metadata))
                watching = asyncio.create_task(closing.stop_when_told(running))
                try:
                    return await running
                except grpc.aio.AioRpcError as error:
                    raise closing.failure or service_error(error) from None
                except asyncio.CancelledError:
                    # grpcio cancels a call whose requests fail: nobody has cancelled the caller.
                    if closing.failure is not None:
                        raise closing.failure from None
                    raise
                finally:
                    watching.cancel()

        return call

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable; methods marked as multiplexed share one connection."""
        if self._streams.carries(method):
            return self._streams.unary_stream(method, *args, **kwargs)
        return self._streaming(self._channel.unary_stream(method, *args, **kwargs))

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Return the callable; it takes an async iterator of requests."""
        return self._streaming(self._channel.stream_stream(method, *args, **kwargs))

    def _streaming(self, inner: Any) -> Any:
        async def call(
            request: Any, *, timeout: float = STREAM_SECONDS, metadata: Any = None
        ) -> AsyncIterator[Any]:
            running = inner(request, timeout=timeout, metadata=outgoing(metadata))
            try:
                async for response in running:
                    yield response
            except grpc.aio.AioRpcError as error:
                raise service_error(error) from None
            finally:
                running.cancel()

        return call
