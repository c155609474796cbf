"""Excel 97 workbooks."""

import io
from collections.abc import Iterator
from typing import Any

import xlrd

from owui_rag.adapters.extraction.formats.numbers import DAYS_BEFORE_1904, shown
from owui_rag.adapters.extraction.formats.xlsx import CellBudget
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.rows import record_lines
from owui_rag.adapters.extraction.source import Source, broken, encrypted
from owui_rag.domain.documents import Document


def read(source: Source) -> Document:
    """Return the rows of all sheets."""
    try:
        # Its warnings about files go to a log of its own.
        book = xlrd.open_workbook(source.path, on_demand=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        raise (encrypted("Excel") if "encrypted" in str(error) else broken("Excel")) from None
    manuscript = Manuscript(source.limits)
    budget = CellBudget(source.limits.cells)
    for name in book.sheet_names():
        manuscript.begin_page()
        for number, line in enumerate(record_lines(_rows(book.sheet_by_name(name), book.datemode, budget))):
            if number == 0:
                manuscript.add(f"## {name}")
            manuscript.add(line, "\n" if number else "\n\n")
        book.unload_sheet(name)
    return manuscript.document(is_markdown=True, format="xls", sheets=book.nsheets)


def _rows(sheet: Any, datemode: int, budget: CellBudget) -> Iterator[list[str]]:
    for index in range(sheet.nrows):
        row = sheet.row(index)
        budget.spend(len(row))
        yield [_value(cell, datemode) for cell in row]


def _value(cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
        # Workbooks of old Macs count their days from 1904.
        missing = DAYS_BEFORE_1904 if datemode else 0
        return shown(str(cell.value), is_date=cell.ctype == xlrd.XL_CELL_DATE, days_missing=missing)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "true" if cell.value else "false"
    return ""
