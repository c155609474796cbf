"""Downloads: ranges, conditions, what browsers may do with a file, and who may have it."""

import asyncio
import secrets
from typing import Any
from urllib.parse import unquote

import pytest

from .fake_rag import Kept
from .world import ADA, Answer, World, until

CONTENT = secrets.token_bytes(200_000)
SCRIPT = b"<script>alert(document.cookie)</script>"


@pytest.fixture
def world(module_world: World) -> World:
    module_world.reset()
    module_world.rag.kept["f"] = Kept("ada", CONTENT)
    return module_world


async def get(world: World, headers: dict[str, str] | None = None, path: str = "/content") -> Answer:
    return await world.get(f"/api/v1/files/f{path}", ADA, headers=headers or {})


def keep(world: World, content_type: str, name: str = "name.x", content: bytes = SCRIPT) -> None:
    world.rag.kept["f"] = Kept("ada", content, name, content_type)


class TestWholeFile:
    @pytest.mark.parametrize("path", ["/content", "/content/any%20name.txt"])
    async def test_is_given_with_what_is_known_of_it(self, world: World, path: str) -> None:
        answer = await get(world, path=path)
        assert (answer.status, answer.body) == (200, CONTENT)
        assert answer.headers["content-length"] == str(len(CONTENT))
        assert answer.headers["accept-ranges"] == "bytes"
        assert answer.headers["etag"] == f'"{world.rag.kept["f"].etag}"'
        assert "private" in answer.headers["cache-control"]

    async def test_of_no_bytes_is_given(self, world: World) -> None:
        keep(world, "text/plain", content=b"")
        answer = await get(world)
        assert (answer.status, answer.body, answer.headers["content-length"]) == (200, b"", "0")

    async def test_is_described_without_being_read(self, world: World) -> None:
        headers = {"authorization": f"Bearer {ADA}"}
        async with world.http.head("/api/v1/files/f/content", headers=headers) as answer:
            assert answer.status == 200
            assert answer.headers["content-length"] == str(len(CONTENT))
            assert await answer.read() == b""
        assert world.rag.sent == 0

    async def test_is_not_changed_by_compression(self, world: World) -> None:
        keep(world, "text/plain", content=b"a" * 50_000)
        answer = await get(world, {"accept-encoding": "gzip, br"})
        assert "content-encoding" not in answer.headers
        assert answer.headers["etag"].startswith('"')


class TestRange:
    @pytest.mark.parametrize(
        ("wanted", "start", "end"),
        [
            ("bytes=0-99", 0, 100),
            ("bytes=0-0", 0, 1),
            ("bytes=100-", 100, 200_000),
            ("bytes=199999-", 199_999, 200_000),
            ("bytes=-1", 199_999, 200_000),
            ("bytes=-300000", 0, 200_000),
            ("bytes=150000-999999999", 150_000, 200_000),
            ("BYTES=5-9", 5, 10),
            ("bytes= 5-9", 5, 10),
        ],
    )
    async def test_gives_that_part(self, world: World, wanted: str, start: int, end: int) -> None:
        answer = await get(world, {"range": wanted})
        assert (answer.status, answer.body) == (206, CONTENT[start:end])
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/200000"
        assert answer.headers["content-length"] == str(end - start)

    @pytest.mark.parametrize("wanted", ["bytes=200000-", "bytes=900000-900001", "bytes=-0"])
    async def test_without_bytes_is_refused(self, world: World, wanted: str) -> None:
        answer = await get(world, {"range": wanted})
        assert answer.status == 416
        assert answer.headers["content-range"] == "bytes */200000"

    @pytest.mark.parametrize(
        "wanted",
        [
            "bytes=9-5",
            "bytes=0-1,5-6",
            "bytes=-",
            "lines=0-5",
            "bytes=a-b",
            "x",
            "bytes=0-" + "9" * 30,
            "bytes=٣-٤",
        ],
    )
    async def test_that_is_not_understood_gives_everything(self, world: World, wanted: str) -> None:
        answer = await get(world, {"range": wanted})
        assert (answer.status, len(answer.body)) == (200, 200_000)

    async def test_counts_only_for_the_version_that_is_named(self, world: World) -> None:
        etag = f'"{world.rag.kept["f"].etag}"'
        assert (await get(world, {"range": "bytes=0-9", "if-range": etag})).status == 206
        assert (await get(world, {"range": "bytes=0-9", "if-range": '"other"'})).status == 200
        assert (await get(world, {"range": "bytes=0-9", "if-range": f"W/{etag}"})).status == 200

    async def test_of_a_head_is_described(self, world: World) -> None:
        headers = {"authorization": f"Bearer {ADA}", "range": "bytes=0-9"}
        async with world.http.head("/api/v1/files/f/content", headers=headers) as answer:
            assert (answer.status, answer.headers["content-length"]) == (206, "10")


