"""The clock of the queue beside real workers: it finds what was lost and wakes a worker when needed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest_asyncio
from owui_rag.adapters.index.generations import Generations
from owui_rag.adapters.index.vectors import UNINDEXED_NUMBERS, copy_vectors
from owui_rag.adapters.index.writer import driver_of
from owui_testkit.stores import create_database, drop_database
from sqlalchemy import text

from .ingest_bed import Bed, Engine, bed

BEAT = ("-m", "owui_rag.beat")
_LIVE = "SELECT name FROM embedding_generation WHERE state = 'live'"
_CHUNKS = """
    WITH made AS (
        INSERT INTO content (text_hash, splitting, text, chunk_count)
        VALUES (sha256(''), 'test', '', :rows) RETURNING id
    ) INSERT INTO chunk (content_id, ordinal, start_at, end_at, tokens, text_hash, text)
    SELECT made.id, number, 0, 1, 1, '', '' FROM made, generate_series(1, :rows) AS number RETURNING id
"""
DIMENSIONS = 3072
OFTEN, SELDOM = {"RAG_INGEST_SWEEP": "200ms"}, {"RAG_INGEST_SWEEP": "1h"}


@pytest_asyncio.fixture
async def files(postgres_server_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[Bed]:
    async with Engine().running() as engine:
        url = await create_database(postgres_server_url)
        async with bed(url, redis_url, tmp_path, engine) as found:
            yield found
        await drop_database(postgres_server_url, url)


async def until_queued(files: Bed, seconds: float) -> int:
    async with asyncio.timeout(seconds):
        # Another process fills the queue.
        while not (found := await files.queue.length()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found


async def fill(files: Bed) -> None:
    """Store more vectors than are compared one by one, as a worker leaves them that is stopped too soon."""
    async with files.parts() as parts:
        generation = await parts.generations.ensure(parts.engines.current().name, DIMENSIONS)
    rows = np.random.default_rng(1).normal(size=(UNINDEXED_NUMBERS // DIMENSIONS + 1, DIMENSIONS))
    async with files.database.begin() as connection:
        chunks = await connection.execute(text(_CHUNKS), {"rows": len(rows)})
        ids = sorted(chunks.scalars().all())
        await copy_vectors(await driver_of(connection), generation.id, 1, ids, rows.astype(np.float32))


class TestBeat:
    async def test_queues_what_was_lost_although_no_worker_runs(self, files: Bed) -> None:
        await files.add_files([("lost.txt", b"its message never came")])
        async with files.database.begin() as connection:
            await connection.execute(text("UPDATE file SET updated_at = updated_at - 60"))
        beat = await files.worker(*BEAT, **OFTEN)
        assert await until_queued(files, 30) == 1
        assert await beat.stop() == 0
        worker = await files.worker(**SELDOM)
        assert await files.until_settled(30) == {"completed": 1}
        assert await worker.stop() == 0

    async def test_wakes_a_worker_while_vectors_are_to_be_built(self, files: Bed) -> None:
        await files.add_files([("a.txt", b"read with the first engine")])
        async with files.database.begin() as connection:
            await connection.execute(text("UPDATE file SET updated_at = updated_at - 60"))
        worker = await files.worker(**OFTEN)
        assert await files.until_settled(30) == {"completed": 1}
        assert await worker.stop() == 0
        assert await files.queue.length() == 0
        beat = await files.worker(*BEAT, **OFTEN, RAG_EMBEDDING_MODEL="another-model")
        assert await until_queued(files, 30) == 1
        assert await beat.stop() == 0
        worker = await files.worker(**OFTEN, RAG_EMBEDDING_MODEL="another-model")
        async with asyncio.timeout(60):
            # Another process builds.
            while "another-model" not in (await files.all(_LIVE))[0].name:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert await worker.stop() == 0

    async def test_wakes_a_worker_while_vectors_are_to_be_indexed(self, files: Bed) -> None:
        await fill(files)
        beat = await files.worker(*BEAT, **OFTEN)
        assert await until_queued(files, 120) == 1
        assert await beat.stop() == 0
        worker = await files.worker(**OFTEN)
        generations = Generations(files.database)
        async with asyncio.timeout(120):
            # Another process builds.
            while await generations.awaits_index():  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert await worker.stop() == 0
