"""Traces: every call has a W3C trace context; spans are exported when OpenTelemetry is switched on."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_tracer: "Tracer | None" = None


def new_trace() -> str:
    """Return a new `traceparent` value."""
    return f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01"


def valid_trace(value: str) -> bool:
    """Whether a header is a `traceparent` that can be continued."""
    parts = value.split("-")
    if len(parts) != 4 or [len(part) for part in parts] != [2, 32, 16, 2]:
        return False
    try:
        return int(parts[1], 16) != 0 and int(parts[2], 16) != 0
    except ValueError:
        return False


def configure_tracing(environ: Mapping[str, str], service: str) -> None:
    """Export spans over OTLP when ENABLE_OTEL is true; the standard OTEL_* variables say where to."""
    global _tracer
    if environ.get("ENABLE_OTEL", "").lower() != "true":
        return
    # The SDK and its exporter cost 25 MB; only those who export pay for them.
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    name = environ.get("OTEL_SERVICE_NAME") or f"open-webui-{service}"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=5)))
    _tracer = provider.get_tracer("owui")


@contextmanager
def span(name: str, trace: str) -> Iterator[str]:
    """Make a span below `trace` and give the `traceparent` for what happens inside it.

    Without export the given trace is passed on as it is, which keeps the ids in the logs right.
    """
    if _tracer is None:
        yield trace
        return
    from opentelemetry.trace import NonRecordingSpan as Remote
    from opentelemetry.trace import SpanContext, TraceFlags, set_span_in_context

    context = None
    if valid_trace(trace):
        _, trace_hex, span_hex, flags = trace.split("-")
        remote = SpanContext(int(trace_hex, 16), int(span_hex, 16), True, TraceFlags(int(flags, 16)))
        context = set_span_in_context(Remote(remote))
    with _tracer.start_as_current_span(name, context=context) as current:
        made = current.get_span_context()
        yield f"00-{made.trace_id:032x}-{made.span_id:016x}-{made.trace_flags:02x}"
