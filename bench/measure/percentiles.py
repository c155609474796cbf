"""Percentiles of latencies, in milliseconds."""

from __future__ import annotations


def percentile(ordered: list[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the ordered values lie (nearest rank)."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def latency_summary(seconds: list[float]) -> dict[str, float]:
    """p50, p99 and the largest of latencies given in seconds, in ms; empty for none."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    return {
        "latency_p50_ms": round(percentile(ordered, 0.5) * 1000, 2),
        "latency_p99_ms": round(percentile(ordered, 0.99) * 1000, 2),
        "latency_max_ms": round(ordered[-1] * 1000, 2),
    }
