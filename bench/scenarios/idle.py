"""A system that was just started and is left alone: its memory by part, and what it costs to do nothing."""

from __future__ import annotations

import asyncio
import os

from bench.measure.cpu import CpuMeter
from bench.measure.process_tree import descendants, memory_by_program
from bench.scenarios.bed import Figures

SETTLE_SECONDS, IDLE_SECONDS = 3.0, 5.0


async def measure_idle(meter: CpuMeter, stubs: frozenset[int], start_seconds: float) -> Figures:
    """Cold start in seconds, MiB resident and proportional per part, CPU-milliseconds per idle second."""
    await asyncio.sleep(SETTLE_SECONDS)
    meter.start()
    await asyncio.sleep(IDLE_SECONDS)
    cpu = meter.stop()
    return {
        "start_s": round(start_seconds, 2),
        "idle_cpu_ms_per_s": round(cpu["server"] * 1000 / IDLE_SECONDS, 1),
    } | memory_figures(stubs)


def memory_figures(stubs: frozenset[int]) -> Figures:
    """MiB resident and proportional of each part of the system, and its count of processes."""
    parts = memory_by_program(descendants(os.getpid(), stubs))
    figures: Figures = {}
    for name, memory in sorted(parts.items()):
        figures[f"{name}_rss_mib"] = round(memory.resident, 1)
        figures[f"{name}_pss_mib"] = round(memory.proportional, 1)
        figures[f"{name}_processes"] = memory.processes
    return figures
