"""Folders of files inside a knowledge base: paths such as "reports/2026", "" for the top."""

MAXIMUM_DEPTH = 32
MAXIMUM_LENGTH = 1024


class BadFolder(Exception):
    """No path of a folder; the message says why in a sentence."""


def folder_path(text: str) -> str:
    """Return a path in its one spelling; raise BadFolder."""
    parts = [part.strip() for part in text.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".")]
    if ".." in parts:
        raise BadFolder("A folder cannot lie outside of its knowledge base.")
    if len(parts) > MAXIMUM_DEPTH:
        raise BadFolder(f"Folders may lie {MAXIMUM_DEPTH} deep at most.")
    path = "/".join(parts)
    if len(path) > MAXIMUM_LENGTH:
        raise BadFolder(f"The path of a folder may have {MAXIMUM_LENGTH} characters at most.")
    if any(ord(character) < 32 for character in path):
        raise BadFolder("The path of a folder cannot hold control characters.")
    return path
