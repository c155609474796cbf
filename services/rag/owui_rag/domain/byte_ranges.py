"""Which bytes of a file a request wants."""

from dataclasses import dataclass

from owui_chassis.errors import Invalid


@dataclass(frozen=True, slots=True)
class Wanted:
    """Positions as in requests: from `start` to `end` (excluded), or the last `suffix` bytes."""

    start: int | None = None
    end: int | None = None
    suffix: int | None = None


def resolve(wanted: Wanted, size: int) -> tuple[int, int]:
    """Return first position and the one after the last; raise Invalid where no byte is wanted."""
    if wanted == Wanted():
        return 0, size
    if wanted.suffix is not None:
        start, end = max(0, size - wanted.suffix), size
    else:
        start = wanted.start or 0
        end = size if wanted.end is None else min(wanted.end, size)
    if start < 0 or start >= end:
        raise Invalid("The file has no such bytes", "range_not_satisfiable")
    return start, end
