"""What was read from a file, and the pieces it is cut into."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNREADABLE_REASONS = (
    "encrypted",
    "too_large",
    "too_slow",
    "too_much_memory",
    "too_much_text",
    "unsupported",
    "broken",
    "empty",
    "engine_away",
    "engine_refused",
)


class Unreadable(Exception):
    """A document cannot be read; `message` is for the person who brought it, `reason` one of the above."""

    def __init__(self, message: str, reason: str, *, passing: bool = False) -> None:
        """`passing` marks what may be gone at the next attempt, such as an engine that is away."""
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a file.

    `pages` holds the position in `text` at which each page begins, in order, empty for what has no pages.
    Positions count characters (code points).
    """

    text: str
    pages: tuple[int, ...] = ()
    title: str = ""
    is_markdown: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a text from `start` to `end` (characters, end excluded).

    `page` counts from 1, None without pages; `headings` is the path of headings above it, outermost first;
    `tokens` is its size by the tokenizer of the splitting.
    """

    start: int
    end: int
    tokens: int
    page: int | None = None
    headings: tuple[str, ...] = ()
