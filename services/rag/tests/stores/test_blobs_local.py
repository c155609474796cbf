"""Blobs on local disk: what only a folder can do wrong."""

import asyncio
import errno
import os
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from owui_chassis.errors import Unavailable
from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.adapters.blobs.local import LocalBlobs, _refusal
from owui_rag.settings_of.storage import StorageSettings

from .blob_stores import opened_local, parts, whole


@pytest_asyncio.fixture
async def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest_asyncio.fixture
async def store(folder: Path) -> AsyncIterator[LocalBlobs]:
    async with opened_local(folder) as opened:
        assert isinstance(opened.store, LocalBlobs)
        yield opened.store


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestPut:
    async def test_that_is_cancelled_leaves_nothing(self, store: LocalBlobs, folder: Path) -> None:
        waiting = asyncio.Event()

        async def stuck() -> AsyncIterator[bytes]:
            yield bytes(3_000_000)
            waiting.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(store.put("ab/x", stuck()))
        await waiting.wait()
        assert files(folder)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert files(folder) == []

    async def test_shows_nothing_under_the_key_before_the_end(self, store: LocalBlobs) -> None:
        seen: list[list[str]] = []

        async def watched() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield bytes(1_000_000)
                seen.append([key async for key in store.keys("")])

        await store.put("ab/x", watched())
        assert seen == [[], [], []]
        assert [key async for key in store.keys("")] == ["ab/x"]

    async def test_beyond_what_the_disk_takes_says_so_and_leaves_nothing(
        self, store: LocalBlobs, folder: Path
    ) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, hard))
        try:
            with pytest.raises(Unavailable) as caught:
                await store.put("ab/x", parts(bytes(5_000_000)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.reason == "storage_full"
        assert files(folder) == []

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
    async def test_on_a_full_disk_says_so(self, number: int) -> None:
        refusal = _refusal(OSError(number, os.strerror(number)))
        assert isinstance(refusal, Unavailable)
        assert refusal.reason == "storage_full"

    async def test_is_for_nobody_else_on_the_machine(self, store: LocalBlobs, folder: Path) -> None:
        await store.put("ab/x", parts(b"secret"))
        assert (folder / "ab/x").stat().st_mode & 0o077 == 0

    async def test_where_no_folder_can_be_made_is_unavailable(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        async with blob_store_of(StorageSettings(upload_dir=str(tmp_path / "file" / "uploads"))) as store:
            with pytest.raises(Unavailable):
                await store.put("ab/x", parts(b"x"))


class TestOpening:
    async def test_removes_what_killed_processes_have_left(self, folder: Path) -> None:
        incoming = folder / ".incoming"
        incoming.mkdir(parents=True)
        for name, age in (("old", 100_000), ("young", 10)):
            (incoming / name).write_text("half a file")
            os.utime(incoming / name, (time.time() - age,) * 2)
        async with opened_local(folder) as opened:
            assert [path.name for path in incoming.iterdir()] == ["young"]
            assert [key async for key in opened.store.keys("")] == []

    async def test_without_a_folder_of_its_own_uses_the_data_folder(self, tmp_path: Path) -> None:
        async with blob_store_of(StorageSettings(data_dir=str(tmp_path))) as store:
            await store.put("ab/x", parts(b"x"))
            assert await whole(store, "ab/x") == b"x"
        assert (tmp_path / "uploads" / "ab" / "x").exists()

    async def test_offers_no_direct_upload(self, store: LocalBlobs) -> None:
        assert await store.presign_put("ab/x", 1, "text/plain") is None
