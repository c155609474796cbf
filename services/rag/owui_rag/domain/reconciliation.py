"""What a comparison of the stores finds."""

from dataclasses import dataclass

SHOWN = 20
# A comparison puts right no more than this of one kind; the next one goes on.
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Found:
    """Things of one kind without their counterpart, out of `examined` (0 where that does not matter).

    `few` of them are believed even where they are most of what there is.
    """

    count: int
    ids: list[str]
    examined: int = 0
    few: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one kind, and what became of it; `note` says why nothing was put right."""

    kind: str
    count: int = 0
    ids: tuple[str, ...] = ()
    repaired: int = 0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one run has found; times are epoch seconds."""

    started_at: int
    finished_at: int
    repair: bool
    findings: tuple[Finding, ...]
    id: int = 0


def is_suspicious(found: Found) -> bool:
    """Tell whether so much is lost that rather the other side is the wrong one, such as an empty store."""
    return found.count > found.few and found.count * 2 > found.examined > 0
