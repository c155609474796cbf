"""Sessions and what their tokens say."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Session:
    """A sign-in. `id` is the token's `jti`; times are epoch seconds; `expires_at` is None for no end."""

    id: str
    user_id: str
    epoch: int
    created_at: int
    expires_at: int | None
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class TokenClaims:
    """What a verified token says."""

    user_id: str
    session_id: str
    epoch: int
