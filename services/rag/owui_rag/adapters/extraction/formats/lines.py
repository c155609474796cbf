"""Lines that were broken to fit a page, put together to paragraphs again."""

import re

# Marks that PDFium leaves where a word was broken at a line's end.
_BROKEN_WORD = re.compile("[\ufffe\x02\u00ad]\r?\n?")
_ITEM = re.compile(r"^\s*(?:[-•–*▪◦·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_TERMINATORS = '.!?:;…。！？"”'
_NARROWEST = 35  # characters: narrower columns are tables, addresses or poems


def reflow(text: str) -> str:
    """Join the lines of paragraphs; a short line that ends a sentence ends its paragraph."""
    lines = [line.rstrip() for line in _BROKEN_WORD.sub("", text).splitlines()]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return ""
    width = lengths[int(len(lengths) * 0.9)]
    if width < _NARROWEST:
        return "\n".join(lines)
    parts: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        parts.extend((line, _joint(line, following, width)))
    return "".join(parts).strip()


def _joint(line: str, following: str, width: int) -> str:
    """Return what stands between two lines."""
    if not line or not following:
        return "\n"
    is_full = len(line) >= width * 0.75
    ends = line[-1] in _TERMINATORS
    if _ITEM.match(following):
        return "\n"
    if is_full and not (ends and len(line) < width * 0.85):
        return " "
    if not ends and following[0].islower():
        return " "
    return "\n\n" if ends else "\n"
