"""What kind of document a file is, by its content first and its name second."""

import re
import zipfile
from codecs import getincrementaldecoder
from pathlib import Path

from owui_rag.adapters.extraction.source import Source, broken

_HEAD = 8192

_SIGNATURES = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
)
_BY_EXTENSION = {
    "md": "markdown", "markdown": "markdown", "mdx": "markdown", "mkd": "markdown",
    "html": "html", "htm": "html", "xhtml": "html", "shtml": "html",
    "csv": "table", "tsv": "table", "tab": "table",
    "json": "json", "jsonl": "json", "ndjson": "json", "geojson": "json", "ipynb": "notebook",
    "xml": "xml", "rss": "xml", "atom": "xml", "xsd": "xml",
    "eml": "mail", "mht": "mail", "mhtml": "mail",
    "srt": "transcript", "vtt": "transcript", "srv1": "transcript", "srv3": "transcript",
}  # fmt: skip
_BY_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/csv": "table",
    "text/tab-separated-values": "table",
    "application/json": "json",
    "application/x-ndjson": "json",
    "application/x-ipynb+json": "notebook",
    "application/xml": "xml",
    "text/xml": "xml",
    "message/rfc822": "mail",
    "text/vtt": "transcript",
    "application/x-subrip": "transcript",
}
_PAGES = {"text/html", "application/xhtml+xml"}
# What begins like a page and is source code all the same. Any other ending says nothing against a page:
# titles and hosts, after which fetched pages are named, have endings of all kinds.
_TEMPLATES = frozenset({
    "php", "phtml", "asp", "aspx", "ascx", "cshtml", "vbhtml", "razor", "jsp", "jspx", "jsf", "ftl", "vm",
    "erb", "rhtml", "ejs", "hbs", "handlebars", "mustache", "njk", "nunjucks", "twig", "liquid", "j2",
    "jinja", "jinja2", "tmpl", "tpl", "gotmpl", "gohtml", "templ", "heex", "eex", "leex", "mako", "thtml",
    "vue", "svelte", "astro", "riot", "marko", "pug", "cfm", "cfml", "xsl", "xslt", "svg", "js", "mjs", "ts",
    "jsx", "tsx", "py", "rb", "java",
})  # fmt: skip
# Office on the web numbers the parts of some documents.
_BY_ENTRY = (
    (re.compile(r"word/document\d*\.xml"), "docx"),
    (re.compile(r"ppt/presentation\d*\.xml"), "pptx"),
    (re.compile(r"xl/workbook\d*\.xml"), "xlsx"),
    (re.compile(r"META-INF/container\.xml"), "epub"),
)
_TRANSCRIPTS = (b'"wiremagic"', b"<timedtext", b"<transcript")  # what YouTube gives
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."


def kind_of(source: Source) -> str:
    """Return the name of a reader in `reading.READERS`, or "unknown".

    Raises Unreadable for a broken archive.
    """
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(source.path)
    kind = _kind_by_signature(head)
    if kind is not None:
        return kind
    return "unknown" if is_binary(head) else _kind_of_text(source, head)


def _kind_by_signature(head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image"
    for signature, kind in _SIGNATURES:
        # "BM" and the like also begin texts.
        if head.startswith(signature) and (kind != "image" or is_binary(head)):
            return kind
    return None


def is_binary(head: bytes) -> bool:
    """Whether bytes are no text in any usual encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or not head:
        return False
    # UTF-16 of Western text has a zero in every other byte, on one side only.
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) * 0.3 and min(even, odd) < len(head) * 0.02:
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1b\x08" for byte in head)
    try:
        getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return b"\x00" in head or controls > len(head) * 0.01
    return controls > len(head) * 0.1


def _kind_of_text(source: Source, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    kind = _BY_EXTENSION.get(source.extension)
    said = source.content_type.partition(";")[0].strip().lower()
    if kind is None and source.extension in {"", "txt", "bin"}:
        kind = _BY_TYPE.get(said)
    is_page = said in _PAGES or start.startswith((b"<!doctype html", b"<html"))
    if is_page and source.extension not in {*_BY_EXTENSION, *_TEMPLATES}:
        kind = "html"
    if kind in {"json", "xml"} and any(mark in start for mark in _TRANSCRIPTS):
        return "transcript"
    return kind or "text"


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            mimetype = b""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                mimetype = archive.read("mimetype")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise broken("Office or EPUB") from None
    if mimetype.startswith(_OPEN_DOCUMENT):
        return "open_document"
    return next((kind for entry, kind in _BY_ENTRY if any(map(entry.fullmatch, names))), "unknown")
