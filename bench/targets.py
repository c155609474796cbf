"""What the platform promises of its speed and memory, to be checked against a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LOCAL, SERVICES = "ours-local", "ours-services"


@dataclass(frozen=True)
class Target:
    """A bound on a figure of a scenario; the figure `ratio` is how many times better than the peer we are."""

    scenario: str
    system: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None

    def verdict(self, value: float | None) -> str:
        """met, missed or not measured."""
        if value is None:
            return "not measured"
        low, high = self.at_least, self.at_most
        met = (low is None or value >= low) and (high is None or value <= high)
        return "met" if met else "**missed**"

    @property
    def bound(self) -> str:
        """The bound in words."""
        sign = "≥" if self.at_least is not None else "≤"
        unit = " × the peer" if self.figure == "ratio" else ""
        return f"{sign} {self.at_least if self.at_least is not None else self.at_most:g}{unit}"


def _both(
    scenario: str, figure: str, *, at_least: float | None = None, at_most: float | None = None
) -> list[Target]:
    return [Target(scenario, system, figure, at_least, at_most) for system in (LOCAL, SERVICES)]


TARGETS = [
    Target("api-stream-100", LOCAL, "ratio", at_least=5),
    Target("api-stream-100", SERVICES, "ratio", at_least=3),
    *_both("api-stream-100", "latency_p99_ms", at_most=30),
    *_both("setup-cost", "cpu_ms_per_request", at_most=5),
    *_both("setup-alone", "cpu_ms_per_request", at_most=5),
    *_both("ui-delta-100", "ratio", at_least=4),
    *_both("ui-delta-100", "latency_p99_ms", at_most=60),
    *_both("ui-delta-100", "bytes_per_token", at_most=40),
    *_both("ui-accumulated-100", "ratio", at_least=2.5),
    *_both("ui-long-delta", "bytes_per_token", at_most=40),
    *_both("ui-long-delta", "bytes_per_token_last_tenth", at_most=40),
    *_both("rest-models", "ratio", at_least=5),
    *_both("rest-chat-list", "ratio", at_least=5),
    *_both("rest-chat", "ratio", at_least=5),
    *_both("sign-ins", "latency_p99_ms", at_most=60),
    *_both("ingest-200", "cpu_s_per_1k_chunks", at_most=1.3),
    *_both("ingest-200", "ratio", at_least=3),
    *_both("ingest-builtin", "chunks_per_cpu_second", at_least=50),
    *_both("retrieve-8", "ratio", at_least=4),
    *_both("retrieve-8", "latency_p99_ms", at_most=100),
    *_both("ingest-while-chatting", "gateway_lag_ingesting_p99_ms", at_most=50),
    *_both("ingest-while-chatting", "gateway_lag_uploading_p99_ms", at_most=50),
    *_both("ingest-while-chatting", "first_token_ingesting_to_quiet", at_most=1.2),
    *_both("ingest-while-chatting", "first_token_uploading_to_quiet", at_most=1.2),
    *_both("ingest-while-chatting", "gateway_growth_ingesting_mib", at_most=20),
    *_both("ingest-while-chatting", "gateway_growth_uploading_mib", at_most=20),
    Target("idle", LOCAL, "python_rss_mib", at_most=300),
    Target("idle", LOCAL, "start_s", at_most=5),
]


def target_table(value_of: Callable[[Target], float | None]) -> list[str]:
    """The targets as Markdown rows; `value_of` gives the measured value or None."""
    lines = ["| scenario | system | figure | target | measured | |", "|---|---|---|---|---|---|"]
    for target in TARGETS:
        value = value_of(target)
        shown = "–" if value is None else f"{value:.3g}"
        cells = (target.scenario, target.system, target.figure, target.bound, shown, target.verdict(value))
        lines.append("| " + " | ".join(cells) + " |")
    return lines
