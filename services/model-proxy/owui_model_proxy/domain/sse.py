"""Server-sent events as completions use them."""

from typing import Any

import orjson

DONE = b"data: [DONE]\n\n"
CONTENT_TYPE = "text/event-stream"


def event(value: Any) -> bytes:
    """Return one event with a JSON value."""
    return b"data: " + orjson.dumps(value) + b"\n\n"


def error_event(message: str, reason: str) -> bytes:
    """Return the event that ends a broken stream.

    The blank line before it closes a line that the provider left unfinished, so that the event is read.
    """
    return b"\n\n" + event({"error": {"message": message, "type": "provider_error", "code": reason}})
