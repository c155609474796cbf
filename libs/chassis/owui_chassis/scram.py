"""The form in which Postgres keeps a password, so that the password itself never stands in a statement."""

import base64
import hashlib
import hmac
import secrets

# What Postgres itself takes when it makes a verifier (RFC 7677 asks for 4096 rounds at least).
ITERATIONS = 4096
_SALT_BYTES = 16


def verifier(password: str, salt: bytes | None = None) -> str:
    """Return the SCRAM-SHA-256 verifier of a password.

    Raises ValueError for one that is not printable ASCII: others would have to be normalised first.
    """
    if not (password and password.isascii() and password.isprintable()):
        raise ValueError("a password of a database role may only have printable ASCII characters")
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${ITERATIONS}:{salt_text}${stored_text}:{server_text}"
