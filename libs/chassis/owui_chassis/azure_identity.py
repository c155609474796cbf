"""Tokens of Entra for what runs in Azure: a workload with a token in a file, or what the machine is.

Shapes: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and
https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token.
"""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from owui_chassis.errors import Unavailable
from owui_chassis.tokens import Token, Tokens

if TYPE_CHECKING:
    import aiohttp
    from yarl import URL

    from owui_chassis.http import Outside

log = logging.getLogger(__name__)
Credentials = Literal["workload", "machine"]
_SECONDS = 20.0
_ATTEMPTS = 3
_PAUSE_SECONDS = 0.5
_PASSING = frozenset({404, 408, 410, 429, 500, 502, 503, 504})
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class AzureIdentity:
    """Who we are to Entra."""

    tenant: str = ""
    client: str = ""
    token_file: str = ""
    authority: str = "https://login.microsoftonline.com"
    machine: str = "http://169.254.169.254"
    credentials: Credentials = "machine"


class _Answer(msgspec.Struct):
    access_token: str
    # The identities of machines answer with a text.
    expires_in: int | str = 3600


class _Refusal(msgspec.Struct):
    error: Any = ""
    error_description: str = ""


def credentials_of(name: str, token_file: str) -> Credentials:
    """Read AZURE_TOKEN_CREDENTIALS; raise ValueError for what it does not know."""
    match name.strip().lower():
        case "workloadidentitycredential":
            if not token_file:
                raise ValueError("asks for a workload identity, and AZURE_FEDERATED_TOKEN_FILE is not set")
            return "workload"
        case "managedidentitycredential":
            return "machine"
        case "" | "prod":
            return "workload" if token_file else "machine"
    raise ValueError("is WorkloadIdentityCredential, ManagedIdentityCredential or prod")


class AzureTokens:
    """Tokens by scope, such as `https://cognitiveservices.azure.com/.default`; each kept while it is good."""

    def __init__(self, identity: AzureIdentity, outside: "Outside") -> None:
        self._identity = identity
        self._outside = outside
        self._by_scope: dict[str, Tokens] = {}

    def of(self, scope: str) -> Tokens:
        """Return the tokens of a scope; they raise Unavailable when Entra gives none."""
        if scope not in self._by_scope:
            self._by_scope[scope] = Tokens(lambda: self._fetch(scope))
        return self._by_scope[scope]

    async def _fetch(self, scope: str) -> Token:
        import aiohttp

        from owui_chassis.http import open_session

        try:
            # A session for each: they are an hour apart.
            async with asyncio.timeout(_SECONDS), open_session(self._outside, limit=1) as session:
                return await self._asked(session, scope)
        except (aiohttp.ClientError, TimeoutError, msgspec.MsgspecError) as error:
            log.warning("Entra cannot be asked for a token: %s: %s", type(error).__name__, error)
            raise Unavailable("Entra cannot be reached", "identity_away") from None
        except OSError as error:
            log.warning("AZURE_FEDERATED_TOKEN_FILE cannot be read: %s", error)
            raise Unavailable("The token of the workload cannot be read", "identity_away") from None

    async def _asked(self, session: "aiohttp.ClientSession", scope: str) -> Token:
        for attempt in range(1, _ATTEMPTS + 1):
            method, url, options = await self._question(scope)
            async with session.request(method, url, allow_redirects=False, **options) as answer:
                body = await answer.read()
                if answer.status == 200:
                    found = msgspec.json.decode(body, type=_Answer)
                    return Token(found.access_token, float(found.expires_in))
                if answer.status not in _PASSING or attempt == _ATTEMPTS:
                    log.warning("Entra gave no token for %s: %d %s", scope, answer.status, _reason(body))
                    raise Unavailable(f"Entra gave no token for {scope}", "identity_refused")
            await asyncio.sleep(_PAUSE_SECONDS * attempt)
        raise AssertionError("the last attempt returns or raises")

    async def _question(self, scope: str) -> tuple[str, "URL", dict[str, Any]]:
        from yarl import URL

        identity = self._identity
        if identity.credentials == "workload":
            # Read each time: Kubernetes replaces it before it ends.
            assertion = await asyncio.to_thread(Path(identity.token_file).read_text)
            form = {
                "grant_type": "client_credentials",
                "client_id": identity.client,
                "client_assertion_type": _ASSERTION,
                "client_assertion": assertion.strip(),
                "scope": scope,
            }
            url = URL(identity.authority) / identity.tenant / "oauth2/v2.0/token"
            return "POST", url, {"data": form}
        query = {"api-version": "2018-02-01", "resource": scope.removesuffix("/.default")}
        if identity.client:
            query["client_id"] = identity.client
        url = URL(identity.machine) / "metadata/identity/oauth2/token"
        return "GET", url, {"params": query, "headers": {"Metadata": "true"}}


def _reason(body: bytes) -> str:
    """Return the first line of what Entra says about a refusal: a code and a sentence without secrets."""
    try:
        refusal = msgspec.json.decode(body, type=_Refusal)
    except msgspec.MsgspecError:
        return ""
    sentence = refusal.error_description.partition("\n")[0]
    return f"{refusal.error} {sentence}".strip()[:300]
