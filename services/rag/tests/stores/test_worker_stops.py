"""A worker that is told to stop leaves what it has not read to the next one, without anybody's search."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from owui_testkit.stores import create_database, drop_database

from .ingest_bed import Bed, Engine, bed

# Nobody looks for what was lost: only messages bring files to workers.
UNSWEPT = {"RAG_INGEST_SWEEP": "1h", "RAG_INGEST_CONCURRENCY": "2"}
FILES = 5


@pytest_asyncio.fixture
async def files(postgres_server_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Bed]:
    async with Engine().running() as engine:
        url = await create_database(postgres_server_url)
        async with bed(url, redis_url, tmp_path, engine) as found:
            yield found
        await drop_database(postgres_server_url, url)


class TestStoppedWorkers:
    async def test_give_their_messages_back(self, files: Bed) -> None:
        files.engine.delay = 600.0
        first = await files.worker(**UNSWEPT)
        ids = await files.add_files([(f"{n}.txt", f"file {n}".encode()) for n in range(FILES)])
        await files.queue.submit(ids)
        await files.until_processing(60)
        assert await first.stop() == 0
        assert await files.statuses() == {"pending": FILES}
        assert await files.queue.length() == FILES
        files.engine.delay = 0.0
        second = await files.worker(**UNSWEPT)
        assert await files.until_settled(60) == {"completed": FILES}
        assert await second.stop() == 0
        (row,) = await files.all("SELECT max(attempts) AS attempts FROM file")
        assert row.attempts <= 1
