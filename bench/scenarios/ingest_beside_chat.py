"""Ingestion must not disturb the chat: the first token of answers, and the gateway, meanwhile."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable
from contextlib import suppress
from time import monotonic

from bench.documents import text_of
from bench.load.http import HttpConnection
from bench.load.knowledge import bring_files, create_base, forget_all, upload_blocking
from bench.load.receipt import Receipt
from bench.load.sse import stream_completion
from bench.measure.percentiles import percentile
from bench.measure.process_tree import resident_mib
from bench.scenarios.api_stream import new_receipts
from bench.scenarios.bed import Bed, Figures, WrongResultError, take_sends
from bench.scenarios.ingest import AT_ONCE, SIZE, file_name

_MODEL = "stub-0tps-1"
_PAUSE_SECONDS = 0.05
_QUIET_SECONDS = 8.0
_UPLOAD_BYTES, _UPLOADS = 100_000_000, 5
_SAMPLE_SECONDS = 0.25


class Watch:
    """Asks for answers of one token, one after the other, and samples the gateway, until it is stopped."""

    def __init__(self, bed: Bed) -> None:
        self._bed = bed
        self.first_tokens: list[float] = []
        self.lags: list[float] = []
        self.resident: list[float] = []

    async def during(self, work: Awaitable[None]) -> None:
        """Watches while the work runs."""
        watching = [asyncio.create_task(part) for part in (self._chat(), self._sample())]
        try:
            await work
        finally:
            for task in watching:
                task.cancel()
            for task in watching:
                with suppress(asyncio.CancelledError):
                    await task

    async def _chat(self) -> None:
        token = self._bed.accounts.users[0]
        while True:
            [receipt] = new_receipts(1, _MODEL)
            asked = monotonic()
            await stream_completion(self._bed.address, token, _MODEL, receipt, 60.0)
            self._keep(receipt, asked)
            await asyncio.sleep(_PAUSE_SECONDS)

    def _keep(self, receipt: Receipt, asked: float) -> None:
        if receipt.error:
            raise WrongResultError(receipt.error)
        self.first_tokens.append(receipt.arrivals[0] - asked)

    async def _sample(self) -> None:
        http = HttpConnection(self._bed.address, self._bed.accounts.admin)
        while True:
            if self._bed.system == "peer":
                # It has no metrics and is one process.
                self.resident.append(resident_mib(self._bed.pid))
            else:
                metrics = (await http.request("GET", "/metrics")).body
                self.lags.append(metric(metrics, "owui_event_loop_lag_seconds"))
                self.resident.append(metric(metrics, "process_resident_memory_bytes") / 2**20)
            await asyncio.sleep(_SAMPLE_SECONDS)


def metric(metrics: bytes, name: str) -> float:
    """The value of a metric without labels in Prometheus's text; WrongResultError when it is not there."""
    found = re.search(rf"^{name} (\S+)$".encode(), metrics, re.MULTILINE)
    if found is None:
        raise WrongResultError(f"the metrics hold no {name}")
    return float(found[1])


async def measure_ingest_beside_chat(bed: Bed, files: int) -> Figures:
    """Time to the first token alone, during ingestion and during uploads of 100 MB; lag and growth."""
    contents = [(file_name(number), text_of(1000 + number, SIZE).encode()) for number in range(files)]
    token = bed.accounts.admin
    http = HttpConnection(bed.address, token)
    await forget_all(http)
    bed.kept.pop("base", None)
    base = await create_base(http, "Beside the chat")
    quiet, ingesting, uploading = (Watch(bed) for _ in range(3))
    await quiet.during(asyncio.sleep(_QUIET_SECONDS))
    began = monotonic()
    await ingesting.during(bring_files(bed.address, token, base, contents, AT_ONCE))
    seconds = monotonic() - began
    began = monotonic()
    await uploading.during(_upload_large(http))
    figures = {
        "seconds_of_ingestion": round(seconds, 2),
        "seconds_per_100_mb_upload": round((monotonic() - began) / _UPLOADS, 2),
    }
    http.close()
    await take_sends(bed.provider)
    return figures | watch_figures(quiet, ingesting, uploading)


async def _upload_large(http: HttpConnection) -> None:
    block = text_of(0, 1_000_000).encode()
    content = block * (_UPLOAD_BYTES // len(block))
    for number in range(_UPLOADS):
        # In a thread that waits in system calls: what this process does to send must not delay the watch.
        file_id = await asyncio.to_thread(upload_blocking, http, f"large-{number}.txt", content)
        (await http.request("DELETE", f"/api/v1/files/{file_id}")).json()


def watch_figures(quiet: Watch, ingesting: Watch, uploading: Watch) -> Figures:
    """Times to the first token and what they are to those of a quiet system, lag, growth of the gateway."""
    figures: Figures = {}
    for name, watch in (("quiet", quiet), ("ingesting", ingesting), ("uploading", uploading)):
        ordered = sorted(watch.first_tokens)
        figures[f"first_token_{name}_p50_ms"] = round(percentile(ordered, 0.5) * 1000, 2)
        figures[f"first_token_{name}_p99_ms"] = round(percentile(ordered, 0.99) * 1000, 2)
        if watch.lags:
            figures[f"gateway_lag_{name}_p99_ms"] = round(percentile(sorted(watch.lags), 0.99) * 1000, 2)
    for name in ("ingesting", "uploading"):
        times = figures[f"first_token_{name}_p50_ms"] / figures["first_token_quiet_p50_ms"]
        figures[f"first_token_{name}_to_quiet"] = round(times, 2)
    before = max(quiet.resident)
    figures["gateway_growth_ingesting_mib"] = round(max(ingesting.resident) - before, 1)
    figures["gateway_growth_uploading_mib"] = round(max(uploading.resident) - max(ingesting.resident), 1)
    return figures
