"""What kind of thing some bytes are: the bytes decide, names and claims only where the bytes are silent."""

import mimetypes

import filetype

SNIFFED_BYTES = 8192
_ARCHIVES = {"application/zip", "application/x-ole-storage"}
_PLAIN = "text/plain"
_UNKNOWN = "application/octet-stream"
# Formats that are text themselves. What begins like another one by chance, with "BM" or "ID3", is none.
_WRITTEN = {"application/pdf", "application/rtf"}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\b\x1b")) + b"\x7f"
# Kinds of text that Python's table lacks or names differently on different machines.
_TEXTS = {
    "md": "text/markdown",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/json",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "html": "text/html",
    "htm": "text/html",
    "svg": "image/svg+xml",
    "eml": "message/rfc822",
    "rtf": "application/rtf",
}
_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "epub": "application/epub+zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
}


def content_type_of(beginning: bytes, extension: str, claimed: str) -> str:
    """Return the content type of a file by its first bytes (8 KiB are plenty)."""
    found = filetype.guess_mime(beginning)
    if found not in _WRITTEN and _is_printable(beginning):
        found = None
    if found in _ARCHIVES and extension in _OFFICE:
        return _OFFICE[extension]
    if found:
        return str(found)
    if not _is_text(beginning):
        known = _OFFICE.get(extension)
        return known or _UNKNOWN
    if _looks_like_html(beginning):
        return "text/html"
    guessed = _TEXTS.get(extension) or mimetypes.types_map.get(f".{extension}", "")
    if guessed.startswith("text/") or guessed in _TEXTS.values():
        return guessed
    claimed = claimed.partition(";")[0].strip().lower()
    return claimed if claimed.startswith("text/") and claimed.isascii() and len(claimed) < 100 else _PLAIN


def _is_printable(beginning: bytes) -> bool:
    """Whether no byte tells that this is no text; formats that begin beyond ASCII are sure anyway."""
    return beginning[:2].isascii() and beginning.translate(None, _CONTROLS) == beginning


def _is_text(beginning: bytes) -> bool:
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    return b"\x00" not in beginning


def _looks_like_html(beginning: bytes) -> bool:
    start = beginning.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<iframe"))
