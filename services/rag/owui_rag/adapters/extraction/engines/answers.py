"""What engines answered, as documents."""

from collections.abc import Iterable

from owui_rag.adapters.extraction.limits import Limits
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.domain.documents import Document, Unreadable


def written(text: str, limits: Limits, *, engine: str, is_markdown: bool, title: str = "") -> Document:
    """Return a document without pages; raise Unreadable when it has no text or too much."""
    manuscript = Manuscript(limits)
    manuscript.add(text)
    return _filled(manuscript.document(title, is_markdown=is_markdown, engine=engine))


def paged(pages: Iterable[str], limits: Limits, *, engine: str) -> Document:
    """Return a document of Markdown pages; raise Unreadable when it has no text or too much."""
    manuscript = Manuscript(limits)
    count = 0
    for page in pages:
        manuscript.begin_page()
        manuscript.add(page)
        count += 1
    return _filled(manuscript.document(is_markdown=True, engine=engine, pages=count))


def _filled(document: Document) -> Document:
    if not document.text.strip():
        raise Unreadable("No text was found in the document.", "empty")
    return document
