"""Word documents: headings, lists, tables and notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import WORD, main_part, parse, properties, relations
from owui_rag.adapters.extraction.rows import markdown_table
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_SEPARATORS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Deleted text, the older form of a drawing beside its newer one, and codes of fields.
_SKIPPED = frozenset({f"{WORD}del", f"{WORD}moveFrom", f"{WORD}instrText"})
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read(source: Source) -> Document:
    """Return the text as Markdown, notes after it."""
    with Archive(source, "Word") as archive:
        part = main_part(archive, "word/document.xml")
        body = parse(archive.read(part)).find(f"{WORD}body")
        styles = _styles(archive)
        manuscript = Manuscript(source.limits)
        was_item = False
        for block in _blocks(body):
            text, is_item = _block(block, styles)
            manuscript.add(text, "\n" if is_item and was_item else "\n\n")
            was_item = is_item
        for kind in ("footnotes", "endnotes"):
            for note in _notes(archive, part, kind):
                manuscript.add(note)
        return manuscript.document(**properties(archive), is_markdown=True, format="docx")


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent if parent is not None else ():
        if child.tag in {f"{WORD}p", f"{WORD}tbl"}:
            yield child
        elif child.tag in {
            f"{WORD}sdt",
            f"{WORD}sdtContent",
            f"{WORD}ins",
            f"{WORD}customXml",
            f"{WORD}smartTag",
        }:
            yield from _blocks(child)


def _block(block: Any, styles: "Styles") -> tuple[str, bool]:
    """Return the Markdown of a paragraph or table, and whether it is an item of a list."""
    if block.tag == f"{WORD}tbl":
        return _table(block), False
    text = paragraph_text(block).strip()
    if not text:
        return "", False
    style = _value(block, f"{WORD}pPr/{WORD}pStyle")
    level = styles.levels.get(style, 0) or _outline(block)
    if level:
        return f"{'#' * min(level, 6)} {' '.join(text.split())}", False
    if style in styles.items or block.find(f"{WORD}pPr/{WORD}numPr") is not None:
        depth = _value(block, f"{WORD}pPr/{WORD}numPr/{WORD}ilvl") or styles.items.get(style, "")
        return f"{'  ' * min(int(depth) if depth.isdigit() else 0, 6)}- {text}", True
    return text, False


def paragraph_text(paragraph: Any) -> str:
    """Return the visible text of a paragraph, text boxes and formulas included."""
    parts: list[str] = []
    stack = [iter(paragraph)]
    while stack:
        element = next(stack[-1], None)
        if element is None:
            stack.pop()
            continue
        name = element.tag.rpartition("}")[2]
        if element.tag in _SKIPPED or element.tag == _FALLBACK:
            continue
        if name == "t":
            parts.append(element.text or "")
        elif name in {"footnoteReference", "endnoteReference"}:
            parts.append(f"[^{element.get(f'{WORD}id')}]")
        elif name == "p":
            parts.append("\n")
            stack.append(iter(element))
        elif name in _SEPARATORS and element.getparent().tag == f"{WORD}r":
            parts.append(_SEPARATORS[name])
        else:
            stack.append(iter(element))
    return "".join(parts)


def _table(table: Any) -> str:
    """Return a table; one inside a cell is text of that cell."""
    rows = []
    for row in table.iter(f"{WORD}tr"):
        if _owner(row, "tbl") is not table:
            continue
        cells = [cell for cell in row.iter(f"{WORD}tc") if _owner(cell, "tr") is row]
        rows.append([" ".join(paragraph_text(part) for part in cell.iter(f"{WORD}p")) for cell in cells])
    return markdown_table(rows)


def _owner(element: Any, name: str) -> Any:
    return next(element.iterancestors(f"{WORD}{name}"), None)


@dataclass(slots=True)
class Styles:
    """The levels of styles that make headings, and the depths of those that make items of lists."""

    levels: dict[str, int] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)


def _styles(archive: Archive) -> Styles:
    """Return what styles make of paragraphs, whatever the language of their names."""
    found = Styles()
    if "word/styles.xml" not in archive.names:
        return found
    for style in parse(archive.read("word/styles.xml")).iter(f"{WORD}style"):
        named = _HEADING.match(_value(style, f"{WORD}name"))
        outline = _outline(style)
        level = int(named[1]) if named else 1 if _value(style, f"{WORD}name").lower() == "title" else outline
        name = style.get(f"{WORD}styleId", "")
        if level:
            found.levels[name] = level
        elif style.find(f"{WORD}pPr/{WORD}numPr") is not None:
            found.items[name] = _value(style, f"{WORD}pPr/{WORD}numPr/{WORD}ilvl")
    return found


def _outline(element: Any) -> int:
    value = _value(element, f"{WORD}pPr/{WORD}outlineLvl")
    return int(value) + 1 if value.isdigit() and int(value) < 9 else 0


def _value(element: Any, path: str) -> str:
    found = element.find(path)
    return found.get(f"{WORD}val", "") if found is not None else ""


def _notes(archive: Archive, document: str, kind: str) -> Iterator[str]:
    for relation, part in relations(archive, document).values():
        if relation == kind and part in archive.names:
            for note in parse(archive.read(part)).iter(f"{WORD}{kind[:-1]}"):
                text = " ".join(paragraph_text(paragraph) for paragraph in note.iter(f"{WORD}p")).strip()
                if text:
                    yield f"[^{note.get(f'{WORD}id')}]: {text}"
