"""Pictures of models."""

import base64
import binascii
from html import escape

# What a browser would run as a document (SVG, HTML) is never served from what a person has stored.
_SAFE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


def stored_picture(url: object) -> tuple[str, bytes] | None:
    """Return content type and bytes of a picture kept as data URL; None for any other address."""
    if not isinstance(url, str):
        return None
    head, _, data = url.partition(",")
    content_type, _, encoding = head.removeprefix("data:").partition(";")
    if not head.startswith("data:") or encoding != "base64" or content_type not in _SAFE_TYPES:
        return None
    try:
        return content_type, base64.b64decode(data, validate=True)
    except binascii.Error:
        return None


def plain_picture(name: str) -> tuple[str, bytes]:
    """Return a round picture with the first letter of a name."""
    letter = escape((name.strip() or "?")[0].upper())
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<circle cx="32" cy="32" r="32" fill="#4b5563"/>'
        '<text x="32" y="43" font-family="sans-serif" font-size="32" text-anchor="middle" fill="#fff">'
        f"{letter}</text></svg>"
    )
    return "image/svg+xml", svg.encode()
