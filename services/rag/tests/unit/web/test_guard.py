"""What a page from outside can make the guard do, and what it cannot."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from owui_chassis.errors import Exhausted, Invalid, Kind, NotFound, ServiceError, Unavailable
from owui_rag.adapters.web.guard import Ask, EgressGuard
from owui_rag.adapters.web.resolver import CheckedSockets
from owui_rag.domain.egress import EgressPolicy, EgressRefused
from owui_rag.settings_of.web import WebSettings

OPEN_TO_OUTSIDE = {"web_fetch_allowed_networks": ("127.0.0.2/32",), "web_page_max_bytes": 100_000}


@pytest.fixture
async def guards() -> AsyncIterator[Any]:
    """Open guards with the settings that a test gives; they close with it."""
    opened: list[EgressGuard] = []

    async def open_one(resolver: Any, **values: Any) -> EgressGuard:
        guard = EgressGuard(WebSettings(**{**OPEN_TO_OUTSIDE, **values}), resolver)
        opened.append(await guard.__aenter__())
        return guard

    yield open_one
    for guard in opened:
        await guard.__aexit__()


@pytest.fixture
async def guard(guards: Any, names: Any) -> EgressGuard:
    """A guard that may reach the public site and nothing else."""
    return await guards(names)


class TestFetch:
    async def test_a_page_arrives_as_it_is(self, guard: EgressGuard, outside: Any) -> None:
        outside.says("/page", "<p>Grüße", Content_Type="text/html; charset=utf-8", Set_Cookie="a=b")
        url = f"http://public.example:{outside.port}/page?q=ä b#part".replace(" ", "%20")
        answer = await guard.fetch(url)
        assert answer.body.decode() == "<p>Grüße"
        assert answer.content_type == "text/html; charset=utf-8"
        await guard.fetch(url)
        first, second = outside.requests
        assert first.headers["Host"] == f"public.example:{outside.port}"
        assert first.query == {"q": "ä b"}
        assert "owui-rag" in first.headers["User-Agent"]
        assert "Cookie" not in second.headers
        assert "Authorization" not in first.headers

    async def test_the_agent_has_the_name_that_the_setting_gives(
        self, guards: Any, names: Any, outside: Any
    ) -> None:
        outside.says("/", "x")
        guard = await guards(names, web_user_agent="house-bot/1 (+https://example.org/bot)")
        await guard.fetch(f"http://public.example:{outside.port}/")
        assert outside.requests[0].headers["User-Agent"] == "house-bot/1 (+https://example.org/bot)"

    async def test_the_certificate_is_checked_against_the_name(
        self, guards: Any, everywhere: Any, secure: Any
    ) -> None:
        secure.says("/", "x")
        with pytest.raises(Unavailable, match=r"certificate of public\.example"):
            await (await guards(everywhere)).fetch("https://public.example/")
        lenient = await guards(everywhere, enable_web_loader_ssl_verification=False)
        await lenient.fetch("https://public.example/")
        assert secure.server_names[-1] == "public.example"
        assert secure.requests[-1].host == "public.example"

    @pytest.mark.parametrize(
        ("status", "error", "reason"),
        [
            (401, Invalid, "page_forbidden"),
            (403, Invalid, "page_forbidden"),
            (404, NotFound, "page_not_found"),
            (410, NotFound, "page_not_found"),
            (418, Invalid, "page_status"),
            (304, Invalid, "page_status"),
            (429, Exhausted, "page_rate_limited"),
            (500, Unavailable, "page_unavailable"),
            (503, Unavailable, "page_unavailable"),
        ],
    )
    async def test_a_status_becomes_a_clear_error(
        self, guard: EgressGuard, outside: Any, status: int, error: type[ServiceError], reason: str
    ) -> None:
        outside.says("/", "x", status, Retry_After="7")
        with pytest.raises(error, match=r"public\.example") as raised:
            await guard.fetch(f"http://public.example:{outside.port}/")
        assert raised.value.reason == reason
        assert raised.value.retry_after in {None, 7.0}

    @pytest.mark.parametrize(
        "kind", ["video/mp4", "audio/mpeg", "font/woff2", "application/zip", "multipart/x", "x"]
    )
    async def test_what_holds_no_text_is_not_read(self, guard: EgressGuard, outside: Any, kind: str) -> None:
        outside.says("/", "x", Content_Type=kind)
        with pytest.raises(Invalid, match="cannot be read"):
            await guard.fetch(f"http://public.example:{outside.port}/")

    @pytest.mark.parametrize(
        "kind", ["text/plain", "TEXT/HTML;charset=x", "application/pdf", "image/svg+xml", "a/b+json"]
    )
    async def test_what_holds_text_is_read(self, guard: EgressGuard, outside: Any, kind: str) -> None:
        outside.says("/", "x", Content_Type=kind)
        assert (await guard.fetch(f"http://public.example:{outside.port}/")).body == b"x"

    async def test_a_dead_and_an_unknown_host_are_told_apart(self, guard: EgressGuard, names: Any) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.2", 0))
            with pytest.raises(Unavailable, match="cannot be reached"):
                await guard.fetch(f"http://public.example:{unused.getsockname()[1]}/")
        with pytest.raises(Unavailable, match=r"name unknown\.example cannot be resolved"):
            await guard.fetch("http://unknown.example/")

    async def test_a_server_that_stalls_ends_at_the_time_limit(
        self, guards: Any, names: Any, outside: Any
    ) -> None:
        never = asyncio.Event()

        async def stall(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/html"})
            await response.prepare(request)
            await response.write(b"a")
            await never.wait()
            return response

        outside.answers["/"] = stall
        guard = await guards(names, web_loader_timeout="300ms")
        with pytest.raises(Unavailable, match="in time"):
            await guard.fetch(f"http://public.example:{outside.port}/")


class TestRedirects:
    async def test_they_are_followed_from_page_to_page(self, guard: EgressGuard, outside: Any) -> None:
        outside.says("/a", "", 301, Location="/b")
        outside.says("/b", "", 302, Location=f"//public.example:{outside.port}/c")
        outside.says("/c", "", 308, Location="d?x=1")
        outside.says("/d", "here")
        answer = await guard.fetch(f"http://public.example:{outside.port}/a")
        assert answer.body == b"here"
        assert answer.url == f"http://public.example:{outside.port}/d?x=1"

    @pytest.mark.parametrize(
        "location",
        [
            "http://127.0.0.1:{port}/",
            "//127.0.0.1:{port}/",
            "http://127.1:{port}/",
            "http://2130706433:{port}/",
            "http://0x7f000001:{port}/",
            "http://[::ffff:127.0.0.1]:{port}/",
            "http://localhost:{port}/",
            "http://inside.example:{port}/",
            "http://public.example:{port}@127.0.0.1:{port}/",
            "http://public.example\\@127.0.0.1:{port}/",
            "http:\\\\127.0.0.1:{port}/",
            "http://169.254.169.254/latest/meta-data/",
            "http://metadata.google.internal/computeMetadata/v1/",
            "http://[",
            "//[::1",
            "//[zz]/",
            "file:///etc/passwd",
            "ftp://public.example/",
            "gopher://127.0.0.1:{port}/_x",
        ],
    )
    async def test_none_leads_inside(
        self, guard: EgressGuard, names: Any, outside: Any, inside: Any, location: str
    ) -> None:
        names.add("inside.example", ["127.0.0.1"])
        names.add("localhost", ["127.0.0.1"])
        outside.says("/", "", 302, Location=location.format(port=inside.port))
        with pytest.raises(EgressRefused):
            await guard.fetch(f"http://public.example:{outside.port}/")
        assert inside.requests == []

    async def test_they_end_after_five(self, guard: EgressGuard, outside: Any) -> None:
        for step in range(7):
            outside.says(f"/{step}", "", 302, Location=f"/{step + 1}")
        outside.says("/5", "here")
        assert (await guard.fetch(f"http://public.example:{outside.port}/0")).body == b"here"
        outside.says("/5", "", 302, Location="/6")
        with pytest.raises(EgressRefused, match="too often"):
            await guard.fetch(f"http://public.example:{outside.port}/0")

    async def test_a_posted_body_stays_behind(self, guard: EgressGuard, outside: Any) -> None:
        outside.says("/a", "", 307, Location="/b")
        outside.says("/b", "here")
        await guard.fetch(f"http://public.example:{outside.port}/a", Ask({}, b"{}"))
        assert [request.method for request in outside.requests] == ["POST", "GET"]
        assert outside.bodies == [b"{}", b""]


class TestAddresses:
    async def test_a_name_that_changes_its_address_gains_nothing(
        self, guard: EgressGuard, names: Any, outside: Any, inside: Any
    ) -> None:
        outside.says("/", "public")
        names.add("rebinding.example", ["127.0.0.2"], ["127.0.0.1"])
        url = f"http://rebinding.example:{outside.port}/"
        assert (await guard.fetch(url)).body == b"public"
        assert names.asked.count("rebinding.example") == 1
        with pytest.raises(EgressRefused):
            await guard.fetch(url)
        assert inside.requests == []

    async def test_a_name_that_changes_between_check_and_use_gains_nothing(
        self, guard: EgressGuard, names: Any, inside: Any
    ) -> None:
        names.add("rebinding.example", ["127.0.0.2"], ["127.0.0.1"])
        await guard.check(f"http://rebinding.example:{inside.port}/")
        with pytest.raises(EgressRefused):
            await guard.fetch(f"http://rebinding.example:{inside.port}/")
        assert inside.requests == []

    @pytest.mark.parametrize(
        "addresses",
        [
            ["127.0.0.1"],
            ["127.0.0.2", "127.0.0.1"],
            ["127.0.0.1", "127.0.0.2"],
            ["127.0.0.2", "::1"],
            ["127.0.0.2", "169.254.169.254"],
            ["127.0.0.2", "fd00:ec2::254"],
            ["::ffff:127.0.0.1"],
            ["64:ff9b::7f00:1"],
            ["10.0.0.1"],
            ["no address"],
        ],
    )
    async def test_one_refused_address_refuses_the_host(
        self, guard: EgressGuard, names: Any, outside: Any, inside: Any, addresses: list[str]
    ) -> None:
        names.add("mixed.example", addresses)
        for port in (outside.port, inside.port):
            with pytest.raises(EgressRefused):
                await guard.fetch(f"http://mixed.example:{port}/")
            with pytest.raises(EgressRefused):
                await guard.check(f"http://mixed.example:{port}/")
        assert inside.requests == outside.requests == []

    async def test_the_setting_opens_private_addresses_but_not_metadata(
        self, guards: Any, names: Any, inside: Any
    ) -> None:
        guard = await guards(names, enable_rag_local_web_fetch=True)
        names.add("intranet", ["127.0.0.1"])
        names.add("sneaky.example", ["169.254.169.254"])
        assert (await guard.fetch(f"http://127.0.0.1:{inside.port}/")).body == b"the secret"
        assert (await guard.fetch(f"http://intranet:{inside.port}/")).body == b"the secret"
        for url in ("http://169.254.169.254/", "http://sneaky.example/", "http://metadata.google.internal/"):
            with pytest.raises(EgressRefused, match="metadata"):
                await guard.fetch(url)

    async def test_listed_domains_bind_redirects_too(self, guards: Any, names: Any, outside: Any) -> None:
        names.add("bad.example", ["127.0.0.2"])
        guard = await guards(names, web_fetch_filter_list=("!bad.example",))
        outside.says("/", "", 302, Location=f"http://www.bad.example:{outside.port}/")
        with pytest.raises(EgressRefused, match=r"www\.bad\.example"):
            await guard.fetch(f"http://public.example:{outside.port}/")

    def test_no_socket_is_made_for_a_refused_address(self) -> None:
        sockets = CheckedSockets(EgressPolicy)
        with pytest.raises(PermissionError):
            sockets((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))
        sockets((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("93.184.216.34", 80))).close()


class TestBodies:
    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate", "identity"])
    async def test_compressed_bodies_are_unpacked(
        self, guard: EgressGuard, outside: Any, encoding: str
    ) -> None:
        text = b"word " * 10_000
        packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = {
            "gzip": gzip.compress(text),
            "deflate": zlib.compress(text),
            "raw deflate": packer.compress(text) + packer.flush(),
            "identity": text,
        }[encoding]
        outside.says("/", packed, Content_Encoding=encoding.rpartition(" ")[2])
        assert (await guard.fetch(f"http://public.example:{outside.port}/")).body == text

    @pytest.mark.parametrize("encoding", ["gzip", "deflate"])
    async def test_a_bomb_is_stopped(self, guard: EgressGuard, outside: Any, encoding: str) -> None:
        packer = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
        bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
        assert len(bomb) < 100_000
        outside.says("/", bomb, Content_Encoding=encoding)
        with pytest.raises(EgressRefused, match="too large"):
            await guard.fetch(f"http://public.example:{outside.port}/")

    @pytest.mark.parametrize("announced", [True, False])
    async def test_a_large_body_is_stopped(self, guard: EgressGuard, outside: Any, announced: bool) -> None:
        async def pour(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/html"})
            if announced:
                response.content_length = 100_001
            await response.prepare(request)
            for _ in range(100_001 if announced else 10_000_000):
                await response.write(b"a" if announced else b"a" * 1000)
            return response

        outside.answers["/"] = pour
        with pytest.raises(EgressRefused, match="too large"):
            await guard.fetch(f"http://public.example:{outside.port}/")

    async def test_a_body_of_just_the_limit_is_read(self, guard: EgressGuard, outside: Any) -> None:
        outside.says("/", b"a" * 100_000)
        assert len((await guard.fetch(f"http://public.example:{outside.port}/")).body) == 100_000

    @pytest.mark.parametrize(
        ("encoding", "body"), [("gzip", b"no gzip"), ("br", b"x"), ("deflate", b"\xff\xff")]
    )
    async def test_what_cannot_be_unpacked_is_told(
        self, guard: EgressGuard, outside: Any, encoding: str, body: bytes
    ) -> None:
        outside.says("/", body, Content_Encoding=encoding)
        with pytest.raises(Unavailable, match="unpacked"):
            await guard.fetch(f"http://public.example:{outside.port}/")


class TestProxies:
    async def test_the_environment_counts_only_when_it_is_trusted(
        self, guards: Any, names: Any, outside: Any, inside: Any
    ) -> None:
        proxy = {"http_proxy": f"http://127.0.0.1:{inside.port}"}
        outside.says("/", "directly")
        url = f"http://public.example:{outside.port}/"
        assert (await (await guards(names, **proxy)).fetch(url)).body == b"directly"
        trusting = await guards(names, web_search_trust_env=True, **proxy)
        assert (await trusting.fetch(url)).body == b"the secret"
        assert inside.requests[0].headers["Host"] == f"public.example:{outside.port}"

    async def test_a_proxy_is_not_asked_for_refused_addresses(
        self, guards: Any, names: Any, inside: Any
    ) -> None:
        proxy = f"http://127.0.0.1:{inside.port}"
        names.add("inside.example", ["127.0.0.1"])
        guard = await guards(names, web_search_trust_env=True, http_proxy=proxy)
        for host in ("127.0.0.1", "inside.example", "169.254.169.254", "0x7f.1"):
            with pytest.raises(EgressRefused):
                await guard.fetch(f"http://{host}:{inside.port}/")
        assert inside.requests == []
        # A name that only the proxy can resolve is its business.
        assert (await guard.fetch("http://unknown.example/")).body == b"the secret"


class TestErrors:
    @pytest.mark.parametrize("url", ["", "x", "http://10.0.0.1/", "http://u:p@public.example/"])
    async def test_a_refusal_is_the_callers_error(self, guard: EgressGuard, url: str) -> None:
        with pytest.raises(EgressRefused) as refused:
            await guard.fetch(url)
        assert refused.value.kind is Kind.INVALID


class TestAuthority:
    async def test_of_the_operator_is_trusted_beside_the_public_ones(
        self, guards: Any, names: Any, secure: Any, certificate: Any
    ) -> None:
        secure.says("/", "behind an authority")
        url = f"https://{secure.host}:{secure.port}/"
        guard = await guards(names, ca_bundle=str(certificate))
        assert (await guard.fetch(url)).body == b"behind an authority"
        with pytest.raises(Unavailable, match="certificate"):
            await (await guards(names)).fetch(url)
