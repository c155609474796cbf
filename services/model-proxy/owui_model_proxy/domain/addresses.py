"""Addresses of providers: what may be connected to, and how they are named to people."""

from urllib.parse import unquote, urlsplit


def problem_of(url: str) -> str:
    """Say in a sentence why an address cannot be used; empty when it can."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port
    except ValueError:
        return "The address is not a URL."
    if parts.scheme not in {"http", "https"}:
        return "The address has to begin with http:// or https://."
    if not parts.hostname:
        return "The address names no host."
    if parts.username or parts.password:
        return "The address must not hold a password; use the key instead."
    if parts.query or parts.fragment:
        return "The address must not have a query or a fragment."
    return ""


def host_of(url: str) -> str:
    """Return host and port of an address, without anything that could be secret."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{port}"


def is_safe_path(path: str) -> bool:
    """Whether a path stays below the address it is appended to, however it is encoded."""
    decoded = path
    for _ in range(3):
        decoded = unquote(decoded)
    if any(ord(character) < 0x20 or character in "\\?#" for character in decoded):
        return False
    return not path.startswith("/") and all(part not in {"..", "."} for part in decoded.split("/"))
