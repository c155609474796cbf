"""Requests to addresses that strangers gave: each hop checked, the connection pinned, the body bounded."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver
from owui_chassis.errors import Unavailable
from yarl import URL

from owui_rag.adapters.web.answers import Answer, check_content_type, check_status
from owui_rag.adapters.web.bodies import read_body
from owui_rag.adapters.web.failures import unreachable, unresolved
from owui_rag.adapters.web.fetch_settings import policy_of, total_seconds_of
from owui_rag.adapters.web.resolver import CheckedResolver, CheckedSockets, address_of
from owui_rag.adapters.web.unpacking import ACCEPTED_ENCODINGS, Garbled, TooLarge
from owui_rag.domain.egress import EgressPolicy, EgressRefused, Target, target_of

MAXIMUM_REDIRECTS = 5
CONNECT_SECONDS = 10.0
READ_SECONDS = 15.0
_CONNECTIONS = 100
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for: `body` makes it a POST; `proxy` wins over those of the environment."""

    headers: Mapping[str, str]
    body: bytes | None = None
    proxy: str | None = None


class EgressGuard:
    """The only door to addresses that strangers give; opened with `async with`.

    `values` are the settings of the service (read at each request), `resolver` turns names into addresses.
    """

    def __init__(self, values: Any, resolver: AbstractResolver | None = None) -> None:
        self._values = values
        self._inner = resolver
        self._session: aiohttp.ClientSession
        self._proxied: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._resolver = self._inner or aiohttp.DefaultResolver()
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS)

        def session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
            return aiohttp.ClientSession(
                connector=connector,
                timeout=timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )

        self._session = session(
            aiohttp.TCPConnector(
                limit=_CONNECTIONS,
                resolver=CheckedResolver(self._resolver, self.policy),
                socket_factory=CheckedSockets(self.policy),
                ssl=self._values.trust.http,
                use_dns_cache=False,
                # A kept connection would outlive the check that allowed it.
                force_close=True,
            )
        )
        self._proxied = session(
            aiohttp.TCPConnector(limit=_CONNECTIONS, force_close=True, ssl=self._values.trust.http)
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._proxied.close()
        await self._resolver.close()

    def policy(self) -> EgressPolicy:
        """Return what the settings allow at this moment."""
        return policy_of(self._values)

    @property
    def total_seconds(self) -> float:
        """How long one page may take, redirects included."""
        return total_seconds_of(self._values)

    def read(self, url: str) -> Target:
        """Check what can be checked without resolving; raise EgressRefused."""
        return target_of(url, self.policy())

    async def check(self, url: str) -> Target:
        """Check an address that somebody else will fetch; raise EgressRefused or Unavailable."""
        target = self.read(url)
        if target.address is None:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    found = await self._resolver.resolve(target.host, target.port)
            except (OSError, TimeoutError):
                raise unresolved(target.host) from None
            self.policy().check_addresses(address_of(entry["host"]) for entry in found)
        return target

    async def fetch(self, url: str, ask: Ask | None = None) -> Answer:
        """Fetch an address and follow its redirects; raise EgressRefused or another ServiceError."""
        try:
            async with asyncio.timeout(self.total_seconds):
                return await self._follow(url, ask or Ask({}))
        except TimeoutError:
            raise Unavailable("The page did not arrive in time.", "page_timeout") from None

    async def _follow(self, url: str, ask: Ask) -> Answer:
        for _ in range(MAXIMUM_REDIRECTS + 1):
            target = self.read(url)
            answer = await self._hop(target, ask)
            if isinstance(answer, Answer):
                return answer
            url = _joined(target.url, answer)
            ask = Ask(ask.headers, None, ask.proxy)
        raise EgressRefused("The page redirects too often.", "too_many_redirects")

    async def _hop(self, target: Target, ask: Ask) -> Answer | str:
        """Make one request; return its answer, or the address that a redirect names."""
        url = _as_the_client_reads(target)
        trusted = self._values.web_search_trust_env
        proxy = ask.proxy or (self._values.proxies.for_url(url) if trusted else None)
        if proxy:
            await self._check_behind_proxy(target)
        session = self._proxied if proxy else self._session
        headers = {
            "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
            "User-Agent": self._values.web_user_agent,
            **ask.headers,
            "Accept-Encoding": ACCEPTED_ENCODINGS,
        }
        try:
            async with session.request(
                "GET" if ask.body is None else "POST",
                url,
                data=ask.body,
                headers=headers,
                allow_redirects=False,
                proxy=proxy,
                ssl=bool(self._values.enable_web_loader_ssl_verification),
            ) as response:
                location = response.headers.get("Location")
                if response.status in _REDIRECTS and location:
                    return location
                return await self._answer(target, response)
        except TooLarge:
            raise EgressRefused("The page is too large.", "page_too_large") from None
        except Garbled:
            raise Unavailable(f"{target.host} sent a page that cannot be unpacked.", "page_garbage") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise unreachable(target.host, error) from None

    async def _check_behind_proxy(self, target: Target) -> None:
        """Check a name that the proxy will resolve; one that only the proxy knows is left to the proxy."""
        try:
            await self.check(target.url)
        except Unavailable:
            return

    async def _answer(self, target: Target, response: aiohttp.ClientResponse) -> Answer:
        check_status(target.host, response.status, response.headers.get("Retry-After", ""))
        content_type = response.headers.get("Content-Type", "")
        check_content_type(content_type)
        body = await read_body(response, self._values.web_page_max_bytes)
        return Answer(target.url, content_type, body)


def _joined(base: str, location: str) -> str:
    try:
        return urljoin(base, location)
    except ValueError:
        raise EgressRefused("The page redirects to something that is no address.") from None


def _as_the_client_reads(target: Target) -> URL:
    """Return an address as the HTTP client has it; raise EgressRefused where it sees another host."""
    try:
        url = URL(target.url)
    except ValueError:
        raise EgressRefused("The address is not valid.") from None
    if url.raw_host != target.host or url.port != target.port:
        raise EgressRefused("The address can be read in two ways.")
    return url
