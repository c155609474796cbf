"""Older Microsoft files, which are small file systems: Excel 97 workbooks and Outlook messages."""

import olefile

from owui_rag.adapters.extraction.formats.outlook import read_message
from owui_rag.adapters.extraction.source import Source, broken, encrypted
from owui_rag.domain.documents import Document, Unreadable

_OLDER = {"WordDocument": "Word", "PowerPoint Document": "PowerPoint"}


def read(source: Source) -> Document:
    """Return the text of a workbook or message; raise Unreadable for what is older or locked."""
    try:
        with olefile.OleFileIO(source.path) as file:
            if file.exists("EncryptedPackage"):
                raise encrypted("Office")
            if file.exists("__properties_version1.0"):
                return read_message(file, source)
            streams = [name for name in ("Workbook", "Book", *_OLDER) if file.exists(name)]
    except OSError:
        raise broken("Microsoft Office") from None
    if streams and streams[0] in {"Workbook", "Book"}:
        from owui_rag.adapters.extraction.formats import xls

        return xls.read(source)
    product = _OLDER.get(streams[0]) if streams else None
    if product is None:
        raise Unreadable("Files of this type cannot be read.", "unsupported")
    present = ".docx" if product == "Word" else ".pptx"
    raise Unreadable(
        f"This is a {product} document of the format before 2007. Save it as {present} or PDF, or connect an "
        "extraction engine such as Tika.",
        "unsupported",
    )
