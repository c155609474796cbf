"""Requests to services that the operator configured: search engines and page readers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver
from owui_chassis.errors import Exhausted, Invalid, Unavailable
from yarl import URL

from owui_rag.adapters.web.bodies import read_body
from owui_rag.adapters.web.unpacking import ACCEPTED_ENCODINGS, Garbled, TooLarge

MAXIMUM_ANSWER_BYTES = 8 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 100


@dataclass(frozen=True, slots=True)
class Vendor:
    """How people know a service, which settings it needs, and what helps when it refuses.

    `settings` are attributes of the settings, named like their environment variables.
    """

    name: str
    settings: tuple[str, ...] = ()
    hint: str = ""

    def require(self, values: Any) -> None:
        """Raise Invalid when a setting that it needs is empty."""
        for attribute in self.settings:
            if not getattr(values, attribute):
                raise Invalid(
                    f"{self.name} needs {attribute.upper()}; set it in the admin settings.",
                    "web_not_configured",
                )

    def garbage(self) -> Unavailable:
        """Return the error for an answer that is not as documented."""
        return Unavailable(f"{self.name} answered in a way that is not understood.", "web_garbage")

    def refusal(self) -> Unavailable:
        """Return the error for a key or an access that it does not accept."""
        remedy = self.hint or f"check {' and '.join(self.settings).upper() or 'its settings'}"
        return Unavailable(f"{self.name} refuses access: {remedy}.", "web_key_refused")


@dataclass(frozen=True, slots=True)
class VendorRequest:
    """One request; a `json`, `form` or `body` makes it a POST, `digest` is a user and a password.

    It may take `seconds` in all.
    """

    url: str
    params: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    body: bytes | None = None
    digest: tuple[str, str] | None = None
    seconds: float = 45.0


class VendorHttp:
    """One bounded pool of connections for all of them; opened with `async with`.

    Redirects are not followed: one would carry the key to wherever the answer says.
    """

    def __init__(self, values: Any, resolver: AbstractResolver | None = None, tls: Any = True) -> None:
        self._values = values
        self._resolver = resolver
        self._tls = tls
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        tls = self._values.trust.http if self._tls is True else self._tls
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, resolver=self._resolver, ssl=tls),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"Accept-Encoding": ACCEPTED_ENCODINGS},
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def ask(self, vendor: Vendor, request: VendorRequest) -> Any:
        """Return the JSON of an answer; raise Exhausted, Invalid or Unavailable naming the vendor."""
        body = await self.read(vendor, request)
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise vendor.garbage() from None

    async def read(self, vendor: Vendor, request: VendorRequest) -> bytes:
        """Return the body of an answer; the errors are those of `ask`."""
        try:
            url = URL(request.url)
        except ValueError:
            url = URL()
        if url.scheme not in {"http", "https"} or not url.host:
            raise Invalid(f"The address of {vendor.name} is not a URL.", "web_not_configured")
        try:
            async with self._send(url, request) as response:
                _check(vendor, response.status, response.headers.get("Retry-After", ""))
                return await read_body(response, MAXIMUM_ANSWER_BYTES)
        except (TooLarge, Garbled):
            raise vendor.garbage() from None
        except TimeoutError:
            raise Unavailable(f"{vendor.name} did not answer in time.", "web_timeout") from None
        except (aiohttp.ClientError, OSError, ValueError):
            # Their texts may repeat the address, and the address may hold the key.
            raise Unavailable(f"{vendor.name} cannot be reached.", "web_unreachable") from None

    def _send(self, url: URL, request: VendorRequest) -> Any:
        middlewares = (aiohttp.DigestAuthMiddleware(*request.digest),) if request.digest else None
        headers = {"Accept": "application/json", "User-Agent": "owui-rag", **(request.headers or {})}
        body = request.body
        if request.json is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(request.json).encode()
        return self._session.request(
            "GET" if body is None and request.form is None else "POST",
            url.update_query(request.params) if request.params else url,
            data=body if request.form is None else request.form,
            headers=headers,
            allow_redirects=False,
            middlewares=middlewares,
            timeout=aiohttp.ClientTimeout(total=request.seconds, sock_connect=_CONNECT_SECONDS),
            proxy=self._values.proxies.for_url(url) if self._values.web_search_trust_env else None,
        )


def _check(vendor: Vendor, status: int, retry_after: str) -> None:
    if 200 <= status < 300:
        return
    if status in {401, 403}:
        raise vendor.refusal()
    if status == 402:
        raise Exhausted(f"The account at {vendor.name} has no credit left.", "web_no_credit")
    if status == 429:
        seconds = float(retry_after) if retry_after.isdecimal() else None
        raise Exhausted(f"{vendor.name} answers no more requests for now.", "web_rate_limited", seconds)
    if status >= 500:
        raise Unavailable(f"{vendor.name} has a fault of its own (status {status}).", "web_unavailable")
    raise Unavailable(
        f"{vendor.name} did not accept the request (status {status}); check its settings.", "web_refused"
    )
