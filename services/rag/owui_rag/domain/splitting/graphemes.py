"""Where a text may be cut without tearing what a reader sees as one character."""

import regex

_CLUSTER = regex.compile(r"\X")
# Characters before which there is a boundary whatever comes earlier, unless the one before is of the few
# kinds that join forward. Letters of Indic scripts are left out, since they join across a virama.
_SURE = regex.compile(
    r"(?V1)(?r)(?<![\p{GCB=Prepend}\p{GCB=L}\p{GCB=ZWJ}\p{GCB=Regional_Indicator}])"
    r"(?:[\p{GCB=Other}&&[\p{Latin}\p{Greek}\p{Cyrillic}\p{Han}\p{Hiragana}\p{Katakana}\p{Common}]]"
    r"|[\p{GCB=LV}\p{GCB=LVT}\p{GCB=Regional_Indicator}])"
)
_FLAG_LETTER = ("\U0001f1e6", "\U0001f1ff")
_NO_FLAG_LETTER = regex.compile(r"(?r)[^\U0001f1e6-\U0001f1ff]")
# The four separators of ASCII are white space to Python and to databases, not to the Unicode standard.
_SOLID = regex.compile(r"[^\s\x1c-\x1f]")
_SOLID_BACKWARDS = regex.compile(r"(?r)[^\s\x1c-\x1f]")


def boundary_before(text: str, position: int, floor: int) -> int:
    """Return the last grapheme boundary at or before a position; `floor` is a boundary known to be before."""
    if position <= floor:
        return floor
    if position >= len(text) or _is_between_ascii(text, position):
        return min(position, len(text))
    if _FLAG_LETTER[0] <= text[position - 1] <= _FLAG_LETTER[1] >= text[position] >= _FLAG_LETTER[0]:
        # Letters of flags go by twos; asking \X for each would count all before it again and again.
        other = _NO_FLAG_LETTER.search(text, floor, position)
        return position - (position - (other.end() if other else floor)) % 2
    sure = _SURE.search(text, floor + 1, position + 1)
    start = sure.start() if sure else floor
    # Only the part from a known boundary is looked at: in a whole text the rule for flags counts all flags
    # before each of them.
    best = start
    for match in _CLUSTER.finditer(text[start : position + 1]):
        if start + match.end() > position:
            break
        best = start + match.end()
    return best


def boundary_after(text: str, position: int, floor: int) -> int:
    """Return the first grapheme boundary at or after a position; `floor` is a boundary known to be before."""
    before = boundary_before(text, position, floor)
    if before >= position:
        return before
    return cluster_end(text, before)


def cluster_end(text: str, start: int) -> int:
    """Return the end of the grapheme that begins at a boundary."""
    length = 32
    while True:
        cluster = _CLUSTER.match(text[start : start + length + 1])
        end = cluster.end() if cluster else 0
        if end <= length or start + length >= len(text):
            return start + int(end)
        length *= 2


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out white space at both ends, but none that carries a mark; both ends are boundaries.

    Returns an empty span for white space only.
    """
    first = _SOLID.search(text, start, end)
    last = _SOLID_BACKWARDS.search(text, start, end)
    if first is None or last is None:
        return start, start
    return (
        boundary_before(text, first.start(), start),
        min(boundary_after(text, last.end(), start), end),
    )


def _is_between_ascii(text: str, position: int) -> bool:
    before, after = text[position - 1], text[position]
    return before < "\x80" and after < "\x80" and not (before == "\r" and after == "\n")
