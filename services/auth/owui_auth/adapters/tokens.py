"""Session tokens: JSON Web Tokens signed with HS256 and nothing else."""

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from jose import JWTError, jwt
from owui_chassis.errors import Unauthenticated

from owui_auth.domain.sessions import Session, TokenClaims

ALGORITHM = "HS256"
_TOKEN_CHARACTERS = 4096
_REMEMBERED_TOKENS = 4096
_SESSION_ID = re.compile("[0-9a-f]{32}")


class JwtTokens:
    """Signs and verifies session tokens with the deployment's secret."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock
        # A token is asked about again every few seconds. What it says and its signature do not change; its
        # end is looked at each time. Only our own tokens get here.
        self._verified: OrderedDict[str, tuple[TokenClaims, float]] = OrderedDict()

    def sign(self, session: Session) -> str:
        """Return the token of a session; always the same one, so it need not be stored."""
        claims: dict[str, Any] = {
            "id": session.user_id,
            "jti": session.id,
            "iat": session.created_at,
            "epoch": session.epoch,
        }
        if session.expires_at is not None:
            claims["exp"] = session.expires_at
        return jwt.encode(claims, self._secret, algorithm=ALGORITHM)

    def verify(self, token: str) -> TokenClaims:
        """Return what a token says; raise Unauthenticated for any that is not ours or has ended."""
        found = self._verified.get(token)
        if found is None:
            found = self._verified[token] = self._open(token)
            if len(self._verified) > _REMEMBERED_TOKENS:
                self._verified.popitem(last=False)
        claims, end = found
        if end < int(self._clock()):
            self._verified.pop(token, None)
            raise _refused()
        return claims

    def _open(self, token: str) -> tuple[TokenClaims, float]:
        if len(token) > _TOKEN_CHARACTERS:
            raise _refused()
        try:
            # The list of algorithms is what keeps "none" and keys of another kind out.
            claims = jwt.decode(token, self._secret, algorithms=[ALGORITHM])
        except (JWTError, ValueError, TypeError, RecursionError):
            raise _refused() from None
        user_id, session_id, epoch = claims.get("id"), claims.get("jti"), claims.get("epoch")
        if not isinstance(user_id, str) or not isinstance(session_id, str) or not isinstance(epoch, int):
            raise _refused()
        if not _SESSION_ID.fullmatch(session_id):
            raise _refused()
        end = int(claims["exp"]) if "exp" in claims else math.inf
        return TokenClaims(user_id, session_id, epoch), end


def _refused() -> Unauthenticated:
    return Unauthenticated("401 Unauthorized", "invalid_token")
