"""Reading of answers whose shape a vendor may change, and plain text out of what it marks up."""

import html
import re
from collections.abc import Sequence
from typing import Any

from owui_rag.adapters.web.vendors import Vendor
from owui_rag.domain.web_pages import WebResult

MAXIMUM_TITLE = 300
MAXIMUM_SNIPPET = 4000
_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_SPACE = re.compile(r"\s+")


def list_in(vendor: Vendor, answer: Any, *path: str) -> list[Any]:
    """Return the list at a path of keys, empty where nothing is; raise Unavailable for another shape."""
    for key in path:
        if not isinstance(answer, dict):
            raise vendor.garbage()
        answer = answer.get(key)
        if answer is None:
            return []
    if not isinstance(answer, list):
        raise vendor.garbage()
    return answer


def results_in(
    entries: Sequence[Any],
    title: Sequence[str] = ("title",),
    url: Sequence[str] = ("url",),
    snippet: Sequence[str] = ("snippet",),
) -> list[WebResult]:
    """Turn entries into results by the first of their keys that has a text; leave out those without url."""
    return [
        result(_first(entry, title), address, _first(entry, snippet))
        for entry in entries
        if isinstance(entry, dict) and (address := _first(entry, url))
    ]


def result(title: str, url: str, snippet: str) -> WebResult:
    """Return a result whose texts are plain and bounded."""
    return WebResult(
        title=plain(title)[:MAXIMUM_TITLE] or url,
        url=url.strip(),
        snippet=plain(snippet)[:MAXIMUM_SNIPPET],
    )


def plain(text: str) -> str:
    """Return text without marks, entities and runs of white space."""
    return _SPACE.sub(" ", html.unescape(_TAG.sub("", text[: 8 * MAXIMUM_SNIPPET]))).strip()


def _first(entry: dict[str, Any], keys: Sequence[str]) -> str:
    for key in keys:
        value = entry.get(key)
        if isinstance(value, str) and value.strip():
            return value
    return ""
