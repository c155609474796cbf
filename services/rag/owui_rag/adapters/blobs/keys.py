"""What a key may look like, so that none means a place outside of its store."""

import re

from owui_chassis.errors import Invalid

# Two to four parts; none begins with a dot, so "..", hidden files and our own temporary ones are out.
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){1,3}")


def checked(key: str) -> str:
    """Return a key; raise Invalid for what is none."""
    if not _KEY.fullmatch(key):
        raise Invalid("This is no key of a file", "blob_key_invalid")
    return key
