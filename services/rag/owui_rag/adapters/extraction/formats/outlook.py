"""Outlook messages (.msg)."""

from typing import Any

from owui_rag.adapters.extraction.formats.message import add_message
from owui_rag.adapters.extraction.manuscript import Manuscript
from owui_rag.adapters.extraction.source import Source
from owui_rag.domain.documents import Document

# Numbers of properties, as MS-OXPROPS lists them.
_SUBJECT, _FROM, _TO, _CC, _BODY, _HTML, _FILENAME, _LONG_FILENAME = (
    "0037", "0C1A", "0E04", "0E03", "1000", "1013", "3704", "3707",
)  # fmt: skip
_LARGEST = 64 * 1024 * 1024


def read_message(file: Any, source: Source) -> Document:
    """Return the head, the body and the names of the attachments of an opened message."""
    attachments = [
        _text(file, _LONG_FILENAME, entry[0]) or _text(file, _FILENAME, entry[0])
        for entry in file.listdir(streams=False, storages=True)
        if len(entry) == 1 and entry[0].startswith("__attach_version1.0_")
    ]
    manuscript = Manuscript(source.limits)
    subject = _text(file, _SUBJECT)
    head = [
        ("From", _text(file, _FROM)),
        ("To", _text(file, _TO)),
        ("Cc", _text(file, _CC)),
        ("Subject", subject),
    ]
    add_message(manuscript, head, _text(file, _BODY), _stream(file, f"__substg1.0_{_HTML}0102"), attachments)
    return manuscript.document(subject, is_markdown=True, format="msg", attachments=len(attachments) or None)


def _text(file: Any, number: str, storage: str = "") -> str:
    """Return a property as text: type 001F is UTF-16, 001E an encoding of eight bits."""
    wide = _stream(file, f"__substg1.0_{number}001F", storage)
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    narrow = _stream(file, f"__substg1.0_{number}001E", storage)
    return narrow.decode("cp1252", "replace").rstrip("\0")


def _stream(file: Any, name: str, storage: str = "") -> bytes:
    path = [storage, name] if storage else [name]
    return bytes(file.openstream(path).read(_LARGEST)) if file.exists(path) else b""
