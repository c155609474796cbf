"""Spans on their way to a collector that speaks OTLP."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import (
    TraceServiceServicer,
    add_TraceServiceServicer_to_server,
)

TRACE_ID, PARENT_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
PROGRAM = f"""
import os
from owui_chassis.tracing import configure_tracing, span
configure_tracing(os.environ, "chat")
with span("outer", "00-{TRACE_ID}-{PARENT_ID}-01") as trace, span("inner", trace) as innermost:
    print(trace, innermost)
"""


class Collector(TraceServiceServicer):
    """Keeps what is exported."""

    def __init__(self) -> None:
        self.spans: dict[str, Any] = {}
        self.names: set[str] = set()

    async def Export(self, request: Any, _: Any) -> ExportTraceServiceResponse:
        for group in request.resource_spans:
            attributes = {one.key: one.value.string_value for one in group.resource.attributes}
            self.names.add(attributes["service.name"])
            self.spans |= {one.name: one for scope in group.scope_spans for one in scope.spans}
        return ExportTraceServiceResponse()


@pytest.fixture
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    kept = Collector()
    server = grpc.aio.server()
    add_TraceServiceServicer_to_server(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield kept, f"http://127.0.0.1:{port}"
    await server.stop(0)


async def run(**environ: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, env={**os.environ, **environ}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return output.decode()


class TestExport:
    async def test_continues_the_caller_s_trace_and_nests_spans(
        self, collector: tuple[Collector, str]
    ) -> None:
        kept, address = collector
        output = await run(ENABLE_OTEL="true", OTEL_EXPORTER_OTLP_ENDPOINT=address)
        outer, inner = kept.spans["outer"], kept.spans["inner"]
        assert kept.names == {"open-webui-chat"}
        assert {outer.trace_id.hex(), inner.trace_id.hex()} == {TRACE_ID}
        assert outer.parent_span_id.hex() == PARENT_ID
        assert inner.parent_span_id == outer.span_id
        assert output.split() == [f"00-{TRACE_ID}-{one.span_id.hex()}-01" for one in (outer, inner)]

    async def test_is_off_unless_asked_for_and_the_trace_goes_on(
        self, collector: tuple[Collector, str]
    ) -> None:
        kept, address = collector
        output = await run(ENABLE_OTEL="false", OTEL_EXPORTER_OTLP_ENDPOINT=address)
        assert not kept.spans
        assert output.split() == [f"00-{TRACE_ID}-{PARENT_ID}-01"] * 2
