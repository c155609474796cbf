"""Signs requests to Azure Blob Storage: with the key of the account, or with a token of Entra.

Shapes: https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path

import aiohttp
import msgspec
from owui_chassis.errors import Unavailable
from yarl import URL

from owui_rag.adapters.blobs.tokens import TokenAnswer, Tokens

API_VERSION = "2023-11-03"
_SCOPE = "https://storage.azure.com/"
_TOKEN_SECONDS = 20


@dataclass(frozen=True)
class AzureIdentity:
    """Who we are to Entra: a workload with a token in a file, else what the machine says."""

    tenant: str = ""
    client: str = ""
    token_file: str = ""
    authority: str = "https://login.microsoftonline.com"
    machine: str = "http://169.254.169.254"


class AzureAccess:
    """Adds to the headers of a request what lets it in."""

    def __init__(
        self, endpoint: URL, key: str, identity: AzureIdentity, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        # Emulators name the account in the path, Azure in the host.
        self._account = endpoint.path.strip("/") or (endpoint.host or "").partition(".")[0]
        self._key = base64.b64decode(key)
        self._identity = identity
        self._session = session
        self._tokens = Tokens(self._fetch)

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

    async def _fetch(self) -> TokenAnswer:
        identity = self._identity
        timeout = aiohttp.ClientTimeout(total=_TOKEN_SECONDS)
        if identity.token_file:
            assertion = await asyncio.to_thread(Path(identity.token_file).read_text)
            form = {
                "grant_type": "client_credentials",
                "client_id": identity.client,
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion": assertion.strip(),
                "scope": f"{_SCOPE}.default",
            }
            asking = self._session().post(
                URL(identity.authority) / identity.tenant / "oauth2/v2.0/token", data=form, timeout=timeout
            )
        else:
            query = {"api-version": "2018-02-01", "resource": _SCOPE}
            if identity.client:
                query["client_id"] = identity.client
            asking = self._session().get(
                URL(identity.machine) / "metadata/identity/oauth2/token",
                params=query,
                headers={"Metadata": "true"},
                timeout=timeout,
            )
        async with asking as answer:
            if answer.status != 200:
                raise Unavailable("Entra gave no token for the storage of files", "storage_refused")
            return msgspec.json.decode(await answer.read(), type=TokenAnswer)


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
