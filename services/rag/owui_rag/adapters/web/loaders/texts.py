"""Pages out of the answers of page readers."""

from typing import Any

from owui_chassis.errors import Invalid

from owui_rag.adapters.web.results import MAXIMUM_TITLE, plain
from owui_rag.adapters.web.vendors import Vendor
from owui_rag.domain.web_pages import FetchedPage

MARKDOWN = "text/markdown; charset=utf-8"
_KEPT = ("description", "language")


def part_in(entry: Any, key: str) -> Any:
    """Return a part of an entry, None where none is."""
    return entry.get(key) if isinstance(entry, dict) else None


def text_in(entry: Any, key: str) -> str:
    """Return a text of an entry, empty where none is."""
    text = part_in(entry, key)
    return text if isinstance(text, str) else ""


def page_of(vendor: Vendor, url: str, text: str, metadata: Any) -> FetchedPage:
    """Return a page with what its metadata says; raise Invalid when it has no text."""
    if not text.strip():
        raise Invalid(f"{vendor.name} found no text on this page.", "page_empty")
    # JSON can carry halves of characters, which no encoding has.
    body = text.encode("utf-8", "replace")
    kept = {key: plain(text_in(metadata, key))[:2000] for key in _KEPT if text_in(metadata, key)}
    title = plain(text_in(metadata, "title"))[:MAXIMUM_TITLE]
    return FetchedPage(url, MARKDOWN, body, title, kept)