class TestConditions:
    @pytest.mark.parametrize("shape", ['"{}"', 'W/"{}"', '"x", "{}"', "*", '"x",W/"{}" '])
    async def test_that_hold_save_the_bytes(self, world: World, shape: str) -> None:
        etag = world.rag.kept["f"].etag
        for more in ({}, {"range": "bytes=0-9"}):
            answer = await get(world, {"if-none-match": shape.format(etag), **more})
            assert (answer.status, answer.body) == (304, b"")
            assert answer.headers["etag"] == f'"{etag}"'
        assert world.rag.sent == 0

    @pytest.mark.parametrize("shape", ['"other"', "{}", '"{}x"', ""])
    async def test_that_do_not_hold_save_nothing(self, world: World, shape: str) -> None:
        answer = await get(world, {"if-none-match": shape.format(world.rag.kept["f"].etag)})
        assert answer.status == 200


# Types under which a browser could run what is in a file.
DANGEROUS = [
    "text/html",
    "TEXT/HTML; charset=utf-8",
    "image/svg+xml",
    "application/xhtml+xml",
    "text/xml",
    "application/xml",
    "application/javascript",
    "text/javascript",
    "text/css",
    "multipart/x-mixed-replace",
    "application/octet-stream",
    "",
    "text/html\r\nx-evil: 1",
    "texthtml",
]


class TestBrowsers:
    @pytest.mark.parametrize("kind", DANGEROUS)
    async def test_run_nothing_that_is_in_a_file(self, world: World, kind: str) -> None:
        keep(world, kind)
        for path in ("/content", "/content/x.html", "/content?attachment=true"):
            answer = await get(world, path=path)
            assert answer.headers["content-disposition"].startswith("attachment;")
            assert answer.headers["x-content-type-options"] == "nosniff"
            policy = answer.headers["content-security-policy"]
            assert "sandbox;" in policy
            assert "allow-scripts" not in policy
            assert "default-src 'none'" in policy
            assert "x-evil" not in answer.headers

    @pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "image/png"])
    async def test_see_the_source_of_pages_as_text(self, world: World, kind: str) -> None:
        keep(world, kind)
        answer = await get(world, path="/content/html")
        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox;" in answer.headers["content-security-policy"]
        assert answer.body == SCRIPT

    @pytest.mark.parametrize(
        "kind", ["image/png", "image/jpeg", "image/webp", "text/plain", "application/pdf"]
    )
    async def test_show_what_is_harmless(self, world: World, kind: str) -> None:
        keep(world, kind, "pic.x")
        answer = await get(world)
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"].startswith("inline;")
        assert answer.headers.getall("x-content-type-options") == ["nosniff"]
        answer = await get(world, path="/content?attachment=true")
        assert answer.headers["content-disposition"].startswith("attachment;")

    async def test_may_show_a_pdf_in_a_page_of_ours(self, world: World) -> None:
        keep(world, "application/pdf")
        answer = await get(world)
        assert answer.headers.getall("x-frame-options") == ["SAMEORIGIN"]
        assert "sandbox" not in answer.headers.get("content-security-policy", "")

    @pytest.mark.parametrize(
        "name", ["plain.txt", "übersicht 漢字.pdf", 'a"b\\c.txt', "x; filename=evil.exe", "50%.txt", "🎉.png"]
    )
    async def test_save_a_file_under_its_name(self, world: World, name: str) -> None:
        keep(world, "text/plain", name)
        value = (await get(world)).headers["content-disposition"]
        assert value.isascii()
        plain, _, encoded = value.partition("; filename*=UTF-8''")
        assert unquote(encoded) == name
        assert plain.count('"') == 2

    async def test_get_no_header_from_a_name(self, world: World) -> None:
        keep(world, "text/plain", "x\r\nset-cookie: token=evil.txt")
        assert "set-cookie" not in (await get(world)).headers


