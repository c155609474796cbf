"""The web interface: pages, files, what never is served; and the headers around every answer."""

import asyncio
import base64
import gzip
import hashlib
from collections.abc import AsyncIterator

import brotli
import pytest
import pytest_asyncio

from .world import PAGE, World


async def raw_request(world: World, target: bytes, method: bytes = b"GET") -> bytes:
    """Ask without a client that cleans addresses up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
    writer.write(method + b" " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/index.html", "/c/some-chat", "/admin/users?x=1", "/auth"])
    async def test_every_page_is_the_start_page(self, world: World, path: str) -> None:
        answer = await world.get(path)
        assert (answer.status, answer.body.decode()) == (200, PAGE)
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-cache"

    async def test_the_policy_allows_our_inline_scripts_and_no_others(self, world: World) -> None:
        policy = (await world.get("/c/some-chat")).headers["content-security-policy"]
        digest = base64.b64encode(hashlib.sha256(b"start()").digest()).decode()
        assert f"script-src 'self' 'sha256-{digest}';" in policy
        assert "unsafe-inline" not in policy.partition("style-src")[0]
        assert "frame-ancestors 'none'" in policy
        assert "object-src 'none'" in policy

    async def test_files_are_cached_as_long_as_their_names_allow(self, world: World) -> None:
        immutable = await world.get("/_app/immutable/chunk.abc.js")
        assert immutable.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (await world.get("/app.js")).headers["cache-control"] == "public, max-age=3600"

    async def test_a_file_that_is_unchanged_is_not_sent_again(self, world: World) -> None:
        etag = (await world.get("/app.js", headers={"accept-encoding": "identity"})).headers["etag"]
        assert (await world.get("/app.js", headers={"if-none-match": etag})).status == 304

    @pytest.mark.parametrize("path", ["/gone.js", "/_app/immutable/old.js"])
    async def test_a_missing_script_is_no_page(self, world: World, path: str) -> None:
        assert (await world.get(path)).status == 404

    @pytest.mark.parametrize(
        "path", ["/api/nothing", "/api/v1/nothing/at/all", "/ollama/nothing", "/oauth/nothing"]
    )
    async def test_unknown_paths_of_programs_are_json(self, world: World, path: str) -> None:
        answer = await world.get(path, "ada-token")
        assert (answer.status, answer.json) == (404, {"detail": "Not Found"})

    async def test_other_methods_are_refused(self, world: World) -> None:
        answer = await world.post("/c/some-chat", {})
        assert (answer.status, answer.json) == (405, {"detail": "Method Not Allowed"})

    @pytest.mark.parametrize(
        "target",
        [
            b"/../secret.txt",
            b"/%2e%2e/secret.txt",
            b"/_app/..%2f..%2fsecret.txt",
            b"/..%5csecret.txt",
            b"/%2e%2e%2fsecret.txt",
            b"//secret.txt",
            b"/_app/%00/../../secret.txt",
            b"/app.js%00.html",
            b"/%ff%fe",
            b"/" + b"a" * 5000,
        ],
    )
    async def test_nothing_outside_the_folder_is_served(self, world: World, target: bytes) -> None:
        answer = await raw_request(world, target)
        assert answer.split(b" ", 2)[1] in (b"200", b"400", b"404")
        assert b"not for you" not in answer
        assert b"Traceback" not in answer
        assert b"Internal" not in answer

    async def test_a_socket_elsewhere_is_refused(self, world: World) -> None:
        for path in ("/", "/socket", "/ws/other", "/api/config"):
            answer = await world.get(
                path,
                headers={
                    "connection": "upgrade",
                    "upgrade": "websocket",
                    "sec-websocket-version": "13",
                    "sec-websocket-key": base64.b64encode(b"x" * 16).decode(),
                },
            )
            assert answer.status == 403


class TestCompression:
    @pytest.mark.parametrize(
        ("accept", "encoding"),
        [
            ("br", "br"),
            ("gzip", "gzip"),
            ("gzip, deflate, br", "br"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("BR", "br"),
            ("*", "br"),
            ("gzip;q=0", None),
            ("identity", None),
            ("broken", None),
        ],
    )
    async def test_follows_what_the_client_accepts(
        self, world: World, accept: str, encoding: str | None
    ) -> None:
        headers = {"accept-encoding": accept}
        headers = {"authorization": "Bearer root-token", **headers}
        async with world.http.get("/metrics", headers=headers, auto_decompress=False) as answer:
            body = await answer.read()
            assert answer.headers.get("content-encoding") == encoding
            if encoding:
                assert answer.headers["vary"] == "Accept-Encoding"
                assert len(body) == int(answer.headers["content-length"])
        plain = {"br": brotli.decompress, "gzip": gzip.decompress}.get(encoding or "", bytes)(body)
        assert plain.startswith(b"# HELP")

    async def test_large_files_are_compressed_too(self, world: World) -> None:
        headers = {"accept-encoding": "br, gzip"}
        async with world.http.get("/app.js", headers=headers, auto_decompress=False) as answer:
            body = await answer.read()
        assert answer.headers["content-encoding"] == "br"
        assert len(body) < 10_000
        assert brotli.decompress(body) == b"start = () => 1;\n" * 20_000

    async def test_small_answers_stay_as_they_are(self, world: World) -> None:
        answer = await world.get("/health", headers={"accept-encoding": "br, gzip"})
        assert "content-encoding" not in answer.headers

    async def test_a_head_request_has_no_body(self, world: World) -> None:
        for path in ("/", "/app.js"):
            async with world.http.head(path, headers={"accept-encoding": "br"}) as answer:
                assert answer.status == 200
                assert await answer.read() == b""


class TestSecurityHeaders:
    @pytest.mark.parametrize("path", ["/", "/app.js", "/health", "/api/config", "/api/nothing", "/api/usage"])
    async def test_are_on_every_answer(self, world: World, path: str) -> None:
        headers = (await world.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert len(headers["x-trace-id"]) == 32
        assert "server" not in headers

    async def test_a_given_trace_is_continued(self, world: World) -> None:
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        answer = await world.get("/health", headers={"traceparent": trace})
        assert answer.headers["x-trace-id"] == "0af7651916cd43dd8448eb211c80319c"
        for garbage in ("x", "00-0-0-0", "00-" + "g" * 32 + "-b7ad6b7169203331-01"):
            answer = await world.get("/health", headers={"traceparent": garbage})
            assert len(answer.headers["x-trace-id"]) == 32

    async def test_settings_add_more(self, redis_url: str) -> None:
        environ = {
            "HSTS": "max-age=31536000",
            "PERMISSIONS_POLICY": "camera=()",
            "XFRAME_OPTIONS": "SAMEORIGIN",
            "CACHE_CONTROL": "no-store",
        }
        async with World(redis_url, None, environ) as world:
            headers = (await world.get("/health")).headers
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers["permissions-policy"] == "camera=()"
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert headers["cache-control"] == "no-store"


ORIGIN = "https://app.example.org"
PREFLIGHT = {"origin": ORIGIN, "access-control-request-method": "POST"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def listed(redis_url: str) -> AsyncIterator[World]:
    environ = {"CORS_ALLOW_ORIGIN": f"{ORIGIN};https://two.example.org"}
    async with World(redis_url, None, environ) as world:
        yield world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_to_all(redis_url: str) -> AsyncIterator[World]:
    async with World(redis_url, None, {"CORS_ALLOW_ORIGIN": "*"}) as world:
        yield world


class TestForeignOrigins:
    async def test_are_not_allowed_by_default(self, world: World) -> None:
        answer = await world.get("/api/config", headers={"origin": ORIGIN})
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
        async with world.http.options("/api/config", headers=PREFLIGHT) as preflight:
            assert "access-control-allow-origin" not in preflight.headers

    async def test_that_are_listed_may_use_cookies(self, listed: World) -> None:
        answer = await listed.get("/api/config", headers={"origin": ORIGIN})
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]
        async with listed.http.options("/api/config", headers=PREFLIGHT) as preflight:
            assert preflight.status == 200
            assert preflight.headers["access-control-allow-origin"] == ORIGIN

    @pytest.mark.parametrize("origin", ["https://evil.example.org", "https://app.example.org.evil", "null"])
    async def test_that_are_not_listed_may_nothing(self, listed: World, origin: str) -> None:
        answer = await listed.get("/api/config", headers={"origin": origin})
        assert "access-control-allow-origin" not in answer.headers

    async def test_all_of_them_means_without_cookies(self, open_to_all: World) -> None:
        answer = await open_to_all.get("/api/config", headers={"origin": ORIGIN, "cookie": "token=ada-token"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers

    async def test_compressed_answers_vary_by_both(self, listed: World) -> None:
        answer = await listed.get(
            "/metrics",
            headers={"authorization": "Bearer root-token", "origin": ORIGIN, "accept-encoding": "gzip"},
        )
        assert {part.strip() for part in answer.headers["vary"].split(",")} == {"Accept-Encoding", "Origin"}
