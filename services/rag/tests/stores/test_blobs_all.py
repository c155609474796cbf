"""What every store of blobs does in the same way."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import pytest_asyncio
from owui_chassis.errors import Invalid, NotFound
from owui_rag.adapters.blobs.choose import OpenBlobStore

from .blob_stores import Opened, broken, opened_azure, opened_gcs, opened_local, opened_s3, parts, whole

MB = 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["local", "s3", "azure", "gcs"])
async def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OpenBlobStore]:
    opening: AbstractAsyncContextManager[Opened]
    match request.param:
        case "local":
            opening = opened_local(tmp_path_factory.mktemp("blobs"))
        case "s3":
            url = request.getfixturevalue("s3_url")
            opening = opened_s3(url, s3_key_prefix="/a prefix/", s3_enable_tagging=True)
        case "azure":
            opening = opened_azure()
        case _:
            opening = opened_gcs()
    async with opening as opened:
        yield opened.store


def new_key(folder: str = "0f") -> str:
    return f"{folder}/{secrets.token_hex(8)}"


class TestPut:
    @pytest.mark.parametrize("size", [0, 1, 100_000, 8 * MB - 1, 8 * MB, 8 * MB + 1, 17 * MB + 5])
    async def test_gives_back_what_came(self, store: OpenBlobStore, size: int) -> None:
        key, content = new_key(), secrets.token_bytes(size)
        assert await store.put(key, parts(content)) == size
        assert await whole(store, key) == content

    async def test_replaces_what_was_there(self, store: OpenBlobStore) -> None:
        key = new_key()
        await store.put(key, parts(b"first and longer"))
        await store.put(key, parts(b"second"))
        assert await whole(store, key) == b"second"

    @pytest.mark.parametrize("size", [0, 100_000, 20 * MB])
    async def test_that_breaks_off_leaves_nothing(self, store: OpenBlobStore, size: int) -> None:
        key = new_key("bb")
        with pytest.raises(ConnectionResetError):
            await store.put(key, broken(bytes(size)))
        with pytest.raises(NotFound):
            await whole(store, key)
        assert [found async for found in store.keys("bb/")] == []

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "x",
            "/etc/passwd",
            "../x/y",
            "ab/../x",
            "ab/..",
            "ab//x",
            "ab/.hidden",
            "ab/x\0",
            "a\\b/c",
            "ab/x\n",
        ],
    )
    async def test_takes_no_key_that_leads_elsewhere(self, store: OpenBlobStore, key: str) -> None:
        with pytest.raises(Invalid):
            await store.put(key, parts(b"x"))
        with pytest.raises(Invalid):
            await whole(store, key)
        with pytest.raises(Invalid):
            await store.delete([key])


class TestRead:
    @pytest.mark.parametrize("span", [(0, 10), (0, 1), (5, 600_000), (999_999,), (999_990, 2_000_000), (7,)])
    async def test_of_a_range_gives_that(self, store: OpenBlobStore, span: tuple[int, ...]) -> None:
        key, content = new_key(), secrets.token_bytes(1_000_000)
        await store.put(key, parts(content))
        assert (
            await whole(store, key, *span) == content[slice(*span, None) if len(span) == 1 else slice(*span)]
        )

    @pytest.mark.parametrize("span", [(10, 10), (11,), (10, 20), (500, 600)])
    async def test_behind_the_end_gives_nothing(self, store: OpenBlobStore, span: tuple[int, ...]) -> None:
        key = new_key()
        await store.put(key, parts(b"0123456789"))
        assert await whole(store, key, *span) == b""

    async def test_of_what_is_not_there_fails(self, store: OpenBlobStore) -> None:
        with pytest.raises(NotFound) as caught:
            await whole(store, new_key())
        assert caught.value.reason == "blob_not_found"

    async def test_may_end_early(self, store: OpenBlobStore) -> None:
        key = new_key()
        await store.put(key, parts(bytes(3 * MB)))
        for _ in range(40):
            reading = store.read(key)
            assert await anext(reading)
            await reading.aclose()


class TestDelete:
    async def test_removes_what_is_named_and_nothing_else(self, store: OpenBlobStore) -> None:
        gone, kept = [new_key() for _ in range(9)], new_key()
        for key in [*gone, kept]:
            await store.put(key, parts(b"x"))
        await store.delete([*gone, new_key()])
        left = {key async for key in store.keys("")}
        assert kept in left
        assert not left.intersection(gone)

    async def test_of_nothing_does_nothing(self, store: OpenBlobStore) -> None:
        await store.delete([])


class TestKeys:
    async def test_are_listed_over_all_pages(self, store: OpenBlobStore) -> None:
        keys = {new_key("e1") for _ in range(8)} | {new_key("e2") for _ in range(2)}
        for key in keys:
            await store.put(key, parts(b"x"))
        assert {key async for key in store.keys("e1/")} == {key for key in keys if key.startswith("e1/")}
        assert keys <= {key async for key in store.keys("")}
        assert [key async for key in store.keys("e3/")] == []


class TestMemory:
    async def test_stays_small_while_a_large_file_is_stored(self, store: OpenBlobStore) -> None:
        # The fakes keep what they get in this process, so they are left out.
        if type(store).__name__ not in {"LocalBlobs", "S3Blobs"}:
            return
        part, key = bytes(256 * 1024), new_key()
        peak = before = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal peak
            for _ in range(400):
                peak = max(peak, resident())
                yield bytes(part)

        await store.put(key, parts(bytes(20 * MB)))
        before = resident()
        assert await store.put(key, endless()) == 100 * MB
        assert peak - before < 30 * MB
        await store.delete([key])


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
