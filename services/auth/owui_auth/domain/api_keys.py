"""API keys: how they are made, recognised and restricted."""

import hashlib
import secrets
from dataclasses import dataclass

KEYS_PER_USER = 100
PREFIX_CHARACTERS = 7
MARK = "sk-"


@dataclass(frozen=True, kw_only=True)
class ApiKey:
    """A key without its secret. Times are epoch seconds."""

    id: str
    user_id: str
    name: str
    prefix: str
    created_at: int
    expires_at: int | None = None
    last_used_at: int | None = None


def new_secret() -> str:
    """Return a fresh key: 128 random bits as 32 hexadecimal digits behind the mark."""
    return MARK + secrets.token_hex(16)


def digest(secret: str) -> bytes:
    """Return what is stored of a key. It has 128 random bits, so one round of SHA-256 is enough."""
    return hashlib.sha256(secret.encode()).digest()


def may_use(path: str, allowed_endpoints: str) -> bool:
    """Whether a restricted key may be used on a path.

    `allowed_endpoints` is a comma list; each entry opens itself and what lies below it. A path that
    another server might read differently (dot segments, empty segments, backslashes) is never open.
    """
    if not path.startswith("/") or "\\" in path or "//" in path:
        return False
    if any(segment in {".", ".."} for segment in path.split("/")):
        return False
    entries = (entry.strip().rstrip("/") for entry in allowed_endpoints.split(","))
    return any(entry and (path == entry or path.startswith(entry + "/")) for entry in entries)
