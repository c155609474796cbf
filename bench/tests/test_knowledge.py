"""What the scenarios of knowledge read out of answers, and the figures they make of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bench.load.http import Address, HttpConnection
from bench.load.knowledge import NotReadError, last_event, upload, wait_until_read
from bench.scenarios.bed import WrongResultError
from bench.scenarios.ingest import ingest_figures
from bench.scenarios.ingest_beside_chat import metric
from bench.scenarios.ingest_builtin import counts_of
from bench.scenarios.measure import first_of

METRICS = b"# HELP x y\nprocess_resident_memory_bytes 1.5e+08\nowui_event_loop_lag_seconds 0.0012\n"
EVENTS = b'data: {"status": "pending"}\n\n: still waiting\n\ndata: {"status": "%s"}\n\n'


class Answering:
    """A server that gives one answer to everything and keeps what it was sent."""

    def __init__(self) -> None:
        self.body = b"{}"
        self.received = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        self.received = head + await reader.readexactly(length)
        writer.write(
            b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: %d\r\n\r\n%b"
            % (len(self.body), self.body)
        )
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[Answering, HttpConnection]]:
    answering = Answering()
    async with await asyncio.start_server(answering.serve, "127.0.0.1", 0) as listening:
        yield answering, HttpConnection(Address("127.0.0.1", listening.sockets[0].getsockname()[1]), "token")


class TestFiles:
    async def test_an_upload_is_a_form_with_the_file(self, server: tuple[Answering, HttpConnection]) -> None:
        answering, http = server
        answering.body = b'{"id": "f1"}'
        assert await upload(http, "a.txt", b"the text", process=False) == "f1"
        assert answering.received.startswith(b"POST /api/v1/files/?process=false HTTP/1.1\r\n")
        assert b'filename="a.txt"' in answering.received
        assert b"\r\n\r\nthe text\r\n--" in answering.received

    async def test_the_last_event_decides(self, server: tuple[Answering, HttpConnection]) -> None:
        answering, http = server
        answering.body = EVENTS % b"completed"
        await wait_until_read(http, "f1")
        answering.body = EVENTS % b"failed"
        with pytest.raises(NotReadError, match="failed"):
            await wait_until_read(http, "f1")

    def test_without_events_there_is_no_last(self) -> None:
        assert last_event(b": still waiting\n\n") == {}


class TestFigures:
    def test_of_ingestion_are_per_chunk_and_per_megabyte(self) -> None:
        cpu = {"server": 12.0, "python": 7.0, "postgres": 5.0}
        figures = ingest_figures(cpu, {"texts": 6_000, "inputs": 12_000}, 20.0, 200)
        assert figures["cpu_s_per_1k_chunks"] == 2.0
        assert figures["cpu_s_per_mb"] == 1.2
        assert figures["embeddings_per_chunk"] == 2.0
        assert figures["files_per_second"] == 10.0

    def test_metrics_are_read_by_name(self) -> None:
        assert metric(METRICS, "owui_event_loop_lag_seconds") == 0.0012
        assert metric(METRICS, "process_resident_memory_bytes") == 1.5e8
        with pytest.raises(WrongResultError):
            metric(METRICS, "owui_nothing")

    def test_chunks_and_tokens_are_counted_as_the_product_does(self) -> None:
        chunks, tokens = counts_of(["One sentence follows another one here. " * 100])
        assert chunks >= 4
        assert tokens > 600

    def test_the_first_error_of_a_group_is_told(self) -> None:
        inner = ValueError("why")
        assert first_of(ExceptionGroup("group", [ExceptionGroup("group", [inner])])) is inner
