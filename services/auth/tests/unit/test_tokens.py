"""Session tokens: what is remembered of them makes none good."""

import time

import pytest
from jose import jwt
from owui_auth.adapters.tokens import JwtTokens
from owui_auth.domain.sessions import Session, TokenClaims
from owui_chassis.errors import Unauthenticated

SESSION_ID = "0123456789abcdef0123456789abcdef"


def session(expires_at: int | None = None) -> Session:
    """Return a session."""
    return Session(
        id=SESSION_ID,
        user_id="u",
        epoch=3,
        created_at=1,
        expires_at=expires_at,
        address="",
        user_agent="",
    )


class TestVerify:
    def test_says_what_was_signed_each_time(self) -> None:
        tokens = JwtTokens("secret")
        token = tokens.sign(session())
        assert [tokens.verify(token) for _ in range(2)] == [TokenClaims("u", SESSION_ID, 3)] * 2

    def test_refuses_a_remembered_token_after_its_end(self) -> None:
        now = time.time()
        tokens = JwtTokens("secret", clock=lambda: now)
        token = tokens.sign(session(expires_at=int(now) + 60))
        tokens.verify(token)
        now += 62
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                tokens.verify(token)

    def test_refuses_a_foreign_signature_each_time(self) -> None:
        tokens = JwtTokens("secret")
        token = tokens.sign(session())
        tokens.verify(token)
        forged = JwtTokens("other").sign(session())
        for worthless in (forged, token[:-2], f"{token}x", ""):
            for _ in range(2):
                with pytest.raises(Unauthenticated):
                    tokens.verify(worthless)

    def test_refuses_our_signature_below_other_claims(self) -> None:
        tokens = JwtTokens("secret")
        for claims in ({}, {"id": "u", "jti": "short", "epoch": 1}, {"id": 1, "jti": SESSION_ID, "epoch": 1}):
            with pytest.raises(Unauthenticated):
                tokens.verify(jwt.encode(claims, "secret", algorithm="HS256"))
