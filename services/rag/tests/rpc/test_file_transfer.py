"""The bytes of files: in, out, and directly into the object store."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.access_control import Caller
from owui_chassis.call import Call, serving
from owui_chassis.errors import Conflict, Exhausted, Invalid, NotFound, Unavailable
from owui_chassis.identity import Identities
from owui_rag.adapters.files import Files
from owui_rag.adapters.new_files import NewFiles
from owui_rag.domain.quotas import Quota
from owui_rag.usecases.reading import Reading
from owui_rag.usecases.take_text import TakeText
from owui_testkit import object_store

from .conftest import person

MB = 1024 * 1024
PART = 256 * 1024
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
DOCX = b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + bytes(40) + b"[Content_Types].xml"


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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stored(start: Callable[..., Any], s3_url: str) -> Any:
    """A rag whose bytes are in S3."""
    world = await start(
        STORAGE_PROVIDER="s3",
        S3_ENDPOINT_URL=s3_url,
        S3_BUCKET_NAME=object_store.BUCKET,
        S3_ACCESS_KEY_ID=object_store.ACCESS_KEY,
        S3_SECRET_ACCESS_KEY=object_store.SECRET_KEY,
        S3_REGION_NAME="us-east-1",
        S3_ADDRESSING_STYLE="path",
        S3_KEY_PREFIX=f"transfer-{secrets.token_hex(4)}",
        RAG_FILE_MAX_SIZE="30",
    )
    world.worker.at_once = False
    return world


def head(name: str = "notes.txt", **more: Any) -> pb.UploadRequest:
    return pb.UploadRequest(head=pb.UploadHead(name=name, **more))


def data(content: bytes) -> list[pb.UploadRequest]:
    return [pb.UploadRequest(data=content[at : at + PART]) for at in range(0, len(content), PART)]


END = pb.UploadRequest(end=pb.UploadEnd())


async def send(world: Any, who: Any, *requests: Any) -> Any:
    async def stream() -> AsyncIterator[Any]:
        for request in requests:
            yield request

    return (await world.call(who, world.transfers.Upload, stream())).file


async def count(world: Any, who: Any) -> int:
    return int(await world.count("file", f"user_id = '{who.user_id}'"))


async def everything(world: Any) -> set[str]:
    """Return all that lies in the folder of the uploads, half files included."""
    folder = world.worker._uploads
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


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


async def download(world: Any, who: Any, **wanted: Any) -> tuple[Any, bytes]:
    with serving(Call(principal=who, identity=Identities("a secret for tests, long enough").sign(who))):
        pieces = [piece async for piece in world.transfers.Download(pb.DownloadRequest(**wanted))]
    return pieces[0].head, b"".join(piece.data for piece in pieces)


class TestDownload:
    @pytest.mark.parametrize(
        ("wanted", "span"),
        [
            ({}, (0, 1000)),
            ({"start": 10}, (10, 1000)),
            ({"start": 10, "end": 20}, (10, 20)),
            ({"start": 990, "end": 5000}, (990, 1000)),
            ({"end": 5}, (0, 5)),
            ({"suffix": 3}, (997, 1000)),
            ({"suffix": 5000}, (0, 1000)),
        ],
    )
    async def test_gives_what_is_wanted(
        self, world: Any, new_person: Any, wanted: Any, span: tuple[int, int]
    ) -> None:
        ada, content = new_person(), secrets.token_bytes(1000)
        file = await send(world, ada, head("x.bin", process=False), *data(content), END)
        found, given = await download(world, ada, id=file.id, **wanted)
        assert (found.size, found.start, found.end) == (1000, *span)
        assert found.etag == hashlib.sha256(content).hexdigest()
        assert given == content[slice(*span)]

    @pytest.mark.parametrize(
        "wanted", [{"start": 4}, {"start": 9, "end": 12}, {"suffix": 0}, {"start": 2, "end": 2}]
    )
    async def test_of_no_bytes_is_refused(self, world: Any, new_person: Any, wanted: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head(process=False), *data(b"four"), END)
        with pytest.raises(Invalid) as caught:
            await download(world, ada, id=file.id, **wanted)
        assert caught.value.reason == "range_not_satisfiable"

    async def test_of_a_text_that_never_had_bytes_gives_the_text(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        reading = Reading(Files(world.database), world.worker)
        texts = TakeText(NewFiles(world.database), reading, world.parts.live)
        row = await texts.run(Caller(user_id=ada.user_id), "t.txt", "größer", Quota(MB))
        found, given = await download(world, ada, id=row.id, start=3)
        assert (found.size, given) == (8, "größer".encode()[3:])
        assert found.etag == hashlib.sha256("größer".encode()).hexdigest()
        with pytest.raises(NotFound):
            await download(world, new_person(), id=row.id)

    async def test_of_the_head_gives_no_bytes(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head(process=False), *data(b"four"), END)
        found, given = await download(world, ada, id=file.id, head_only=True)
        assert (found.name, found.size, given) == ("notes.txt", 4, b"")

    async def test_of_a_foreign_file_is_that_of_none(self, world: Any, new_person: Any) -> None:
        file = await send(world, new_person(), head(), *data(b"secret"), END)
        for file_id in (file.id, "absent", ""):
            with pytest.raises(NotFound) as caught:
                await download(world, new_person(), id=file_id)
            assert caught.value.reason == "file_not_found"
        _, given = await download(world, new_person("admin"), id=file.id)
        assert given == b"secret"

    async def test_is_for_readers_of_a_base_that_holds_the_file(self, world: Any, new_person: Any) -> None:
        ada, bob = new_person(), new_person()
        file = await send(world, ada, head(), *data(b"shared"), END)
        base = await world.base(ada, {"read": {"user_ids": [bob.user_id], "group_ids": []}})
        await world.add(ada, base, file)
        assert await world.download(bob, file.id) == b"shared"

    async def test_that_ends_early_lets_go_of_the_file(self, world: Any, new_person: Any) -> None:
        ada = new_person()
        file = await send(world, ada, head("x.bin", process=False), *data(bytes(20 * MB)), END)
        request = pb.DownloadRequest(id=file.id)
        with serving(Call(principal=ada, identity=Identities("a secret for tests, long enough").sign(ada))):
            async with aclosing(world.transfers.Download(request)) as pieces:
                await anext(pieces)
                await anext(pieces)
        key = await _blob_key(world, file.id)
        async with asyncio.timeout(5):
            while any(str(target).endswith(key) for target in _open_files()):  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def _blob_key(world: Any, file_id: str) -> str:
    return next(key for key in await everything(world) if key.endswith(file_id))


def _open_files() -> list[Path]:
    return [path.resolve() for path in Path("/proc/self/fd").iterdir()]


class TestCost:
    async def test_of_a_large_file_is_little_memory(self, world: Any, new_person: Any) -> None:
        ada, piece = new_person(), pb.UploadRequest(data=bytes(PART))
        await send(world, ada, head(process=False), *data(bytes(5 * MB)), END)
        before = peak = resident()

        async def large() -> AsyncIterator[Any]:
            nonlocal peak
            yield head("large.bin", process=False)
            for _ in range(400):
                peak = max(peak, resident())
                yield piece
            yield END

        file = (await world.call(ada, world.transfers.Upload, large())).file
        assert json.loads(file.meta)["size"] == 100 * MB
        # Client and service are in this process, with what gRPC holds for each.
        assert peak - before < 40 * MB


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def put(url: str, content: bytes, kind: str) -> int:
    headers = {"content-type": kind}
    async with aiohttp.ClientSession() as session, session.put(url, data=content, headers=headers) as answer:
        return answer.status


async def begin(world: Any, who: Any, size: int, **more: Any) -> Any:
    request = pb.StartDirectUploadRequest(
        **{"name": "d.txt", "size": size, "content_type": "text/html", **more}
    )
    return await world.call(who, world.transfers.StartDirectUpload, request)


async def finish(world: Any, who: Any, file_id: str) -> Any:
    request = pb.FinishDirectUploadRequest(id=file_id)
    return (await world.call(who, world.transfers.FinishDirectUpload, request)).file


class TestDirectUpload:
    async def test_becomes_a_file_like_any_other(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5, metadata=b'{"a": 1}')
        assert await put(begun.url, b"hello", begun.content_type) == 200
        assert await count(stored, ada) == 0
        file = await finish(stored, ada, begun.id)
        assert (file.id, json.loads(file.data)["status"]) == (begun.id, "pending")
        meta = json.loads(file.meta)
        assert (meta["content_type"], meta["size"], meta["data"]) == ("text/plain", 5, {"a": 1})
        assert await stored.download(ada, file.id) == b"hello"
        assert file.id in stored.worker.submitted
        assert not any(key.startswith("incoming/") for key in await blobs(stored))

    async def test_that_is_finished_twice_is_one_file(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        await put(begun.url, b"hello", begun.content_type)
        outcomes = await asyncio.gather(
            *(finish(stored, ada, begun.id) for _ in range(5)), return_exceptions=True
        )
        good = [outcome for outcome in outcomes if not isinstance(outcome, Conflict)]
        assert {file.id for file in good} == {begun.id}
        assert (await finish(stored, ada, begun.id)).id == begun.id
        assert await stored.download(ada, begun.id) == b"hello"

    async def test_cannot_be_changed_afterwards(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        await put(begun.url, b"hello", begun.content_type)
        await finish(stored, ada, begun.id)
        assert await put(begun.url, b"other", begun.content_type) == 200
        assert await stored.download(ada, begun.id) == b"hello"
        await stored.parts.direct.sweep()
        assert not any(key.startswith("incoming/") for key in await blobs(stored))

    async def test_that_has_not_come_can_be_finished_later(self, stored: Any, new_person: Any) -> None:
        ada = new_person()
        begun = await begin(stored, ada, 5)
        with pytest.raises(NotFound):
            await finish(stored, ada, begun.id)
        await put(begun.url, b"hello", begun.content_type)
        await stored.parts.direct.sweep()
        assert (await finish(stored, ada, begun.id)).id == begun.id

    async def test_of_another_size_is_refused_by_the_store(self, stored: Any, new_person: Any) -> None:
        begun = await begin(stored, new_person(), 5)
        assert await put(begun.url, b"hello!", begun.content_type) == 403

    async def test_of_somebody_else_is_not_there(self, stored: Any, new_person: Any) -> None:
        begun = await begin(stored, new_person(), 5)
        await put(begun.url, b"hello", begun.content_type)
        for who in (new_person(), new_person("admin")):
            with pytest.raises(NotFound):
                await finish(stored, who, begun.id)

    @pytest.mark.parametrize(
        ("more", "reason"),
        [
            ({"size": 31 * MB}, "file_too_large"),
            ({"size": 0}, "file_empty"),
            ({"size": -1}, "invalid_size"),
            ({"metadata": b"[]"}, "bad_metadata"),
            ({"folder": ".."}, "bad_folder"),
        ],
    )
    async def test_that_would_be_refused_is_refused_at_once(
        self, stored: Any, new_person: Any, more: Any, reason: str
    ) -> None:
        with pytest.raises(Invalid) as caught:
            await begin(stored, new_person(), **{"size": 5, **more})
        assert caught.value.reason == reason

    async def test_is_not_offered_by_a_folder(self, world: Any, new_person: Any) -> None:
        answer = await begin(world, new_person(), 5)
        assert not answer.HasField("url")
        assert not answer.HasField("id")


async def blobs(world: Any) -> list[str]:
    stored = world.parts.blobs.keys("")
    return [key async for key in stored]
