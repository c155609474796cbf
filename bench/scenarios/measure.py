"""One scenario, once: its figures, or what went wrong in words."""

from __future__ import annotations

from time import monotonic

from bench.scenarios.bed import Bed, Figures
from bench.scenarios.registry import Scenario


def first_of(error: Exception) -> Exception:
    """The first of the errors that tasks of a group ended with, or the error itself."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def measure(bed: Bed, scenario: Scenario) -> Figures | str:
    """The figures and the seconds it took; a failure is a sentence: it must not hide the others."""
    started = monotonic()
    try:
        figures = await scenario.measure(bed)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        first = first_of(error)
        return f"{type(first).__name__}: {first}"
    return figures | {"wall_s": round(monotonic() - started, 1)}
