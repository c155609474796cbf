"""The signed token that tells a service who is asking, so that no service has to ask auth again."""

import base64
import hashlib
import hmac
import time
from collections import OrderedDict

import msgspec

from owui_chassis.errors import Unauthenticated

LIFETIME_SECONDS = 300
_CACHED_TOKENS = 4096


class Principal(msgspec.Struct, frozen=True, kw_only=True):
    """Who is asking."""

    user_id: str
    name: str = ""
    email: str = ""
    role: str = "pending"
    group_ids: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    credential_id: str = ""
    via: str = "session"

    @property
    def is_admin(self) -> bool:
        """Whether the caller is an administrator."""
        return self.role == "admin"

    def may(self, permission: str) -> bool:
        """Whether the caller has a permission; administrators have all."""
        return self.is_admin or permission in self.permissions


class _Claims(msgspec.Struct, frozen=True, array_like=True):
    expires: int
    principal: Principal


class Identities:
    """Signs and verifies identity tokens with a key derived from the deployment's secret.

    A token is base64url(claims as JSON) "." base64url(HMAC-SHA256), valid for five minutes.
    """

    def __init__(self, secret: str) -> None:
        self._key = hmac.new(secret.encode(), b"owui identity token v1", hashlib.sha256).digest()
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(_Claims)
        # A verified token is presented with every call of its five minutes; the signature stays checked.
        self._verified: OrderedDict[str, _Claims] = OrderedDict()

    def sign(self, principal: Principal) -> str:
        """Return a token for a principal whose credential has just been verified."""
        claims = _Claims(int(time.time()) + LIFETIME_SECONDS, principal)
        body = base64.urlsafe_b64encode(self._encoder.encode(claims))
        return f"{body.decode()}.{self._signature(body)}"

    def verify(self, token: str) -> Principal:
        """Return the principal of a token; raise Unauthenticated for any that is not ours or has expired."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._open(token)
            self._verified[token] = claims
            if len(self._verified) > _CACHED_TOKENS:
                self._verified.popitem(last=False)
        if claims.expires < time.time():
            self._verified.pop(token, None)
            raise Unauthenticated("The identity token has expired", "identity_expired")
        return claims.principal

    def _open(self, token: str) -> _Claims:
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body.encode()).encode()):
            raise Unauthenticated("The identity token has a wrong signature", "identity_forged")
        return self._decoder.decode(base64.urlsafe_b64decode(body))

    def _signature(self, body: bytes) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, body, "sha256")).decode()
