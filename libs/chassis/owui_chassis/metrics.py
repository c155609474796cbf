"""Prometheus metrics that every process has."""

import asyncio
import time

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter("owui_calls", "Calls served, by method and status.", ["method", "status"])
CALL_SECONDS = Histogram(
    "owui_call_seconds",
    "Time to serve a call.",
    ["method"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
)
STREAMS = Gauge("owui_streams_in_flight", "Streams being served.", ["method"])
LOOP_LAG = Gauge("owui_event_loop_lag_seconds", "How late the event loop woke the last time it was asked to.")
_LAG_INTERVAL_SECONDS = 0.5


async def watch_loop_lag() -> None:
    """Measure the lag of the event loop for ever."""
    while True:
        asked = time.monotonic()
        await asyncio.sleep(_LAG_INTERVAL_SECONDS)
        LOOP_LAG.set(max(0.0, time.monotonic() - asked - _LAG_INTERVAL_SECONDS))
