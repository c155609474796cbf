"""Who a client is: what the proxy says is believed, what the client says about itself is not."""

from typing import Any

import aiohttp

from tests.integration.clients.people import Person

from .conftest import HSTS
from .site import Site

CLAIMS = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;proto=http",
}


async def sign_in(site: Site, http: aiohttp.ClientSession, base_url: str, **claims: str) -> tuple[str, Any]:
    """Open a session; return the address that the platform has noted for it, and its cookie."""
    person = await site.world.person()
    form = {"email": person.email, "password": person.password}
    async with http.post(f"{base_url}/api/v1/auths/signin", json=form, headers=claims) as response:
        assert response.status == 200
        cookie = response.cookies["token"]
    rows = await site.world.query(
        "SELECT address FROM auth.session WHERE user_id = $1 ORDER BY created_at", person.id
    )
    # The account was made from this machine's usual address.
    [address] = {row["address"] for row in rows} - {"127.0.0.1"} or {"127.0.0.1"}
    return address, cookie


class TestClientAddress:
    async def test_is_that_of_the_client_and_not_what_it_claims(self, site: Site) -> None:
        async with site.client("127.0.0.5") as http:
            address, cookie = await sign_in(site, http, site.front.base_url, **CLAIMS)
        assert address == "127.0.0.5"
        assert cookie["secure"]

    async def test_is_not_taken_from_anybody_but_the_proxy(self, site: Site) -> None:
        connector = aiohttp.TCPConnector(local_addr=("127.0.0.6", 0))
        async with aiohttp.ClientSession(connector=connector) as http:
            claims = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
            address, cookie = await sign_in(site, http, site.world.base_url, **claims)
        assert address == "127.0.0.6"
        assert not cookie["secure"]


class TestHeaders:
    async def test_of_security_are_there_once(self, site: Site) -> None:
        expected = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Strict-Transport-Security": HSTS,
        }
        for path in ("/api/config", "/", "/api/v1/chats/"):
            async with site.http.get(site.front.base_url + path) as response:
                for name, value in expected.items():
                    assert response.headers.getall(name) == [value], path
                assert len(response.headers.getall("X-Trace-Id")) == 1
                assert len(response.headers.getall("Content-Security-Policy", [])) <= 1

    async def test_do_not_tell_which_version_of_what_answers(self, site: Site) -> None:
        async with site.http.get(site.front.base_url + "/api/config") as response:
            assert response.headers.get("Server", "nginx") == "nginx"
            assert "Via" not in response.headers


class TestEntrances:
    async def test_without_tls_everybody_is_sent_to_the_other_one(self, site: Site) -> None:
        url = site.front.plain_url + "/c/chat?model=one"
        async with site.http.get(url, allow_redirects=False) as response:
            assert response.status == 308
            host = response.headers["Location"].partition("://")
            assert host[0] == "https"
            assert host[2].startswith("localhost")
            assert host[2].endswith("/c/chat?model=one")

    async def test_what_is_for_operators_is_not_for_everybody(self, site: Site, ada: Person) -> None:
        for path in ("/metrics", "/ready"):
            assert (await ada.rest.get(path)).status == 404
        assert (await ada.rest.get("/health")).status == 200
