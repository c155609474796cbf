"""Excel workbooks: a page per sheet, a line per row with the names of the columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.formats.numbers import DAYS_BEFORE_1904, date_styles, shown
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import (
    RELATIONS,
    SAFE,
    SHEETS,
    main_part,
    parse,
    properties,
    relations,
)
from owui_rag.adapters.extraction.rows import record_lines
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable

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
        workbook = main_part(archive, "xl/workbook.xml")
        root = parse(archive.read(workbook))
        book = _Book(_shared_texts(archive, budget), _date_styles(archive), _days_missing(root))
        sheets = list(_sheets(archive, workbook, root))
        for name, part in sheets:
            manuscript.begin_page()
            for number, line in enumerate(record_lines(_rows(archive, part, book, budget))):
                if number == 0:
                    manuscript.add(f"## {name}")
                manuscript.add(line, "\n" if number else "\n\n")
        return manuscript.document(**properties(archive), is_markdown=True, format="xlsx", sheets=len(sheets))


def _sheets(archive: Archive, workbook: str, root: Any) -> Iterator[tuple[str, str]]:
    targets = relations(archive, workbook)
    for sheet in root.iter(f"{SHEETS}sheet"):
        kind, part = targets.get(sheet.get(f"{RELATIONS}id", ""), ("", ""))
        if kind == "worksheet" and part in archive.names:
            yield sheet.get("name", ""), part


def _shared_texts(archive: Archive, budget: CellBudget) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    found: list[str] = []
    with archive.open("xl/sharedStrings.xml") as entry:
        for _, item in etree.iterparse(entry, tag=f"{SHEETS}si", **SAFE):
            found.append(_text(item))
            _forget(item)
            # Cells pay for themselves; this bounds a list of texts that no cell shows.
            budget.check(len(found))
    return found


def _date_styles(archive: Archive) -> frozenset[int]:
    path = "xl/styles.xml"
    return date_styles(parse(archive.read(path))) if path in archive.names else frozenset()


def _days_missing(workbook: Any) -> int:
    """Return the days before the first one of a workbook: those of old Macs count from 1904."""
    properties = workbook.find(f"{SHEETS}workbookPr")
    return DAYS_BEFORE_1904 if properties is not None and properties.get("date1904") in {"1", "true"} else 0


def _rows(archive: Archive, part: str, book: "_Book", budget: CellBudget) -> Iterator[list[str]]:
    with archive.open(part) as entry:
        for _, row in etree.iterparse(entry, tag=f"{SHEETS}row", **SAFE):
            cells: list[str] = []
            budget.spend(len(row))
            for cell in row.iter(f"{SHEETS}c"):
                column = _column(cell.get("r", ""), len(cells))
                cells.extend([""] * (column - len(cells)))
                cells.append(book.value(cell))
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


def _text(item: Any) -> str:
    """Return the text of all runs of an item; how Japanese is pronounced is no part of it."""
    return "".join(
        part.text or "" for part in item.iter(f"{SHEETS}t") if not part.getparent().tag.endswith("}rPh")
    )


@dataclass(frozen=True, slots=True)
class _Book:
    """What the cells of a workbook refer to."""

    texts: list[str]
    date_styles: frozenset[int]
    days_missing: int

    def value(self, cell: Any) -> str:
        """Return a cell as people see it."""
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _text(cell)
        value = cell.findtext(f"{SHEETS}v") or ""
        if kind == "s":
            return self.texts[int(value)] if value.isdigit() and int(value) < len(self.texts) else ""
        if kind == "b":
            return "true" if value == "1" else "false"
        if kind == "n":
            style = cell.get("s", "0")
            is_date = style.isdigit() and int(style) in self.date_styles
            return shown(value, is_date=is_date, days_missing=self.days_missing)
        return value
