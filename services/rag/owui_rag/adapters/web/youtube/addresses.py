"""All forms of the address of a video."""

import re
from urllib.parse import parse_qs, urlsplit

_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_HOSTS = frozenset({
    "youtube.com",
    "www.youtube.com",
    "m.youtube.com",
    "music.youtube.com",
    "gaming.youtube.com",
    "youtube-nocookie.com",
    "www.youtube-nocookie.com",
})  # fmt: skip
_BEFORE_ID = frozenset({"embed", "e", "v", "vi", "shorts", "live", "watch"})


def video_of(url: str) -> str:
    """Return the id of the video that an address shows, empty for any other address."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"}:
        return ""
    steps = [step for step in parts.path.split("/") if step]
    candidate = ""
    if host in {"youtu.be", "www.youtu.be"}:
        candidate = steps[0] if steps else ""
    elif host in _HOSTS and steps:
        if steps[0] == "watch" and "v" in parse_qs(parts.query):
            candidate = parse_qs(parts.query)["v"][0]
        elif steps[0] in {"attribution_link", "oembed"}:
            return _nested(parts.query)
        elif steps[0] in _BEFORE_ID and len(steps) > 1:
            candidate = steps[1]
    return candidate if _ID.fullmatch(candidate) else ""


def _nested(query: str) -> str:
    """Return the video of an address that stands inside another one."""
    values = parse_qs(query)
    inner = next(iter(values.get("u", []) + values.get("url", [])), "")
    if "attribution_link" in inner or "oembed" in inner:
        return ""
    return video_of(f"https://www.youtube.com{inner}" if inner.startswith("/") else inner)
