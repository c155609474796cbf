"""Signs requests to Google: as a service account with a key, as a federated workload, or as the machine.

Shapes: https://developers.google.com/identity/protocols/oauth2/service-account and
https://cloud.google.com/compute/docs/access/authenticate-workloads.
"""

import time
from collections.abc import Callable, Mapping

import aiohttp
import msgspec
from jose import jwt
from owui_chassis.errors import Unavailable
from owui_chassis.tokens import Token, Tokens
from yarl import URL

from owui_rag.adapters.blobs.google_federation import Exchanged, Federation, answered, federated_token

_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
_ASSERTION_SECONDS = 3600
_TIMEOUT = aiohttp.ClientTimeout(total=20)


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
        """Raise ValueError for credentials that are none."""
        self._credentials = credentials_in(credentials) if credentials else None
        self._machine = URL(f"http://{metadata_host}")
        self._session = session
        self._tokens = Tokens(self._fetch)

    async def sign(self, method: str, url: URL, given: Mapping[str, str], length: int) -> Mapping[str, str]:
        """Return the headers of a request."""
        return {**given, "authorization": f"Bearer {await self._tokens.current()}"}

    async def _fetch(self) -> Token:
        try:
            match self._credentials:
                case ServiceAccount():
                    return await self._of_account(self._credentials)
                case Federation():
                    return await federated_token(self._credentials, _SCOPE, self._session(), _TIMEOUT)
            return await self._of_machine()
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError):
            raise Unavailable("Google cannot be asked for a token", "storage_away") from None

    async def _of_account(self, account: ServiceAccount) -> Token:
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": assertion(account),
        }
        asking = self._session().post(account.token_uri, data=form, timeout=_TIMEOUT)
        found = await answered(asking, Exchanged)
        return Token(found.access_token, found.expires_in)

    async def _of_machine(self) -> Token:
        path = "computeMetadata/v1/instance/service-accounts/default/token"
        headers = {"Metadata-Flavor": "Google"}
        asking = self._session().get(self._machine / path, headers=headers, timeout=_TIMEOUT)
        found = await answered(asking, Exchanged)
        return Token(found.access_token, found.expires_in)


class _Kind(msgspec.Struct):
    type: str = ""


def credentials_in(text: str) -> ServiceAccount | Federation:
    """Read the key of a service account or a federation; raise ValueError for anything else."""
    if msgspec.json.decode(text, type=_Kind).type == "external_account":
        return msgspec.json.decode(text, type=Federation)
    return msgspec.json.decode(text, type=ServiceAccount)


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
