"""What a web server answered, and which answers are no pages."""

from dataclasses import dataclass

from owui_chassis.errors import Exhausted, Invalid, NotFound, Unavailable

_READABLE = frozenset({
    "",
    "application/atom+xml",
    "application/epub+zip",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/msword",
    "application/octet-stream",
    "application/pdf",
    "application/rss+xml",
    "application/rtf",
    "application/x-ndjson",
    "application/x-yaml",
    "application/xhtml+xml",
    "application/xml",
    "application/yaml",
    "message/rfc822",
})  # fmt: skip
_READABLE_BEGINNINGS = ("text/", "image/", "application/vnd.")
_READABLE_ENDINGS = ("+xml", "+json")


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer; `url` after redirects."""

    url: str
    content_type: str
    body: bytes


def check_status(host: str, status: int, retry_after: str = "") -> None:
    """Raise a ServiceError for a status that means no page came."""
    if 200 <= status < 300:
        return
    if status in {401, 403, 407, 451}:
        raise Invalid(f"{host} does not show this page to everybody (status {status}).", "page_forbidden")
    if status in {404, 410}:
        raise NotFound(f"{host} has no such page.", "page_not_found")
    seconds = float(retry_after) if retry_after.isdecimal() else None
    if status == 429:
        raise Exhausted(f"{host} answers no more requests for now.", "page_rate_limited", seconds)
    if status >= 500 or status == 408:
        raise Unavailable(f"{host} has a fault of its own (status {status}).", "page_unavailable", seconds)
    raise Invalid(f"{host} answered with status {status} instead of a page.", "page_status")


def check_content_type(content_type: str) -> None:
    """Raise Invalid for what holds no text, such as films and programs."""
    kind = content_type.partition(";")[0].strip().lower()
    if (
        kind in _READABLE
        or kind.startswith(_READABLE_BEGINNINGS)
        or kind.endswith(_READABLE_ENDINGS)
    ):  # fmt: skip
        return
    raise Invalid(f"A page of type {kind[:80]} cannot be read.", "page_type")
