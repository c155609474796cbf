"""Signs requests to Azure Blob Storage: with the key of the account, or with a token of Entra.

Shape: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from email.utils import formatdate

from owui_chassis.tokens import Tokens
from yarl import URL

API_VERSION = "2023-11-03"
SCOPE = "https://storage.azure.com/.default"


class AzureAccess:
    """Adds to the headers of a request what lets it in."""

    def __init__(self, endpoint: URL, key: str, tokens: Tokens) -> None:
        """Use the key, or the tokens when there is none; raise ValueError for a key that is no base64."""
        # Emulators name the account in the path, Azure in the host.
        self._account = endpoint.path.strip("/") or (endpoint.host or "").partition(".")[0]
        self._key = base64.b64decode(key)
        self._tokens = tokens

    async def sign(self, method: str, url: URL, given: Mapping[str, str], length: int) -> Mapping[str, str]:
        """Return the headers of a request with a body of `length` bytes."""
        headers = {**given, "x-ms-date": formatdate(usegmt=True), "x-ms-version": API_VERSION}
        # The client adds one of its own where there is none, and the signature has to cover it.
        headers["content-type"] = "application/octet-stream"
        if self._key:
            text = text_to_sign(method, url, headers, length, self._account)
            digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
            headers["authorization"] = f"SharedKey {self._account}:{base64.b64encode(digest).decode()}"
        else:
            headers["authorization"] = f"Bearer {await self._tokens.current()}"
        return headers


def text_to_sign(method: str, url: URL, headers: Mapping[str, str], length: int, account: str) -> str:
    """Return what the signature covers: the standard headers that we use, ours of Azure, the resource."""
    standard = ("", "", str(length or ""), "", headers.get("content-type", ""), "", "", "", "", "", "")
    own = sorted((name, value) for name, value in headers.items() if name.startswith("x-ms-"))
    query = sorted((name.lower(), value) for name, value in url.query.items())
    return "\n".join(
        (
            method,
            *standard,
            *(f"{name}:{value}" for name, value in own),
            f"/{account}{url.raw_path}",
            *(f"{name}:{value}" for name, value in query),
        )
    )
