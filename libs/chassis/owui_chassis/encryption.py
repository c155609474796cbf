"""Encryption of secrets at rest with a key derived from the deployment's secret."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class DecryptionError(Exception):
    """The text was not encrypted with this secret and purpose."""


class Cipher:
    """AES-256-GCM for short texts; `purpose` separates the keys of different kinds of secrets."""

    def __init__(self, secret: str, purpose: str) -> None:
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"owui {purpose} v1".encode())
        self._aead = AESGCM(kdf.derive(secret.encode()))

    def encrypt(self, text: str) -> str:
        """Return text that only this secret opens."""
        nonce = os.urandom(_NONCE_BYTES)
        return base64.urlsafe_b64encode(nonce + self._aead.encrypt(nonce, text.encode(), None)).decode()

    def decrypt(self, sealed: str) -> str:
        """Return the text; raise DecryptionError when it was sealed with another secret or was changed."""
        try:
            raw = base64.urlsafe_b64decode(sealed)
            return self._aead.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("this value was encrypted with another WEBUI_SECRET_KEY") from error
