"""What surrounds every method: identity, trace, metrics, and the translation of errors; streams included."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from typing import Any

import grpc

from owui_chassis.call import ADDRESS, AGENT, IDENTITY, TRACE, Call, reset_call, set_call
from owui_chassis.errors import ServiceError, status_of
from owui_chassis.grpc.handlers import Handler
from owui_chassis.grpc.requests import let_sender_stop
from owui_chassis.identity import Identities
from owui_chassis.metrics import CALL_SECONDS, CALLS, STREAMS
from owui_chassis.outages import outage
from owui_chassis.tracing import span

log = logging.getLogger(__name__)
REASON = "owui-reason"
RETRY_AFTER = "owui-retry-after"


class Guard:
    """Wraps the methods of a service. The same wrapping serves a gRPC server, multiplexed streams and calls
    inside one process, so no way in misses a check."""

    def __init__(self, identities: Identities) -> None:
        self._identities = identities

    def wrap(self, method: str, handler: Handler) -> Handler:
        """Return the guarded handler."""
        function = (
            self._guard_stream(method, handler.function)
            if handler.response_streaming
            else self._guard_unary(method, handler.function, streamed=handler.request_streaming)
        )
        return Handler(
            function,
            handler.request_streaming,
            handler.response_streaming,
            handler.request_deserializer,
            handler.response_serializer,
        )

    def _guard_unary(self, method: str, function: Any, *, streamed: bool) -> Any:
        calls_ok = CALLS.labels(method, "ok")
        seconds = CALL_SECONDS.labels(method)

        async def unary(request: Any, context: Any) -> Any:
            began = time.perf_counter()
            token = set_call(Call())
            try:
                call = self._call(context)
                with span(method, call.trace) as trace:
                    set_call(call if trace == call.trace else _traced(call, trace))
                    response = await function(request, context)
                calls_ok.inc()
                return response
            except Exception as error:  # noqa: BLE001 - every exception becomes a status here
                if streamed:
                    await let_sender_stop(request, context)
                await _fail(method, context, error)
            finally:
                reset_call(token)
                seconds.observe(time.perf_counter() - began)

        return unary

    def _guard_stream(self, method: str, function: Any) -> Any:
        in_flight = STREAMS.labels(method)
        calls_ok = CALLS.labels(method, "ok")

        async def stream(request: Any, context: Any) -> AsyncIterator[Any]:
            try:
                call = self._call(context)
            except ServiceError as error:
                await _fail(method, context, error)
            in_flight.inc()
            responses = function(request, context)
            advance = responses.__anext__
            try:
                while True:
                    # The consumer of a stream inside one process runs in the same task: the call is current
                    # only while the method itself runs.
                    token = set_call(call)
                    try:
                        response = await advance()
                    finally:
                        reset_call(token)
                    yield response
            except StopAsyncIteration:
                calls_ok.inc()
            except Exception as error:  # noqa: BLE001 - every exception becomes a status here
                await _fail(method, context, error)
            finally:
                in_flight.dec()
                await responses.aclose()

        return stream

    def _call(self, context: Any) -> Call:
        found = dict(context.invocation_metadata() or ())
        identity = found.get(IDENTITY, "")
        return Call(
            principal=self._identities.verify(identity) if identity else None,
            identity=identity,
            trace=found.get(TRACE, ""),
            client_address=found.get(ADDRESS, ""),
            user_agent=found.get(AGENT, ""),
        )


def _traced(call: Call, trace: str) -> Call:
    return Call(call.principal, call.identity, trace, call.client_address, call.user_agent)


async def _fail(method: str, context: Any, error: Exception) -> None:
    if isinstance(error, ServiceError):
        CALLS.labels(method, error.kind.value).inc()
        trailing = [(REASON, error.reason)]
        if error.retry_after is not None:
            trailing.append((RETRY_AFTER, f"{error.retry_after:.3f}"))
        await context.abort(status_of(error), error.message, tuple(trailing))
    if isinstance(error, grpc.aio.AbortError | asyncio.CancelledError):
        raise error
    if (away := outage(error)) is not None:
        CALLS.labels(method, "unavailable").inc()
        log.warning("%s failed: %s: %s", method, away, type(error).__name__)
        await context.abort(grpc.StatusCode.UNAVAILABLE, away, ((REASON, "store_away"),))
    CALLS.labels(method, "internal").inc()
    log.error("%s failed", method, exc_info=error)
    await context.abort(grpc.StatusCode.INTERNAL, "Internal error", ((REASON, "internal"),))
