"""Excel workbooks: a page per sheet, a line per row with the names of the columns."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.formats.numbers import date_styles, shown
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import RELATIONS, SAFE, SHEETS, parse, properties, relations
from owui_rag.adapters.extraction.rows import record_lines
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable

_WORKBOOK = "xl/workbook.xml"
_WIDEST = 16_384  # columns of the format


class CellBudget:
    """Counts the cells of a workbook."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._left = limit

    def check(self, cells: int) -> None:
        """Raise Unreadable for a number that is more than all cells there may be."""
        if cells > self._limit:
            raise self._refusal()

    def spend(self, cells: int) -> None:
        """Count cells; raise Unreadable when there are more than may be."""
        self._left -= cells
        if self._left < 0:
            raise self._refusal()

    def _refusal(self) -> Unreadable:
        return Unreadable(
            f"The workbook has more than {self._limit:,} cells. Export the part that matters as CSV.",
            "too_large",
        )


def read(source: Source) -> Document:
    """Return the rows of all sheets; formulas by the values that were stored with them."""
    with Archive(source, "Excel") as archive:
        manuscript = Manuscript(source.limits)
        budget = CellBudget(source.limits.cells)
        texts = _shared_texts(archive, budget)
        styles = (
            date_styles(parse(archive.read("xl/styles.xml")))
            if "xl/styles.xml" in archive.names
            else frozenset()
        )
        sheets = list(_sheets(archive))
        for name, part in sheets:
            manuscript.begin_page()
            for number, line in enumerate(record_lines(_rows(archive, part, texts, styles, budget))):
                if number == 0:
                    manuscript.add(f"## {name}")
                manuscript.add(line, "\n" if number else "\n\n")
        return manuscript.document(**properties(archive), is_markdown=True, format="xlsx", sheets=len(sheets))


def _sheets(archive: Archive) -> Iterator[tuple[str, str]]:
    targets = relations(archive, _WORKBOOK)
    for sheet in parse(archive.read(_WORKBOOK)).iter(f"{SHEETS}sheet"):
        kind, part = targets.get(sheet.get(f"{RELATIONS}id", ""), ("", ""))
        if kind == "worksheet" and part in archive.names:
            yield sheet.get("name", ""), part


def _shared_texts(archive: Archive, budget: CellBudget) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    found: list[str] = []
    with archive.open("xl/sharedStrings.xml") as entry:
        for _, item in etree.iterparse(entry, tag=f"{SHEETS}si", **SAFE):
            found.append("".join(part.text or "" for part in item.iter(f"{SHEETS}t")))
            _forget(item)
            # Cells pay for themselves; this bounds a list of texts that no cell shows.
            budget.check(len(found))
    return found


def _rows(
    archive: Archive, part: str, texts: list[str], styles: frozenset[int], budget: CellBudget
) -> Iterator[list[str]]:
    with archive.open(part) as entry:
        for _, row in etree.iterparse(entry, tag=f"{SHEETS}row", **SAFE):
            cells: list[str] = []
            budget.spend(len(row))
            for cell in row.iter(f"{SHEETS}c"):
                column = _column(cell.get("r", ""), len(cells))
                cells.extend([""] * (column - len(cells)))
                cells.append(_value(cell, texts, styles))
            _forget(row)
            # Places that are skipped cost time and memory too: a cell at the right edge makes 16,000 of them.
            budget.spend(len(cells) // 8)
            yield cells


def _forget(element: Any) -> None:
    """Free an element that was read, and those before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _column(reference: str, default: int) -> int:
    """Return the index of the column in a reference such as "AB12"."""
    index = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        index = index * 26 + ord(letter) - 64
    return max(min(index, _WIDEST) - 1, default) if index else default


def _value(cell: Any, texts: list[str], styles: frozenset[int]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return "".join(part.text or "" for part in cell.iter(f"{SHEETS}t"))
    value = cell.findtext(f"{SHEETS}v") or ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind == "n":
        style = cell.get("s", "0")
        return shown(value, is_date=style.isdigit() and int(style) in styles)
    return value
