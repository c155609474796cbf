"""PDF: the text of each page, of pictures too where there is an engine that recognises it."""

from typing import Any

import pypdfium2 as pdfium

from owui_rag.adapters.extraction.formats.lines import reflow
from owui_rag.adapters.extraction.formats.pdf_tables import page_text
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.ocr import Recognizer, recognizer
from owui_rag.adapters.extraction.source import Source, broken, encrypted
from owui_rag.domain.documents import Document, Unreadable

_PASSWORD = 4  # FPDF_ERR_PASSWORD
_SCALE = 2.0  # 144 dots per inch, enough for 8-point type
_FEW = 12  # characters: a page with fewer is a picture with at most a number


def read(source: Source) -> Document:
    """Return the text with the start of each page; metadata counts the pages that have none."""
    try:
        document = pdfium.PdfDocument(source.path)
    except pdfium.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower()
        raise (encrypted("PDF") if is_locked else broken("PDF")) from None
    try:
        return _read(document, source)
    finally:
        document.close()


def _read(document: Any, source: Source) -> Document:
    count = len(document)
    if count > source.limits.pages:
        raise Unreadable(f"The document has more than {source.limits.pages:,} pages.", "too_large")
    manuscript = Manuscript(source.limits)
    eyes = recognizer()
    recognized = without = 0
    for index in range(count):
        page = _open_page(document, index)
        text = _text(page)
        if len(text.strip()) < _FEW and eyes is not None and recognized < source.limits.ocr_pages:
            text = reflow(eyes(_picture(page))) or text
            recognized += 1
        elif eyes is not None and source.images:
            text = "\n\n".join([text, *map(reflow, _texts_of_images(page, eyes))])
        without += not text.strip()
        manuscript.begin_page()
        manuscript.add(text)
        if page is not None:
            page.close()
    metadata = document.get_metadata_dict(skip_empty=True)
    read = manuscript.document(
        metadata.get("Title", ""), format="pdf", pages=count, author=metadata.get("Author"),
        pages_without_text=without or None, pages_recognized=recognized or None,
    )  # fmt: skip
    if not read.text:
        raise _nothing_to_read(count, recognized)
    return read


def _nothing_to_read(count: int, recognized: int) -> Unreadable:
    remedy = (
        ""
        if recognized
        else " They look like scans: install text recognition (OCR) or connect an engine that has it."
    )
    return Unreadable(f"None of the {count:,} pages has text.{remedy}", "empty")


def _open_page(document: Any, index: int) -> Any:
    try:
        return document[index]
    except pdfium.PdfiumError:
        # One damaged page does not make the others worthless; it counts as a page without text.
        return None


def _text(page: Any) -> str:
    if page is None:
        return ""
    try:
        text_page = page.get_textpage()
    except pdfium.PdfiumError:
        return ""
    try:
        return page_text(text_page)
    finally:
        text_page.close()


def _picture(page: Any) -> Any:
    # A page may claim any size; its picture has at most about 4,000 by 4,000 points.
    scale = min(_SCALE, 4000 / max(*page.get_size(), 1))
    return page.render(scale=scale).to_numpy()


def _texts_of_images(page: Any, eyes: Recognizer) -> list[str]:
    images = page.get_objects(filter=(pdfium.raw.FPDF_PAGEOBJ_IMAGE,)) if page is not None else ()
    return [eyes(image.get_bitmap().to_numpy()) for image in images]
