"""Of several clocks of the queue one looks, and it wakes a worker for nothing that need not be done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from owui_chassis.redis import open_redis
from owui_rag.adapters.index.merging import SegmentMerger
from owui_rag.adapters.work_leases import sweep_lease
from owui_rag.beat import Beat
from owui_rag.worker import look_around
from owui_testkit.stores import create_database, drop_database
from sqlalchemy import text

from .index_bed import Library, opened_library
from .ingest_bed import Bed, Engine, bed


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bed]:
    folder: Path = tmp_path_factory.mktemp("beat")
    async with Engine().running() as engine, bed(postgres_url, redis_url, folder, engine) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def files(opened: Bed, redis_url: str) -> Bed:
    """No message, no file, and nobody's turn."""
    async with opened.database.begin() as connection:
        for table in ("file", "content", "work_lease", "embedding_generation"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our names
    async with open_redis(redis_url) as client:
        await client.flushdb()
    return opened


@pytest_asyncio.fixture(loop_scope="module")
async def library(postgres_server_url: str) -> AsyncIterator[Library]:
    """Bases and files whose words nobody has merged."""
    url = await create_database(postgres_server_url)
    async with opened_library(url) as found:
        yield found
    await drop_database(postgres_server_url, url)


@asynccontextmanager
async def clock(files: Bed, merger: SegmentMerger | None = None) -> AsyncIterator[Beat]:
    """A beat, as its process makes one."""
    async with files.parts() as parts:
        yield Beat(
            turn=sweep_lease(files.database, timedelta(seconds=60)),
            queue=parts.queue,
            generations=parts.generations,
            engines=parts.engines,
            merger=merger or parts.merger,
            seconds=60,
        )


async def lose(files: Bed, *names: str) -> None:
    """Leave files whose messages never came."""
    await files.add_files([(name, name.encode()) for name in names])
    async with files.database.begin() as connection:
        await connection.execute(text("UPDATE file SET updated_at = updated_at - 600"))


class TestTheTurn:
    async def test_is_of_one_beat(self, files: Bed) -> None:
        async with clock(files) as first, clock(files) as second:
            await first()
            await lose(files, "a.txt")
            await second()
            assert await files.queue.length() == 0
            await first()
            assert await files.queue.length() == 1

    async def test_is_not_of_a_worker_beside_a_beat(self, files: Bed) -> None:
        async with clock(files) as beat, files.parts() as worker:
            await beat()
            await lose(files, "a.txt")
            await look_around(worker)
            assert await files.queue.length() == 0
            await beat()
            assert await files.queue.length() == 1

    async def test_goes_to_another_when_a_worker_has_left(self, files: Bed) -> None:
        await lose(files, "a.txt")
        async with clock(files) as beat:
            async with files.parts() as worker:
                await look_around(worker)
                assert await files.queue.length() == 1
                await lose(files, "b.txt")
                await beat()
                assert await files.queue.length() == 1
            await beat()
            assert await files.queue.length() == 2


class TestWaking:
    async def test_nobody_is_woken_for_nothing(self, files: Bed) -> None:
        async with clock(files) as beat, files.parts() as worker:
            (file_id,) = await files.add_files([("a.txt", b"a note")])
            await worker.ingest.run(file_id)
            await beat()
            assert await files.queue.length() == 0

    async def test_a_worker_is_woken_to_merge_words_until_that_is_done(
        self, files: Bed, library: Library
    ) -> None:
        merger = SegmentMerger(library.database)
        base = await library.base("merged")
        assert not await merger.is_due()
        for number in range(4):
            await library.file(f"{number}.txt", [f"words of file {number}"], base)
        async with clock(files, merger) as beat:
            await beat()
            await beat()
            assert await files.queue.length() == 1
        assert await merger.run() == 1
        assert not await merger.is_due()
