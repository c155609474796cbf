"""The text of a page of a PDF: its paragraphs put together again, its tables found by the gaps in lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from ctypes import c_double
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium

from owui_rag.adapters.extraction.formats.lines import reflow
from owui_rag.adapters.extraction.rows import markdown_table

# Gaps are measured in heights of letters: spaces, also of justified lines, are narrower than this.
_GAP = 1.4
_FARTHEST = 2.5  # heights of a line between two rows: what is farther apart is a heading, or another table
_LONGEST_CELL = 60  # characters on average: text in columns has longer ones than tables
_MOST_ROWS = 500
_MARK = re.compile(r"[-•–*▪◦·o]|\(?\d{1,3}[.)]|\(?[a-z][.)]")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line that is set apart from the others."""

    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page from `bottom` to `top`, which grows upwards."""

    text: str
    cells: Sequence[Cell]
    bottom: float = 0.0
    top: float = 0.0


def page_text(page: Any) -> str:
    """Return the text of a page of PDFium, tables as Markdown."""
    if not _has_gaps(page):
        return reflow(str(page.get_text_bounded(errors="replace")))
    parts = []
    prose: list[str] = []
    for block in blocks(_whole(_lines(page))):
        if isinstance(block, Line):
            prose.append(block.text)
            continue
        parts += [reflow("\n".join(prose)), markdown_table(block)]
        prose = []
    return "\n\n".join(part for part in (*parts, reflow("\n".join(prose))) if part)


def blocks(lines: Sequence[Line]) -> Iterator[Line | list[list[str]]]:
    """Give the lines in their order, those of a table together as rows of cells."""
    index = 0
    while index < len(lines):
        table = _table_at(lines, index)
        if table is None:
            yield lines[index]
            index += 1
        else:
            yield table
            index += len(table)


def _table_at(lines: Sequence[Line], first: int) -> list[list[str]] | None:
    """Return the rows of the table that begins with a line; None when none does."""
    columns: list[tuple[float, float]] = []
    last = first
    for index in range(first, min(len(lines), first + _MOST_ROWS)):
        cells = lines[index].cells
        wider = _merged([*columns, *((cell.left, cell.right) for cell in cells)])
        # A line that joins columns of those before it is no row of the same table.
        if len(wider) < max(len(columns), len(cells)) or (
            index > first and _is_apart(*lines[index - 1 : index + 1])
        ):
            break
        if len(cells) > 1:
            last = index + 1
        elif not cells or index > last or index == first or len(wider) > len(columns):
            # A lone cell belongs to a table when the next row has more again.
            break
        columns = wider
    rows = lines[first:last]
    columns = _merged([(cell.left, cell.right) for row in rows for cell in row.cells])
    return _rows(rows, columns) if _is_table(rows, columns) else None


def _is_apart(line: Line, following: Line) -> bool:
    height = max(line.top - line.bottom, following.top - following.bottom)
    return not -height < line.bottom - following.top < _FARTHEST * height


def _is_table(rows: Sequence[Line], columns: Sequence[Any]) -> bool:
    full = sum(len(row.cells) > 1 for row in rows)
    if len(columns) < 2 or full < (2 if len(columns) > 2 else 3):
        return False
    cells = [cell for row in rows for cell in row.cells]
    if sum(len(cell.text) for cell in cells) > len(cells) * _LONGEST_CELL:
        return False
    # Items of a list are set apart from their marks.
    return len(columns) > 2 or not all(
        _MARK.fullmatch(row.cells[0].text) for row in rows if len(row.cells) > 1
    )


def _rows(rows: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    return [
        [
            " ".join(cell.text for cell in row.cells if left <= cell.left and cell.right <= right)
            for left, right in columns
        ]
        for row in rows
    ]


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return spans from left to right, those that overlap as one."""
    found: list[tuple[float, float]] = []
    for left, right in sorted(spans):
        if found and left < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    return found


def _has_gaps(page: Any) -> bool:
    """Whether a page may have a table: looking at each letter takes much longer than this."""
    boxes = [page.get_rect(index) for index in range(page.count_rects())]
    return any(
        after[0] - before[2] > _GAP * min(before[3] - before[1], after[3] - after[1])
        and min(before[3], after[3]) > max(before[1], after[1])
        for before, after in pairwise(boxes)
    )


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    left: float
    right: float
    bottom: float
    top: float


def _lines(page: Any) -> Iterator[Line]:
    left, right, bottom, top = (c_double() for _ in range(4))
    letters: list[_Letter] = []
    for index in range(page.count_chars()):
        text = chr(pdfium.raw.FPDFText_GetUnicode(page, index))
        if text not in "\r\n":
            pdfium.raw.FPDFText_GetCharBox(page, index, left, right, bottom, top)
            letters.append(_Letter(text, left.value, right.value, bottom.value, top.value))
        elif letters:
            yield _line(letters)
            letters = []
    if letters:
        yield _line(letters)


def _whole(lines: Iterable[Line]) -> list[Line]:
    """Put lines together that PDFium has broken, which it does where a cell is but a letter."""
    found: list[Line] = []
    for line in lines:
        if found and _goes_on(found[-1], line):
            found.append(_together(found.pop(), line))
        else:
            found.append(line)
    return found


def _together(line: Line, following: Line) -> Line:
    bottom, top = min(line.bottom, following.bottom), max(line.top, following.top)
    return Line(f"{line.text} {following.text}", [*line.cells, *following.cells], bottom, top)


def _goes_on(line: Line, following: Line) -> bool:
    if not line.cells or not following.cells or following.cells[0].left <= line.cells[-1].right:
        return False
    common = min(line.top, following.top) - max(line.bottom, following.bottom)
    return common > 0.5 * min(line.top - line.bottom, following.top - following.bottom)


def _line(letters: Sequence[_Letter]) -> Line:
    visible = [index for index, letter in enumerate(letters) if not letter.text.isspace()]
    if not visible:
        return Line(_joined(letters), ())
    gap = _GAP * max(letters[index].top - letters[index].bottom for index in visible)
    cells: list[Cell] = []
    begin = visible[0]
    for index, following in pairwise([*visible, len(letters)]):
        if following == len(letters) or letters[following].left - letters[index].right > gap:
            cells.append(_cell(letters[begin : index + 1]))
            begin = following
    bottom = min(letters[index].bottom for index in visible)
    return Line(_joined(letters), cells, bottom, max(letters[index].top for index in visible))


def _cell(letters: Sequence[_Letter]) -> Cell:
    visible = [letter for letter in letters if not letter.text.isspace()]
    left, right = min(letter.left for letter in visible), max(letter.right for letter in visible)
    return Cell(left, right, _joined(letters))


def _joined(letters: Sequence[_Letter]) -> str:
    """Return letters as text; PDFium gives those beyond U+FFFF in two halves."""
    text = "".join(letter.text for letter in letters)
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
