"""Pictures: the text in them."""

from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.ocr import recognizer
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document, Unreadable


def read(source: Source) -> Document:
    """Return the recognised text; raise Unreadable where nothing can recognise it."""
    eyes = recognizer()
    if eyes is None:
        raise Unreadable(
            "Text in pictures can be read only where text recognition (OCR) is installed or an extraction "
            "engine with OCR is connected.",
            "unsupported",
        )
    manuscript = Manuscript(source.limits)
    manuscript.add(eyes(str(source.path)))
    return manuscript.document(format="image")
