"""Uploads: forms of all sorts, sizes, senders that leave, and what an upload costs the gateway."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from owui_chassis.errors import Exhausted, Invalid, Unavailable

from .fakes import account
from .world import ADA, Answer, World, until

PATH = "/api/v1/files/"
MB = 1024 * 1024
BOUNDARY = "a-boundary"
UPLOADER = account("ada", permissions=["chat.file_upload"])


@pytest.fixture
def world(module_world: World) -> World:
    module_world.reset()
    module_world.auth.accounts[ADA] = UPLOADER
    return module_world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def single(redis_url: str) -> AsyncIterator[World]:
    async with World(redis_url, None, {"GATEWAY_MAX_UPLOADS": "1"}) as world:
        world.auth.accounts[ADA] = UPLOADER
        yield world


def part(name: str, content: bytes, filename: str | None = None, more: str = "") -> bytes:
    head = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        head += f'; filename="{filename}"'
    return f"--{BOUNDARY}\r\n{head}\r\n{more}\r\n".encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


async def send(
    world: World, body: Any, query: str = "", token: str = ADA, headers: dict[str, str] | None = None
) -> Answer:
    given = {
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        **({"authorization": f"Bearer {token}"} if token else {}),
        **(headers or {}),
    }
    async with world.http.post(PATH + query, data=body, headers=given) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


async def chunks(body: bytes, size: int) -> AsyncIterator[bytes]:
    for begin in range(0, len(body), size):
        yield body[begin : begin + size]


class TestUpload:
    async def test_stores_the_file_and_answers_it(self, world: World) -> None:
        body = form(part("file", b"hello", "notes.txt", "Content-Type: text/plain\r\n"))
        answer = await send(world, body)
        assert answer.status == 200
        assert answer.json["status"] is True
        assert answer.json["id"] == "file-1"
        assert answer.json["filename"] == "notes.txt"
        assert answer.json["data"] == {"status": "pending"}
        [upload] = world.rag.received
        assert (upload.content, upload.head.content_type, upload.head.process) == (
            b"hello",
            "text/plain",
            True,
        )
        assert upload.end is not None

    async def test_by_a_common_client_arrives(self, world: World) -> None:
        fields = aiohttp.FormData(quote_fields=False)
        fields.add_field(
            "file", b"\x00\x01" * 300_000, filename="dätä.bin", content_type="application/x-thing"
        )
        fields.add_field("metadata", '{"a":1}')
        headers = {"authorization": f"Bearer {ADA}"}
        async with world.http.post(PATH, data=fields, headers=headers) as answer:
            assert answer.status == 200
        [upload] = world.rag.received
        assert upload.content == b"\x00\x01" * 300_000
        assert upload.head.name == "dätä.bin"
        assert upload.end is not None
        assert upload.end.metadata == b'{"a":1}'
        assert max(upload.parts) <= 1024 * 1024

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
    async def test_arrives_however_it_is_cut(self, world: World, size: int) -> None:
        content = b"--a-boundary\r\n\r\n--a-boundar\r\n--a-\r\n\r"
        body = b"preamble\r\n" + form(
            part("metadata", b"{}"), part("file", content, "x"), part("other", b"y")
        )
        answer = await send(world, chunks(body, size))
        assert answer.status == 200
        assert world.rag.received[0].content == content

    async def test_leaves_the_connection_for_the_next_one(self, world: World) -> None:
        body = form(part("file", b"x", "x")) + b"an epilogue"
        for given in (body, chunks(body, 10)):
            answer = await send(world, given)
            assert answer.status == 200
            assert "connection" not in answer.headers

    @pytest.mark.parametrize("first", [True, False])
    async def test_takes_the_metadata_before_or_behind_the_file(self, world: World, first: bool) -> None:
        parts = [part("metadata", b'{"language":"de"}'), part("file", b"x", "x")]
        await send(world, form(*(parts if first else reversed(parts))))
        assert world.rag.received[0].end is not None
        assert world.rag.received[0].end.metadata == b'{"language":"de"}'

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("übersicht 漢字.pdf", "übersicht 漢字.pdf"),
            ("a%22quoted%22.txt", 'a"quoted".txt'),
            (r"C:\Users\ada\plan.txt", r"C:\Users\ada\plan.txt"),
            ("../../etc/passwd", "../../etc/passwd"),
            ("semi;colon=x.txt", "semi;colon=x.txt"),
            ("", ""),
        ],
    )
    async def test_passes_on_the_name_as_it_was_given(self, world: World, given: str, shown: str) -> None:
        await send(world, form(part("file", b"x", given)))
        assert world.rag.received[0].head.name == shown

    async def test_passes_on_what_the_query_says(self, world: World) -> None:
        await send(world, form(part("file", b"x", "x")), "?process=false&knowledge_id=k&folder=a/b")
        head = world.rag.received[0].head
        assert (head.process, head.knowledge_id, head.folder) == (False, "k", "a/b")

    async def test_waits_for_the_reading_when_asked_to(self, world: World) -> None:
        world.rag.statuses = [("pending", None), ("pending", None), ("completed", None)]
        answer = await send(world, form(part("file", b"x", "x")), "?process_in_background=false")
        assert answer.status == 200
        assert world.rag.asked == 3

    @pytest.mark.parametrize(
        "query", ["", "?process_in_background=true", "?process=false&process_in_background=false"]
    )
    async def test_waits_for_nothing_otherwise(self, world: World, query: str) -> None:
        await send(world, form(part("file", b"x", "x")), query)
        assert world.rag.asked == 0


BROKEN = {
    "nothing": b"",
    "no form": b"hello",
    "no file": form(part("metadata", b"{}")),
    "no end": part("file", b"x", "x"),
    "an end in the middle of the file": part("file", b"x" * 100_000, "x")[:50_000],
    "a file that is a text": form(part("file", b"x")),
    "two files": form(part("file", b"x", "x"), part("file", b"y", "y")),
    "a part that is nothing": f"--{BOUNDARY}\r\nX: y\r\n\r\nz\r\n--{BOUNDARY}--".encode(),
    "a head without end": f"--{BOUNDARY}\r\n".encode() + b"x" * 40_000,
    "a longer boundary": f"--{BOUNDARY}x\r\n\r\n".encode(),
    "many parts": form(*(part("x", b"") for _ in range(1100)), part("file", b"x", "x")),
    "large metadata": form(part("metadata", b"x" * 300_000), part("file", b"x", "x")),
}


class TestBrokenForms:
    @pytest.mark.parametrize("name", BROKEN)
    async def test_are_answered_with_422_and_leave_nothing(self, world: World, name: str) -> None:
        answer = await send(world, BROKEN[name])
        assert answer.status == 422
        assert answer.detail[0]["loc"][0] == "body"
        assert answer.detail[0]["msg"]
        assert not world.rag.kept

    @pytest.mark.parametrize(
        "kind", ["application/json", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, ""]
    )
    async def test_include_those_that_name_no_boundary(self, world: World, kind: str) -> None:
        answer = await send(world, form(part("file", b"x", "x")), headers={"content-type": kind})
        assert answer.status == 422
        assert not world.rag.received


class TestAccess:
    @pytest.mark.parametrize(("token", "status"), [("", 401), ("pia-token", 401), ("bob-token", 403)])
    async def test_is_refused_before_the_body_is_read(self, world: World, token: str, status: int) -> None:
        answer = await send(world, chunks(form(part("file", bytes(3 * MB), "x")), 100_000), token=token)
        assert answer.status == status
        assert not world.rag.received

    async def test_of_administrators_needs_no_permission(self, world: World) -> None:
        assert (await send(world, form(part("file", b"x", "x")), token="root-token")).status == 200

    async def test_from_pages_of_others_is_refused(self, world: World) -> None:
        body = form(part("file", b"x", "x"))
        cookie = {"cookie": f"token={ADA}"}
        evil = {"origin": "https://evil.example"}
        assert (await send(world, body, token="", headers={**cookie, **evil})).status == 403
        assert (await send(world, body, token="", headers={**cookie, "origin": "null"})).status == 403
        assert (await send(world, body, token="", headers={**cookie, "origin": world.url})).status == 200
        # Who has the token itself needs no cookie of a visitor.
        assert (await send(world, body, headers=evil)).status == 200


class TestSize:
    async def test_that_is_announced_is_refused_before_anything_is_sent(self, world: World) -> None:
        world.rag.limit = 5 * MB
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(
            f"POST {PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADA}\r\ncontent-length: {50 * MB}\r\n"
            f"content-type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n".encode()
        )
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
        assert answer.startswith(b"HTTP/1.1 413")
        assert b"larger than 6 MB" in answer
        assert not world.rag.received
        writer.close()

    @pytest.mark.parametrize("size", [5 * MB + 1, 8 * MB])
    async def test_that_is_not_announced_is_refused_when_it_shows(self, world: World, size: int) -> None:
        world.rag.limit = 5 * MB
        answer = await send(world, chunks(form(part("file", bytes(size), "x")), 100_000))
        assert answer.status == 413
        assert "at most" in answer.detail
        assert not world.rag.kept

    async def test_of_the_form_around_the_file_is_bounded_too(self, world: World) -> None:
        world.rag.limit = 1 * MB
        body = form(*(part(f"field-{number}", bytes(MB)) for number in range(4)), part("file", b"x", "x"))
        answer = await send(world, chunks(body, 100_000))
        assert answer.status == 413
        assert not world.rag.kept

    async def test_at_the_limit_is_taken(self, world: World) -> None:
        world.rag.limit = 5 * MB
        assert (await send(world, form(part("file", bytes(5 * MB), "x")))).status == 200

    async def test_beyond_the_general_limit_of_bodies_is_taken(self, world: World) -> None:
        world.rag.keep_content = False
        assert (await send(world, chunks(form(part("file", bytes(40 * MB), "x")), MB))).status == 200
        assert world.rag.received[0].size == 40 * MB


class TestRefusals:
    @pytest.mark.parametrize(
        ("refusal", "status"),
        [
            (Invalid("Files of this kind are not allowed", "extension_not_allowed"), 400),
            (Exhausted("You may keep 5 files at most.", "quota_reached"), 413),
            (Unavailable("The storage of files is full", "storage_full"), 503),
        ],
    )
    async def test_of_rag_are_answered_while_the_client_still_sends(
        self, world: World, refusal: Any, status: int
    ) -> None:
        world.rag.refuse = refusal
        answer = await send(world, chunks(form(part("file", bytes(20 * MB), "x")), 100_000))
        assert (answer.status, answer.detail) == (status, refusal.message)

    async def test_come_when_too_many_upload_at_once(self, single: World) -> None:
        single.rag.pace = asyncio.Event()
        first = asyncio.create_task(send(single, form(part("file", b"x", "x"))))
        await until(lambda: single.rag.received)
        answer = await send(single, form(part("file", b"y", "y")))
        assert (answer.status, "Retry-After" in answer.headers) == (503, True)
        single.rag.pace.set()
        assert (await first).status == 200
        single.rag.pace = None
        assert (await send(single, form(part("file", b"y", "y")))).status == 200


class TestLeaving:
    async def test_in_the_middle_ends_the_upload_without_its_end(self, world: World) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.write(
            f"POST {PATH} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ADA}\r\ncontent-length: {50 * MB}\r\n"
            f"content-type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n".encode()
        )
        writer.write(part("file", bytes(2 * MB), "x"))
        await until(lambda: world.rag.received and world.rag.received[0].size >= MB)
        writer.transport.abort()
        # A new upload gets its turn, and the one before never becomes a file.
        assert (await send(world, form(part("file", b"x", "x")))).status == 200
        assert world.rag.received[0].end is None
        assert list(world.rag.kept) == ["file-1"]


class TestPace:
    async def test_of_rag_holds_the_client_back(self, world: World) -> None:
        world.rag.pace = asyncio.Event()
        sent = 0

        async def body() -> AsyncIterator[bytes]:
            nonlocal sent
            yield part("file", b"", "x")[:-2]
            for _ in range(60):
                yield bytes(MB)
                sent += MB
            yield b"\r\n" + form()

        task = asyncio.create_task(send(world, body()))
        await until(lambda: world.rag.received)
        for _ in range(100):
            await asyncio.sleep(0.005)
        # What the sockets of both sides hold.
        assert sent < 30 * MB
        world.rag.keep_content = False
        world.rag.pace.set()
        async with asyncio.timeout(60):
            assert (await task).status == 200


class TestCost:
    async def test_of_100_mb_is_little_memory_and_no_standstill(self, world: World) -> None:
        world.rag.keep_content = False
        await send(world, form(part("file", bytes(5 * MB), "x")))
        before = peak = resident()
        worst = 0.0
        piece = bytes(MB)

        async def body() -> AsyncIterator[bytes]:
            nonlocal peak
            yield part("file", b"", "x")[:-2]
            for _ in range(100):
                peak = max(peak, resident())
                yield piece
            yield b"\r\n" + form()

        async def watch() -> None:
            nonlocal worst
            while True:
                began = time.perf_counter()
                await asyncio.sleep(0.005)
                worst = max(worst, time.perf_counter() - began - 0.005)

        watching = asyncio.create_task(watch())
        assert (await send(world, body())).status == 200
        watching.cancel()
        assert world.rag.received[-1].size == 100 * MB
        assert peak - before < 20 * MB
        # The client runs on this loop too.
        assert worst < 0.25


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
