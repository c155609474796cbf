"""Real worker processes on real stores: killed at any moment, flooded, and stopped in good order."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from owui_rag.adapters.ingest_jobs import IngestJobs
from owui_testkit.stores import create_database, drop_database

from .ingest_bed import Bed, Engine, bed

KILLS = int(os.environ.get("TEST_WORKER_KILLS", "20"))
# As many as workers do not finish between the kills.
TEXTS = 27 * max(KILLS, 20) // 20
TINY_FILES = int(os.environ.get("TEST_TINY_FILES", "400"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Engine]:
    async with Engine().running() as found:
        yield found


@pytest_asyncio.fixture
async def files(
    postgres_server_url: str, redis_url: str, tmp_path: Path, engine: Engine
) -> AsyncIterator[Bed]:
    """A bed on a database of its own."""
    engine.delay = 0.0
    url = await create_database(postgres_server_url)
    async with bed(url, redis_url, tmp_path, engine) as found:
        yield found
    await drop_database(postgres_server_url, url)


def documents() -> list[tuple[str, bytes]]:
    """Small files: texts of different length, two of them equal, and two that cannot be read."""
    chosen = random.Random(7)
    words = [f"word{number}" for number in range(400)]
    texts = [
        " ".join(chosen.choices(words, k=chosen.randint(20, 900))) + f" end of {number}."
        for number in range(TEXTS)
    ]
    found = [(f"{number:02}.txt", each.encode()) for number, each in enumerate([*texts, texts[3]])]
    return [*found, ("broken.pdf", b"%PDF-1.7 nothing of this is a PDF"), ("empty.txt", b"   \n ")]


async def count_ends(files: Bed) -> None:
    """Note every change into a final state from now on."""
    async with files.database.begin() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        await driver.execute(
            """
            CREATE TABLE ended (file_id text, status text);
            CREATE FUNCTION note_end() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO rag.ended VALUES (NEW.id, NEW.status); RETURN NULL; END';
            CREATE TRIGGER note_end AFTER UPDATE OF status ON file FOR EACH ROW
                WHEN (NEW.status IN (''completed'', ''failed'') AND NEW.status <> OLD.status)
                EXECUTE FUNCTION note_end();
        """.replace("''", "'")
        )


class TestKilledWorkers:
    async def test_every_file_ends_exactly_once_with_the_same_rows_as_without_kills(
        self, files: Bed, engine: Engine, postgres_server_url: str, redis_url: str, tmp_path: Path
    ) -> None:
        calm_url = await create_database(postgres_server_url)
        async with bed(calm_url, redis_url, tmp_path / "calm", engine) as calm:
            await calm.queue.submit(await calm.add_files(documents()), "bulk")
            worker = await calm.worker()
            assert await calm.until_settled(60) == {"completed": TEXTS + 1, "failed": 2}
            assert await worker.stop() == 0
            expected = await calm.stored()
        await drop_database(postgres_server_url, calm_url)

        await count_ends(files)
        engine.delay = 0.15
        ids = await files.add_files(documents())
        await files.queue.submit(ids, "bulk")
        chosen = random.Random(11)
        reached = 0
        for _ in range(KILLS):
            before = await files.leases()
            # The limit is for files that kill their worker; here it is we who do.
            worker = await files.worker(RAG_INGEST_ATTEMPTS="1000", RAG_INGEST_CONCURRENCY="2")
            reached += await files.until_processing(60, before)
            await asyncio.sleep(chosen.uniform(0, 0.4))
            await worker.kill()
        assert reached == KILLS
        engine.delay = 0.0
        worker = await files.worker(RAG_INGEST_ATTEMPTS="1000")
        assert await files.until_settled(60) == {"completed": TEXTS + 1, "failed": 2}
        # All may have been read before this one has begun: how it ends is not looked at here.
        await worker.stop()
        assert await files.stored() == expected
        ends = await files.all("SELECT file_id, count(*) AS number FROM ended GROUP BY file_id")
        assert {row.file_id: row.number for row in ends} == dict.fromkeys(ids, 1)
        assert (await files.all("SELECT count(*) AS number FROM content"))[0].number == TEXTS


class TestManyFiles:
    async def test_of_twenty_batches_at_once_are_all_there_once(self, files: Bed) -> None:
        jobs = IngestJobs(files.database, files.queue)
        size = TINY_FILES // 20
        worker = await files.worker()

        async def batch(number: int) -> str:
            names = [(f"{number}-{n}.txt", f"note {n} of batch {number}".encode()) for n in range(size)]
            return (await jobs.create(f"user-{number}", await files.add_files(names))).id

        made = await asyncio.gather(*(batch(number) for number in range(20)))
        assert await files.until_settled(120) == {"completed": 20 * size}
        await worker.stop()
        for job_id in made:
            job = await jobs.get(job_id, "", unrestricted=True)
            assert job is not None
            assert (job.status, job.total, job.done, job.failed) == ("completed", size, size, 0)
        counted = "SELECT count(*) AS number FROM"
        assert (await files.all(f"{counted} chunk"))[0].number == 20 * size
        assert (await files.all(f"{counted} content"))[0].number == 20 * size


class TestLostMessages:
    async def test_a_file_whose_message_was_lost_is_read_all_the_same(self, files: Bed) -> None:
        await files.add_files([("note.txt", b"nobody was told of this")])
        async with files.database.begin() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute("UPDATE file SET updated_at = updated_at - 60")
        worker = await files.worker()
        assert await files.until_settled(30) == {"completed": 1}
        await worker.stop()


# A worker looks at its memory twice a minute, which is too seldom for a test.
IMPATIENT = "from owui_rag import worker; worker._MEMORY_SECONDS = 3.0; worker.main()"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell its memory")
class TestLargeWorkers:
    async def test_begin_anew_in_the_same_process_and_lose_nothing(self, files: Bed, engine: Engine) -> None:
        engine.delay = 30.0
        await files.queue.submit(await files.add_files([("slow.txt", b"read when it became too large")]))
        # What is interrupted for this is no failed attempt: of those there may be one.
        limits = {"RAG_INGEST_MEMORY_MB": "1", "RAG_INGEST_ATTEMPTS": "1"}
        worker = await files.worker("-c", IMPATIENT, **limits)
        await files.until_processing(30)
        await worker.until_begun_anew(30)
        engine.delay = 0.0
        await files.queue.submit(await files.add_files([("next.txt", b"sent to the new one")]))
        assert await files.until_settled(30) == {"completed": 2}
        assert await worker.stop() == 0


class TestStoppedWorkers:
    async def test_puts_back_what_it_cannot_finish_for_the_next_one(self, files: Bed, engine: Engine) -> None:
        engine.delay = 30.0
        await files.queue.submit(await files.add_files([("slow.txt", b"a slow one")]))
        worker = await files.worker()
        await files.until_processing(30)
        assert await worker.stop() == 0
        (row,) = await files.all("SELECT status, attempts, lease FROM file")
        assert (row.status, row.attempts, row.lease) == ("pending", 0, None)
        engine.delay = 0.0
        worker = await files.worker()
        assert await files.until_settled(30) == {"completed": 1}
        await worker.stop()
