"""The bytes of files on their way in."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import pytest_asyncio
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.errors import Exhausted, Invalid, NotFound, Unavailable
from sqlalchemy import text

from .conftest import person
from .transfers import END, MB, PART, count, data, everything, head, send

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
DOCX = b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(40) + b"[Content_Types].xml"
BROKEN: dict[str, tuple[list[Any], str]] = {
    "nothing": ([], "upload_incomplete"),
    "no head": ([*data(b"x"), END], "upload_incomplete"),
    "no end": ([head(), *data(b"x" * MB)], "upload_incomplete"),
    "two heads": ([head(), head(), *data(b"x"), END], "upload_incomplete"),
    "no bytes": ([head(), END], "file_empty"),
    "fewer bytes than announced": ([head(size=10), *data(b"x"), END], "upload_incomplete"),
    "large parts": ([head(), pb.UploadRequest(data=bytes(2 * MB)), END], "upload_part_too_large"),
    "no object": ([head(metadata=b"[1]"), *data(b"x"), END], "bad_metadata"),
    "no JSON": ([head(), *data(b"x"), pb.UploadRequest(end=pb.UploadEnd(metadata=b"{"))], "bad_metadata"),
    "a folder elsewhere": ([head(folder="../x"), *data(b"x"), END], "bad_folder"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def strict(start: Callable[..., Any]) -> Any:
    """A rag that allows little."""
    world = await start(
        RAG_FILE_MAX_SIZE="2",
        RAG_USER_MAX_FILES="3",
        RAG_USER_MAX_TOTAL_SIZE="3",
        RAG_ALLOWED_FILE_EXTENSIONS="txt,.BIN",
    )
    world.worker.at_once = False
    return world


class TestUpload:
    @pytest.mark.parametrize("size", [1, PART - 1, PART, 3 * MB + 1])
    async def test_gives_back_what_came(self, world: Any, new_person: Any, size: int) -> None:
        ada, content = new_person(), secrets.token_bytes(size)
        file = await send(world, ada, head("x.bin", process=False), *data(content), END)
        assert json.loads(file.meta)["size"] == size
        assert await world.download(ada, file.id) == content

    async def test_waits_to_be_read_and_is_submitted(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head(), *data(b"hello"), END)
        assert json.loads(file.data)["status"] == "pending"
        assert file.id in world.worker.submitted

    async def test_that_shall_not_be_read_is_complete(self, world: Any, new_person: Any) -> None:
        file = await send(world, new_person(), head(process=False), *data(b"hello"), END)
        assert json.loads(file.data)["status"] == "completed"
        assert file.id not in world.worker.submitted

    @pytest.mark.parametrize("place", ["head", "end"])
    async def test_keeps_what_the_uploader_says(self, world: Any, new_person: Any, place: str) -> None:
        said = b'{"language": "de", "language": "fr"}'
        first = head(metadata=said) if place == "head" else head()
        last = END if place == "head" else pb.UploadRequest(end=pb.UploadEnd(metadata=said))
        file = await send(world, new_person(), first, *data(b"x"), last)
        assert json.loads(file.meta)["data"] == {"language": "fr"}

    @pytest.mark.parametrize(
        ("name", "claimed", "content", "kind"),
        [
            ("a.png", "text/html", PNG, "image/png"),
            ("a.html", "image/png", b"<!DOCTYPE html><script>x</script>", "text/html"),
            ("a.txt", "text/plain", b"  <html><body>x", "text/html"),
            ("a.svg", "image/png", b"<svg onload='x'/>", "image/svg+xml"),
            ("a.txt", "application/pdf", PDF, "application/pdf"),
            ("a.bin", "text/plain", b"\x00\x01\x02", "application/octet-stream"),
            ("a.md", "", b"# Title", "text/markdown"),
            ("a.unknown", "", b"just words", "text/plain"),
        ],
    )
    async def test_takes_its_type_from_its_bytes(
        self, world: Any, name: str, claimed: str, content: bytes, kind: str
    ) -> None:
        first = head(name, content_type=claimed, process=False)
        file = await send(world, person(), first, *data(content), END)
        assert json.loads(file.meta)["content_type"] == kind

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            (r"C:\dir\plan.txt", "plan.txt"),
            ("a\x00b\nc.txt", "a_b_c.txt"),
            ("übersicht 漢字.txt", "übersicht 漢字.txt"),
            ("..", "file"),
            ("", "file"),
            ("x" * 300 + ".txt", "x" * 251 + ".txt"),
            ("ü" * 300 + ".txt", "ü" * 125 + ".txt"),
        ],
    )
    async def test_keeps_a_name_that_is_harmless(
        self, world: Any, new_person: Any, given: str, kept: str
    ) -> None:
        file = await send(world, new_person(), head(given, process=False), *data(b"x"), END)
        assert file.filename == kept


class TestBrokenUpload:
    @pytest.mark.parametrize("name", BROKEN)
    async def test_leaves_neither_bytes_nor_a_row(self, world: Any, new_person: Any, name: str) -> None:
        ada, before = new_person(), await everything(world)
        requests, reason = BROKEN[name]
        with pytest.raises(Invalid) as caught:
            await send(world, ada, *requests)
        assert caught.value.reason == reason
        assert await count(world, ada) == 0
        assert await everything(world) == before

    async def test_for_a_base_that_is_not_the_callers_leaves_nothing(
        self, world: Any, new_person: Any
    ) -> None:
        ada, bob = new_person(), new_person()
        base, before = await world.base(bob), await everything(world)
        with pytest.raises(NotFound):
            await send(world, ada, head(knowledge_id=base.id), *data(b"x"), END)
        assert await count(world, ada) == 0
        assert await everything(world) == before

    async def test_by_a_client_that_leaves_leaves_nothing(self, world: Any, new_person: Any) -> None:
        ada, before = new_person(), await everything(world)
        waiting = asyncio.Event()

        async def stuck() -> AsyncIterator[Any]:
            yield head()
            for request in data(bytes(5 * MB)):
                yield request
            waiting.set()
            await asyncio.Event().wait()

        call = asyncio.create_task(world.call(ada, world.transfers.Upload, stuck()))
        await waiting.wait()
        while await everything(world) == before:  # noqa: ASYNC110 - the service writes
            await asyncio.sleep(0.005)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        async with asyncio.timeout(5):
            while await everything(world) != before:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert await count(world, ada) == 0


class TestLimits:
    async def test_are_told(self, strict: Any, world: Any, new_person: Any) -> None:
        for rag, limit in ((strict, 2 * MB), (world, 2048 * MB)):
            request = pb.GetUploadLimitsRequest()
            answer = await rag.call(new_person(), rag.transfers.GetUploadLimits, request)
            assert answer.max_bytes == limit

    async def test_of_size_hold_as_soon_as_they_are_passed(self, strict: Any, new_person: Any) -> None:
        ada, before, given = new_person(), await everything(strict), 0

        async def endless() -> AsyncIterator[Any]:
            nonlocal given
            yield head()
            for _ in range(4000):
                given += PART
                yield pb.UploadRequest(data=bytes(PART))

        with pytest.raises(Invalid, match="2 MiB") as caught:
            await strict.call(ada, strict.transfers.Upload, endless())
        assert caught.value.reason == "file_too_large"
        assert given < 100 * MB
        assert await count(strict, ada) == 0
        assert await everything(strict) == before

    async def test_of_size_hold_for_what_is_announced(self, strict: Any, new_person: Any) -> None:
        with pytest.raises(Invalid) as caught:
            await send(strict, new_person(), head(size=2 * MB + 1), END)
        assert caught.value.reason == "file_too_large"

    async def test_of_number_and_sum_hold(self, strict: Any, new_person: Any) -> None:
        ada, bob = new_person(), new_person()
        await send(strict, ada, head(), *data(bytes(2 * MB)), END)
        before = await everything(strict)
        with pytest.raises(Exhausted, match="3 MiB"):
            await send(strict, ada, head(), *data(bytes(2 * MB)), END)
        assert await everything(strict) == before
        for _ in range(3):
            await send(strict, bob, head(), *data(b"x"), END)
        with pytest.raises(Exhausted, match="3 files"):
            await send(strict, bob, head(), *data(b"x"), END)

    async def test_hold_for_uploads_at_the_same_time(self, strict: Any, new_person: Any) -> None:
        ada = new_person()
        sent = [send(strict, ada, head(), *data(b"x"), END) for _ in range(10)]
        outcomes = await asyncio.gather(*sent, return_exceptions=True)
        assert sum(isinstance(outcome, Exhausted) for outcome in outcomes) == 7
        assert await count(strict, ada) == 3

    async def test_wait_for_another_upload_of_the_same_person_to_be_counted(
        self, strict: Any, new_person: Any
    ) -> None:
        ada = new_person()
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended('quota ' || :id, 0))")
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        async with strict.database.begin() as connection:
            # What another replica does before it counts and writes.
            await connection.execute(lock, {"id": ada.user_id})
            sent = asyncio.create_task(send(strict, ada, head(), *data(b"x"), END))
            async with asyncio.timeout(60):
                while not (await connection.execute(waiting)).scalar_one():
                    assert not sent.done(), "the upload did not wait"
                    await asyncio.sleep(0.01)
        await sent
        assert await count(strict, ada) == 1

    @pytest.mark.parametrize(
        ("name", "allowed"), [("a.TXT", True), ("a.bin", True), ("a.exe", False), ("txt", False)]
    )
    async def test_of_kinds_hold(self, strict: Any, new_person: Any, name: str, allowed: bool) -> None:
        if allowed:
            await send(strict, new_person(), head(name), *data(b"x"), END)
            return
        with pytest.raises(Invalid, match="txt") as caught:
            await send(strict, new_person(), head(name), *data(b"x"), END)
        assert caught.value.reason == "extension_not_allowed"

    async def test_of_uploads_at_once_hold(self, start: Any, new_person: Any) -> None:
        world = await start(RAG_UPLOAD_MAX_AT_ONCE="1")
        going, waiting = asyncio.Event(), asyncio.Event()

        async def slow() -> AsyncIterator[Any]:
            yield head()
            yield pb.UploadRequest(data=b"x")
            waiting.set()
            await going.wait()
            yield END

        first = asyncio.create_task(world.call(new_person(), world.transfers.Upload, slow()))
        await waiting.wait()
        while not await everything(world):  # noqa: ASYNC110 - the service begins
            await asyncio.sleep(0.005)
        with pytest.raises(Unavailable) as caught:
            await send(world, new_person(), head(), *data(b"x"), END)
        assert caught.value.reason == "too_many_uploads"
        going.set()
        assert (await first).file.id
