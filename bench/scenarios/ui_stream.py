"""UI mode: answers streamed over Socket.IO into stored chats, each user with a socket of their own."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import cycle
from time import monotonic

from bench.load.receipt import Receipt
from bench.load.ui_stream import UiStream
from bench.measure.percentiles import latency_summary
from bench.scenarios.api_stream import all_latencies, new_receipts
from bench.scenarios.bed import (
    Bed,
    Figures,
    WrongResultError,
    check_receipts,
    cpu_figures,
    run_streams,
    take_sends,
)


async def measure_ui_stream(bed: Bed, streams: int, model: str, delta: bool, ramp: float = 2.0) -> Figures:
    """`streams` at once into chats made before: CPU and wire bytes per token, latency; reads them back."""
    receipts = new_receipts(streams, model)
    clients = [
        UiStream(bed.address, token, receipt, delta, bed.deflate)
        for receipt, token in zip(receipts, cycle(bed.accounts.users), strict=False)
    ]
    for client in clients:
        await client.prepare(model)
    bed.meter.start()
    await run_streams([partial(client.run, model, 300.0) for client in clients], ramp)
    cpu = bed.meter.stop()
    sends = await take_sends(bed.provider)
    ended = monotonic()
    await asyncio.gather(*(client.check_stored() for client in clients))
    read_back = monotonic() - ended
    tokens = sum(len(receipt.arrivals) for receipt in receipts)
    figures = cpu_figures(cpu, tokens) | {
        "cpu_ms_per_answer": round(cpu["server"] * 1000 / streams, 2),
        "events_per_token": round(sum(client.events for client in clients) / max(1, tokens), 3),
        "read_back_s": round(read_back, 2),
    }
    check_receipts(receipts, sends, figures)
    if delta and not all(client.deltas_seen for client in clients):
        raise WrongResultError("no delta events came, though they were asked for")
    for client in clients:
        client.close()
    return figures | wire_figures(receipts) | latency_summary(all_latencies(receipts, sends))


def wire_figures(receipts: list[Receipt]) -> Figures:
    """Bytes on the wire per token: of the whole stream, its first and last tenth; no final event."""
    if receipts[0].expected.count < 10:
        return {}
    whole, first, last = [], [], []
    for receipt in receipts:
        tenth, count = max(1, receipt.expected.count // 10), receipt.expected.count
        before = receipt.wire_bytes
        whole.append(before[count - 1] / count)
        first.append(before[tenth - 1] / tenth)
        last.append((before[count - 1] - before[count - 1 - tenth]) / tenth)
    return {
        "bytes_per_token": round(sum(whole) / len(whole), 1),
        "bytes_per_token_first_tenth": round(sum(first) / len(first), 1),
        "bytes_per_token_last_tenth": round(sum(last) / len(last), 1),
    }
