"""Rich Text Format."""

from striprtf.striprtf import rtf_to_text

from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document


def read(source: Source) -> Document:
    """Return the text of the paragraphs."""
    manuscript = Manuscript(source.limits)
    text: str = rtf_to_text(source.read().decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]  # has no types
    manuscript.add(text)
    return manuscript.document(format="rtf")
