"""Sign-ins while answers stream: hashing a password must not hold the tokens up."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import cycle
from time import monotonic

from bench.load.accounts import sign_in
from bench.load.sse import stream_completion
from bench.measure.percentiles import latency_summary
from bench.scenarios.api_stream import new_receipts
from bench.scenarios.bed import Bed, Figures, check_receipts, run_streams, take_sends

MODEL = "stub-50tps-400"


async def measure_sign_ins(bed: Bed, streams: int, sign_ins: int) -> Figures:
    """`sign_ins` at once in the middle of `streams`: the latency of the tokens sent meanwhile."""
    receipts = new_receipts(streams, MODEL)
    starts = [
        partial(stream_completion, bed.address, token, MODEL, receipt, 180.0)
        for receipt, token in zip(receipts, cycle(bed.accounts.users), strict=False)
    ]
    running = asyncio.create_task(run_streams(starts, 1.0))
    await asyncio.sleep(3)
    bed.meter.start()
    began = monotonic()
    await asyncio.gather(*(sign_in(bed.address, email) for email in bed.accounts.emails[:sign_ins]))
    ended = monotonic()
    cpu = bed.meter.stop()
    await running
    sends = await take_sends(bed.provider)
    check_receipts(receipts, sends, {})
    during = [
        arrival - sent
        for receipt in receipts
        for arrival, sent in zip(receipt.arrivals, sends[receipt.name], strict=True)
        if began <= sent <= ended
    ]
    return latency_summary(during) | {
        "seconds_for_all_sign_ins": round(ended - began, 2),
        "cpu_ms_per_sign_in": round(cpu["server"] * 1000 / sign_ins, 1),
    }
