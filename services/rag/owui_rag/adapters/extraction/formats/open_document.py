"""OpenDocument texts, sheets and presentations."""

from collections.abc import Iterator
from typing import Any

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.formats.xlsx import CellBudget
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import parse, properties
from owui_rag.adapters.extraction.rows import markdown_table, record_lines
from owui_rag.adapters.extraction.source import Source, encrypted
from owui_rag.domain.documents import Document

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_PRESENTATION = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
_GAPS = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}
_MOST_REPEATED = 1000


def read(source: Source) -> Document:
    """Return the text as Markdown; sheets and slides are pages."""
    with Archive(source, "OpenDocument") as archive:
        if b"encryption-data" in (
            archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in archive.names else b""
        ):
            raise encrypted("OpenDocument")
        body = parse(archive.read("content.xml")).find(f"{_OFFICE}body")
        manuscript = Manuscript(source.limits)
        kinds = {child.tag: child for child in (body if body is not None else ())}
        if f"{_OFFICE}spreadsheet" in kinds:
            _add_sheets(manuscript, kinds[f"{_OFFICE}spreadsheet"], source)
        elif f"{_OFFICE}presentation" in kinds:
            for slide in kinds[f"{_OFFICE}presentation"].iter(f"{_DRAW}page"):
                manuscript.begin_page()
                _add_blocks(manuscript, slide)
        else:
            _add_blocks(manuscript, body)
        return manuscript.document(
            **properties(archive, "meta.xml"), is_markdown=True, format="open document"
        )


def _add_blocks(manuscript: Manuscript, parent: Any) -> None:
    """Add headings, paragraphs, items and tables wherever they stand."""
    stack = [iter(parent)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
        elif element.tag == f"{_TEXT}h":
            level = element.get(f"{_TEXT}outline-level", "1")
            text = " ".join(_text(element).split())
            manuscript.add(f"{'#' * min(int(level) if level.isdigit() else 1, 6)} {text}" if text else "")
        elif element.tag == f"{_TEXT}p":
            in_item = next(element.iterancestors(f"{_TEXT}list-item"), None) is not None
            text = _text(element)
            manuscript.add(f"- {text}" if in_item and text.strip() else text, "\n" if in_item else "\n\n")
        elif element.tag == f"{_TABLE}table":
            manuscript.add(markdown_table([list(row) for row in _rows(element, CellBudget(100_000))]))
        elif element.tag == f"{_PRESENTATION}notes":
            notes = "\n".join(filter(None, (_text(part) for part in element.iter(f"{_TEXT}p"))))
            manuscript.add(f"Notes: {notes}" if notes.strip() else "")
        elif element.tag not in {f"{_TEXT}tracked-changes", f"{_TEXT}sequence-decls"}:
            stack.append(iter(element))


def _add_sheets(manuscript: Manuscript, spreadsheet: Any, source: Source) -> None:
    budget = CellBudget(source.limits.cells)
    for table in spreadsheet.iter(f"{_TABLE}table"):
        manuscript.begin_page()
        for number, line in enumerate(record_lines(_rows(table, budget))):
            if number == 0:
                manuscript.add(f"## {table.get(f'{_TABLE}name', '')}")
            manuscript.add(line, "\n" if number else "\n\n")


def _rows(table: Any, budget: CellBudget) -> Iterator[list[str]]:
    for row in table.iter(f"{_TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iter(f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            text = " ".join(_text(part) for part in cell.iter(f"{_TEXT}p"))
            # Sheets end in one empty cell that is repeated to the edge.
            times = _repeated(cell, "columns") if text else min(_repeated(cell, "columns"), 64)
            budget.spend(times)
            cells.extend([text] * times)
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            for _ in range(_repeated(row, "rows")):
                budget.spend(len(cells))
                yield cells


def _repeated(element: Any, what: str) -> int:
    value = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return min(int(value), _MOST_REPEATED) if value.isdigit() else 1


def _text(paragraph: Any) -> str:
    """Return the text of a paragraph; a note follows it in brackets."""
    parts = [paragraph.text or ""]
    for element in paragraph.iterdescendants():
        if element.tag == f"{_TEXT}s":
            count = element.get(f"{_TEXT}c", "1")
            parts.append(" " * min(int(count) if count.isdigit() else 1, 100))
        elif element.tag == f"{_TEXT}note-body":
            parts.append(" (")
        parts.append(_GAPS.get(element.tag, ""))
        parts.extend((element.text or "", element.tail or ""))
        if element.tag == f"{_TEXT}note":
            parts.append("")
    return "".join(parts)
