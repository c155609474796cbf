"""A token endpoint of Entra that believes only assertions signed by one cluster, and machines that ask."""

import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import JWTError, jwt

TENANT, CLIENT = "tenant-of-tests", "client-of-tests"
AUDIENCE, ISSUER, SUBJECT = (
    "api://AzureADTokenExchange",
    "https://cluster.example",
    "system:serviceaccount:ns:app",
)
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def _keys() -> tuple[str, str]:
    """Return a private key and its public one."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    secret = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return secret.decode(), public.decode()


@dataclass
class FakeEntra:
    """Each token is new; `lifetime` is what it says, `on_token` is called with it before it is given."""

    url: str = ""
    lifetime: int = 3600
    on_token: Callable[[str], Awaitable[None]] | None = None
    tokens: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    _keys: tuple[str, str] = field(default_factory=_keys, repr=False)

    def write_assertion(self, file: Path, **changed: Any) -> Path:
        """Write the token of a pod as the cluster projects it; `changed` are other claims."""
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": SUBJECT, "aud": AUDIENCE, "iat": now, "exp": now + 3600, **changed}
        file.write_text(jwt.encode(claims, self._keys[0], algorithm="RS256") + "\n")
        return file

    def environ(self, file: Path) -> dict[str, str]:
        """Return the variables that the webhook of AKS injects."""
        return {
            "AZURE_TENANT_ID": TENANT,
            "AZURE_CLIENT_ID": CLIENT,
            "AZURE_FEDERATED_TOKEN_FILE": str(file),
            "AZURE_AUTHORITY_HOST": f"{self.url}/",
        }

    async def exchange(self, request: web.Request) -> web.Response:
        """Answer POST /{tenant}/oauth2/v2.0/token."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.failures:
            return web.Response(status=self.failures.pop())
        try:
            claims = jwt.decode(
                form["client_assertion"],
                self._keys[1],
                algorithms=["RS256"],
                audience=AUDIENCE,
                issuer=ISSUER,
            )
        except (JWTError, KeyError):
            return _refusal("AADSTS700024: Client assertion is not valid.")
        known = request.match_info["tenant"] == TENANT and form.get("client_id") == CLIENT
        if not known or claims["sub"] != SUBJECT or form.get("client_assertion_type") != _ASSERTION:
            return _refusal("AADSTS70021: No matching federated identity record found.")
        return await self._given(self.lifetime)

    async def machine(self, request: web.Request) -> web.Response:
        """Answer the metadata service of a machine."""
        if request.headers.get("Metadata") != "true":
            return web.Response(status=400)
        self.asked.append(dict(request.query))
        return await self._given(str(self.lifetime))

    async def _given(self, lifetime: int | str) -> web.Response:
        token = secrets.token_urlsafe(300)
        if self.on_token is not None:
            await self.on_token(token)
        self.tokens.append(token)
        return web.json_response({"access_token": token, "expires_in": lifetime, "token_type": "Bearer"})


def _refusal(reason: str) -> web.Response:
    return web.json_response({"error": "invalid_client", "error_description": reason}, status=401)


@contextlib.asynccontextmanager
async def fake_entra() -> AsyncIterator[FakeEntra]:
    """Yield an endpoint that runs."""
    entra = FakeEntra()
    app = web.Application()
    app.router.add_post("/{tenant}/oauth2/v2.0/token", entra.exchange)
    app.router.add_get("/metadata/identity/oauth2/token", entra.machine)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    entra.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield entra
    finally:
        await runner.cleanup()
