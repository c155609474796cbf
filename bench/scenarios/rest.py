"""Plain requests: how many of a kind the system answers per CPU-second."""

from __future__ import annotations

from bench.load.rest import repeat_request
from bench.scenarios.bed import Bed, Figures


async def measure_rest(bed: Bed, path: str, seconds: float = 3.0) -> Figures:
    """GETs `path` as the admin over 4 connections; `{long_chat}` in it is the chat of 200 messages."""
    path = path.format(long_chat=bed.accounts.long_chat)
    await repeat_request(
        bed.address, bed.accounts.admin, path, seconds=0.5, connections=4, encoding=bed.encoding
    )
    bed.meter.start()
    run = await repeat_request(
        bed.address, bed.accounts.admin, path, seconds=seconds, connections=4, encoding=bed.encoding
    )
    cpu = bed.meter.stop()
    return {
        "requests_per_cpu_second": round(run.requests / max(cpu["server"], 0.01), 1),
        "cpu_ms_per_request": round(cpu["server"] * 1000 / run.requests, 3),
        "requests_per_second": round(run.requests / run.seconds, 1),
        "answer_bytes": run.answer_bytes,
    }
