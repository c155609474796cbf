"""Signs requests to Google: as a service account with a key, or as what the machine is.

Shapes: https://developers.google.com/identity/protocols/oauth2/service-account and
https://cloud.google.com/compute/docs/access/authenticate-workloads.
"""

import time
from collections.abc import Callable, Mapping

import aiohttp
import msgspec
from jose import jwt
from owui_chassis.errors import Unavailable
from yarl import URL

from owui_rag.adapters.blobs.tokens import TokenAnswer, Tokens

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
_ASSERTION_SECONDS = 3600
_TOKEN_SECONDS = 20


class ServiceAccount(msgspec.Struct):
    """What of a key file is needed."""

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class GoogleAccess:
    """Adds to the headers of a request what lets it in."""

    def __init__(
        self, credentials: str, metadata_host: str, session: Callable[[], aiohttp.ClientSession]
    ) -> None:
        """Raise ValueError for a key that is none."""
        self._account = msgspec.json.decode(credentials, type=ServiceAccount) if credentials else None
        self._machine = URL(f"http://{metadata_host}")
        self._session = session
        self._tokens = Tokens(self._fetch)

    async def sign(self, method: str, url: URL, given: Mapping[str, str], length: int) -> Mapping[str, str]:
        """Return the headers of a request."""
        return {**given, "authorization": f"Bearer {await self._tokens.current()}"}

    async def _fetch(self) -> TokenAnswer:
        timeout = aiohttp.ClientTimeout(total=_TOKEN_SECONDS)
        if self._account is not None:
            form = {
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "assertion": assertion(self._account),
            }
            asking = self._session().post(self._account.token_uri, data=form, timeout=timeout)
        else:
            asking = self._session().get(
                self._machine / "computeMetadata/v1/instance/service-accounts/default/token",
                headers={"Metadata-Flavor": "Google"},
                timeout=timeout,
            )
        async with asking as answer:
            if answer.status != 200:
                raise Unavailable("Google gave no token for the storage of files", "storage_refused")
            return msgspec.json.decode(await answer.read(), type=TokenAnswer)


def assertion(account: ServiceAccount) -> str:
    """Return the signed statement that a service account exchanges for a token."""
    now = int(time.time())
    claims = {
        "iss": account.client_email,
        "scope": _SCOPE,
        "aud": account.token_uri,
        "iat": now,
        "exp": now + _ASSERTION_SECONDS,
    }
    headers = {"kid": account.private_key_id} if account.private_key_id else None
    return str(jwt.encode(claims, account.private_key, algorithm="RS256", headers=headers))
