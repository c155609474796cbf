"""One scenario, once: its figures, or what went wrong in words."""

from __future__ import annotations

from time import monotonic

from bench.scenarios.bed import Bed, Figures
from bench.scenarios.registry import Scenario


async def measure(bed: Bed, scenario: Scenario) -> Figures | str:
    """The figures and the seconds it took; a failure is a sentence: it must not hide the others."""
    started = monotonic()
    try:
        figures = await scenario.measure(bed)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        return f"{type(error).__name__}: {error}"
    return figures | {"wall_s": round(monotonic() - started, 1)}
