"""Session ids that every replica can check and none has to remember."""

import hmac
import secrets

_CHARACTERS = 32


class Sessions:
    """Gives a client an id that is worth something only together with its user's credential."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"mcp session", "sha256")

    def start(self, user_id: str) -> str:
        """Return a new id for a user."""
        name = secrets.token_hex(_CHARACTERS // 2)
        return f"{name}{self._signature(name, user_id)}"

    def belongs(self, session: str, user_id: str) -> bool:
        """Whether an id was given to this user."""
        name, signature = session[:_CHARACTERS], session[_CHARACTERS:]
        expected = self._signature(name, user_id)
        return hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode())

    def _signature(self, name: str, user_id: str) -> str:
        return hmac.digest(self._key, f"{name} {user_id}".encode("utf-8", "replace"), "sha256").hex()
