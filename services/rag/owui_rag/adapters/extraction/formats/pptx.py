"""Presentations: a page per slide, with its notes."""

from typing import Any

from owui_rag.adapters.extraction.archive import Archive
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.markup import (
    DRAWING,
    RELATIONS,
    SLIDES,
    main_part,
    parse,
    properties,
    relations,
)
from owui_rag.adapters.extraction.rows import markdown_table
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

_TITLES = frozenset({"title", "ctrTitle"})
# Dates, footers and numbers of slides say nothing about their slide.
_FURNITURE = frozenset({"dt", "ftr", "sldNum", "hdr"})


def read(source: Source) -> Document:
    """Return the slides in their order as Markdown."""
    with Archive(source, "PowerPoint") as archive:
        manuscript = Manuscript(source.limits)
        part = main_part(archive, "ppt/presentation.xml")
        targets = relations(archive, part)
        slides = [
            targets[reference.get(f"{RELATIONS}id")][1]
            for reference in parse(archive.read(part)).iter(f"{SLIDES}sldId")
            if reference.get(f"{RELATIONS}id") in targets
        ]
        for slide in slides:
            manuscript.begin_page()
            _add_slide(manuscript, archive, slide)
        return manuscript.document(**properties(archive), is_markdown=True, format="pptx", pages=len(slides))


def _add_slide(manuscript: Manuscript, archive: Archive, slide: str) -> None:
    for shape in parse(archive.read(slide)).iter(f"{SLIDES}sp", f"{DRAWING}tbl"):
        if shape.tag == f"{DRAWING}tbl":
            manuscript.add(_table(shape))
            continue
        role = _role(shape)
        if role not in _FURNITURE:
            text = _text(shape)
            manuscript.add(f"## {' '.join(text.split())}" if role in _TITLES and text else text)
    for kind, part in relations(archive, slide).values():
        if kind == "notesSlide" and part in archive.names:
            notes = [
                _text(shape)
                for shape in parse(archive.read(part)).iter(f"{SLIDES}sp")
                if _role(shape) == "body"
            ]
            text = "\n".join(filter(None, notes))
            manuscript.add(f"Notes: {text}" if text else "")


def _role(shape: Any) -> str:
    placeholder = shape.find(f"{SLIDES}nvSpPr/{SLIDES}nvPr/{SLIDES}ph")
    return placeholder.get("type", "body") if placeholder is not None else ""


def _text(shape: Any) -> str:
    lines = []
    for paragraph in shape.iter(f"{DRAWING}p"):
        text = "".join(
            "\n" if part.tag == f"{DRAWING}br" else part.text or ""
            for part in paragraph.iter(f"{DRAWING}t", f"{DRAWING}br")
        )
        if text.strip():
            lines.append(text.strip())
    return "\n".join(lines)


def _table(table: Any) -> str:
    return markdown_table(
        [[_text(cell) for cell in row.iter(f"{DRAWING}tc")] for row in table.iter(f"{DRAWING}tr")]
    )
