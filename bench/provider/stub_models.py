"""What a model name of the stub asks for: `stub-50tps-200` is 200 tokens at 50 tokens per second."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME = re.compile(r"stub-(\d+)tps-(\d+)$")

# Ten models, so that a model list is not trivially short; four of them are those the scenarios use.
LISTED = (
    "stub-50tps-200",
    "stub-50tps-400",
    "stub-200tps-4000",
    "stub-0tps-1",
    *(f"stub-{rate}tps-100" for rate in (10, 20, 30, 40, 60, 80)),
)


@dataclass(frozen=True)
class StubModel:
    """Tokens per second (0: all at once) and tokens of the answer."""

    rate: int
    count: int

    @property
    def interval(self) -> float:
        """Seconds between two tokens."""
        return 1.0 / self.rate if self.rate else 0.0


def parse_model(name: str) -> StubModel | None:
    """The model of that name, or None when the name is not one of the stub's."""
    match = NAME.match(name)
    return StubModel(int(match[1]), int(match[2])) if match else None
