"""The headings of a Markdown text and the path of headings above each place in it."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise

import regex

# An ATX heading, an underlined heading, or a line that opens or closes a block of code.
_LINE = regex.compile(
    r"(?m)^ {0,3}(?:(?P<fence>`{3,}|~{3,})[^\n]*"
    r"|(?P<level>\#{1,6})[ \t]+(?P<title>[^\n]+)"
    r"|(?P<underlined>[^\s#>|`~*+\-=][^\n]{0,200})\n {0,3}(?P<rule>={3,}|-{3,})[ \t]*)$"
)
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading from `start` to `end` with its path, itself included."""

    start: int
    end: int
    path: tuple[str, ...]


class Headings:
    """The headings of a text, in order; none for what is not Markdown."""

    def __init__(self, text: str, *, is_markdown: bool) -> None:
        self._headings = _find(text) if is_markdown else []
        self._starts = [heading.start for heading in self._headings]

    def path(self, position: int) -> tuple[str, ...]:
        """Return the headings above a position, outermost first; one that begins there belongs to them."""
        index = bisect_right(self._starts, position) - 1
        return self._headings[index].path if index >= 0 else ()

    def last_start(self, low: int, high: int) -> int | None:
        """Return the start of the last heading from `low` to `high`, both included."""
        index = bisect_right(self._starts, high) - 1
        return self._starts[index] if index >= 0 and self._starts[index] >= low else None

    def begins(self, position: int) -> bool:
        """Whether a heading begins at a position."""
        index = bisect_left(self._starts, position)
        return index < len(self._starts) and self._starts[index] == position

    def left_alone(self, text: str, start: int, cut: int) -> int | None:
        """Return the start of the heading after which a cut would come at once, None when there is none."""
        index = bisect_left(self._starts, cut) - 1
        if index < 0 or self._starts[index] <= start:
            return None
        heading = self._headings[index]
        return heading.start if not text[heading.end : cut].strip() else None

    def sections(self, length: int) -> list[tuple[int, int]]:
        """Return the spans from each heading to the next, with what comes before the first."""
        edges = [0, *(start for start in self._starts if start > 0), length]
        return [(start, end) for start, end in pairwise(edges) if start < end]


def _find(text: str) -> list[Heading]:
    found: list[Heading] = []
    path: list[tuple[int, str]] = []
    fence = ""
    for match in _LINE.finditer(text):
        mark = match["fence"]
        if mark:
            if not fence:
                fence = mark
            elif mark[0] == fence[0] and len(mark) >= len(fence):
                fence = ""
            continue
        if fence:
            continue
        level = len(match["level"]) if match["level"] else 1 if match["rule"].startswith("=") else 2
        title = (match["title"] or match["underlined"]).strip().rstrip("#").strip()[:_LONGEST_TITLE]
        if title:
            path = [part for part in path if part[0] < level] + [(level, title)]
            found.append(Heading(match.start(), match.end(), tuple(name for _, name in path)))
    return found
