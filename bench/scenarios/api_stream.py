"""API mode: streamed completions over server-sent events, as the OpenAI SDK asks for them."""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from itertools import cycle
from time import monotonic

from bench.load.receipt import Receipt
from bench.load.sse import stream_completion
from bench.measure.cpu import CpuMeter
from bench.measure.percentiles import latency_summary
from bench.provider.stub_models import parse_model
from bench.scenarios.bed import Bed, Figures, check_receipts, cpu_figures, run_streams, take_sends


def new_receipts(streams: int, model: str) -> list[Receipt]:
    """A record for each stream, with a name the provider will know it by."""
    asked = parse_model(model)
    assert asked
    return [Receipt(uuid.uuid4().hex, asked.count) for _ in range(streams)]


def all_latencies(receipts: list[Receipt], sends: dict[str, list[float]]) -> list[float]:
    """The added latency of every token of every stream, in seconds."""
    return [late for receipt in receipts for late in receipt.added_latencies(sends.get(receipt.name, []))]


async def measure_api_stream(bed: Bed, streams: int, model: str, ramp: float = 2.0) -> Figures:
    """`streams` at once; CPU per token (the set-up of the requests included) and added latency."""
    receipts = new_receipts(streams, model)
    starts = [
        partial(stream_completion, bed.address, token, model, receipt, 180.0)
        for receipt, token in zip(receipts, cycle(bed.accounts.users), strict=False)
    ]
    bed.meter.start()
    await run_streams(starts, ramp)
    cpu = bed.meter.stop()
    sends = await take_sends(bed.provider)
    tokens = sum(len(receipt.arrivals) for receipt in receipts)
    figures = cpu_figures(cpu, tokens) | latency_summary(all_latencies(receipts, sends))
    check_receipts(receipts, sends, figures)
    return figures


async def measure_setup(bed: Bed, requests: int, at_once: int = 4, pause: float = 0.0) -> Figures:
    """Completions of one token, CPU-ms per request; `pause` s between two, less what idling costs."""
    receipts = new_receipts(requests, "stub-0tps-1")
    tokens = cycle(bed.accounts.users)
    waiting = iter(receipts)

    async def work() -> None:
        for receipt in waiting:
            await stream_completion(bed.address, next(tokens), "stub-0tps-1", receipt, 60.0)
            await asyncio.sleep(pause)

    idle = await idle_share(bed.meter) if pause else 0.0
    began = monotonic()
    bed.meter.start()
    await asyncio.gather(*(work() for _ in range(at_once)))
    cpu = bed.meter.stop()["server"] - idle * (monotonic() - began)
    sends = await take_sends(bed.provider)
    figures = {"cpu_ms_per_request": round(cpu * 1000 / requests, 2)}
    check_receipts(receipts, sends, figures)
    return figures | latency_summary(all_latencies(receipts, sends))


async def idle_share(meter: CpuMeter, seconds: float = 5.0) -> float:
    """CPU-seconds per second of a system that nobody asks anything."""
    meter.start()
    await asyncio.sleep(seconds)
    return meter.stop()["server"] / seconds
