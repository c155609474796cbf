"""Reads the conditions of a download: Range, If-Range, If-None-Match (RFC 9110)."""

import re
from dataclasses import dataclass

_SINGLE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.IGNORECASE)
# Larger numbers than any file is long, and than a field of a message can hold.
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Positions from `start` to `end` (excluded), or the last `suffix` bytes."""

    start: int | None = None
    end: int | None = None
    suffix: int | None = None


def range_of(header: str) -> ByteRange | None:
    """Return the one range that a header asks for; None for no header, several ranges or other units.

    What is not understood is ignored, and the whole file is given, as the standard wants.
    """
    found = _SINGLE.fullmatch(header.strip())
    if found is None or max(len(number) for number in found.groups()) > _MOST_DIGITS:
        return None
    first, last = found.groups()
    if not first:
        return ByteRange(suffix=int(last)) if last else None
    if last and int(last) < int(first):
        return None
    return ByteRange(int(first), int(last) + 1 if last else None)


def matches(header: str, etag: str) -> bool:
    """Whether an If-None-Match names an etag (without its quotation marks)."""
    names = [name.strip().removeprefix("W/") for name in header.split(",")]
    return "*" in names or f'"{etag}"' in names