class TestAccess:
    @pytest.mark.parametrize("path", ["/content", "/content/html", "/content/x", "/process/status"])
    async def test_to_the_file_of_another_is_that_to_no_file(self, world: World, path: str) -> None:
        foreign = await world.get(f"/api/v1/files/f{path}", "bob-token")
        absent = await world.get(f"/api/v1/files/g{path}", "bob-token")
        assert foreign.status == absent.status == 404
        assert foreign.json == absent.json

    @pytest.mark.parametrize(("token", "status"), [("", 401), ("pia-token", 401), ("root-token", 200)])
    async def test_needs_an_account(self, world: World, token: str, status: int) -> None:
        assert (await world.get("/api/v1/files/f/content", token)).status == status


class TestTrouble:
    async def test_in_the_middle_cuts_the_connection(self, world: World) -> None:
        world.rag.broken_at = 100_000
        with pytest.raises(Exception, match="payload"):
            await get(world)

    async def test_of_the_client_ends_the_reading(self, world: World) -> None:
        keep(world, "text/plain", content=bytes(80_000_000))
        _, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(
            f"GET /api/v1/files/f/content HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADA}\r\n\r\n".encode()
        )
        await until(lambda: world.rag.sent)
        for _ in range(20):
            await asyncio.sleep(0.005)
        # Nobody reads: what is on its way fits into buffers.
        assert world.rag.sent < 40_000_000
        writer.transport.abort()
        async with asyncio.timeout(5):
            await world.rag.closed.wait()

    async def test_of_rag_is_told(self, world: World) -> None:
        answer = await world.get("/api/v1/files/absent/content", ADA, headers={"range": "bytes=0-1"})
        assert answer.status == 404


async def events(world: World) -> list[Any]:
    answer = await get(world, path="/process/status?stream=true")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    return [line.removeprefix("data: ") for line in answer.body.decode().split("\n\n") if line]


class TestStatus:
    async def test_is_told_once(self, world: World) -> None:
        world.rag.statuses = [("failed", "It is encrypted")]
        answer = await get(world, path="/process/status")
        assert (answer.status, answer.json["status"], answer.json["error"]) == (
            200,
            "failed",
            "It is encrypted",
        )

    async def test_is_told_at_each_change_until_the_end(self, world: World) -> None:
        world.rag.statuses = [("pending", None), ("pending", None), ("completed", None)]
        assert await events(world) == [
            '{"status":"pending","progress":0.5}',
            '{"status":"completed","progress":0.5}',
        ]

    async def test_of_a_failure_names_the_reason(self, world: World) -> None:
        world.rag.statuses = [("failed", "It is empty")]
        assert await events(world) == ['{"status":"failed","progress":0.5,"error":"It is empty"}']

    async def test_of_a_file_that_goes_meanwhile_ends(self, world: World) -> None:
        world.rag.statuses = [("pending", None), ("gone", None)]
        assert (await events(world))[-1] == '{"status":"not_found"}'
