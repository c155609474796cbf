"""Reads the header lists of ASGI."""

from collections.abc import Iterable


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> bytes:
    """Return the first value of a header; empty when it is not there."""
    for key, value in headers:
        if key == name:
            return value
    return b""


def header_list(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[str]:
    """Return the parts of a comma-separated header, which may have been sent in several lines, in order."""
    lines = b",".join(value for key, value in headers if key == name).decode("latin-1")
    return [part.strip() for part in lines.split(",") if part.strip()]
