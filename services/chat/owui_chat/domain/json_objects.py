"""JSON objects that clients keep with what they own: checked as a whole, stored as they came."""

from typing import Any

import msgspec
from owui_chassis.errors import Invalid

from owui_chat.domain.conversation import join_members, parse_members
from owui_chat.domain.limits import checked_text

_NULL = b"null"


def object_text(raw: bytes, what: str, most_bytes: int) -> str | None:
    """Return a JSON object as text, None for none or null; raise Invalid for anything else."""
    if not raw or raw.strip() == _NULL:
        return None
    if len(raw) > most_bytes:
        raise Invalid(f"{what} is larger than {most_bytes} bytes", "too_large")
    text = checked_text(raw, what)
    read_object(text, what)
    return text


def read_object(text: str, what: str) -> dict[str, Any]:
    """Return the value of a JSON object; raise Invalid when it is none."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid(f"{what} must be a JSON object", "invalid_json") from None
    if not isinstance(value, dict):
        raise Invalid(f"{what} must be a JSON object", "invalid_json")
    return value


def merged(stored: str | None, sent: str | None, what: str, most_bytes: int) -> str | None:
    """Return a stored object with the members that were sent in place of its own; raise Invalid when it gets
    too large."""
    if stored is None or sent is None:
        return sent if stored is None else stored
    members = parse_members(stored.encode(), what)
    text = join_members(members | parse_members(sent.encode(), what))
    if len(text.encode()) > most_bytes:
        raise Invalid(f"{what} is larger than {most_bytes} bytes", "too_large")
    return text
