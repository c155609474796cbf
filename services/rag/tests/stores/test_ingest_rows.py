"""Ingestion on real stores, without worker processes: claims, contents, jobs, generations."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import pytest_asyncio
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chassis.errors import Conflict, Invalid, Unavailable
from owui_chassis.redis import open_redis
from owui_rag.adapters.contents import Contents
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.adapters.ingest_jobs import IngestJobs
from owui_rag.adapters.ingest_rows import IngestRows, Quiet
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.adapters.work_leases import WorkLease
from owui_rag.domain.documents import Document
from owui_rag.domain.ingestion import chunks_of, hash_of
from owui_rag.domain.splitting.split import Splitting, split
from owui_rag.usecases.ingest_parts import LeaseLost, NewContent
from owui_rag.worker_parts import WorkerParts
from sqlalchemy import text

from .ingest_bed import Bed, Engine, bed, vector_of

LONG = " ".join(f"word{number}" for number in range(500)).encode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bed]:
    folder: Path = tmp_path_factory.mktemp("ingest")
    async with Engine().running() as engine, bed(postgres_url, redis_url, folder, engine) as found:
        yield found


@pytest_asyncio.fixture
async def files(opened: Bed) -> Bed:
    """The bed without what the test before has left."""
    async with opened.database.begin() as connection:
        for table in ("ingest_job", "file", "content"):
            await connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our names
    opened.engine.texts.clear()
    return opened


@pytest_asyncio.fixture
async def parts(files: Bed) -> AsyncIterator[WorkerParts]:
    async with files.parts() as found:
        yield found


async def count(files: Bed, table: str) -> int:
    return int((await files.all(f"SELECT count(*) AS number FROM {table}"))[0].number)  # noqa: S608 - our names


class TestClaims:
    async def test_one_of_many_gets_a_file(self, files: Bed) -> None:
        (file_id,) = await files.add_files([("a.txt", b"a")])
        claims = await asyncio.gather(*(files.rows.claim(file_id) for _ in range(8)))
        assert len([claim for claim in claims if claim]) == 1

    async def test_a_silent_reader_loses_the_file_to_the_next_one(self, files: Bed) -> None:
        (file_id,) = await files.add_files([("a.txt", b"a")])
        quick = IngestRows(files.database, timedelta(0))
        first = await quick.claim(file_id)
        second = await files.rows.claim(file_id)
        assert first is not None
        assert second is not None
        assert second.attempt == 2
        with pytest.raises(LeaseLost):
            await quick.renew(first, 0.5)
        with pytest.raises(LeaseLost):
            await quick.fail(first, "too late")
        await files.rows.renew(second, 0.5)

    async def test_a_reader_that_lost_the_file_stores_nothing(self, files: Bed) -> None:
        (file_id,) = await files.add_files([("a.txt", b"a")])
        late = await IngestRows(files.database, timedelta(0)).claim(file_id)
        assert late is not None
        assert await files.rows.claim(file_id) is not None
        document = Document("what a reader says that was too slow")
        chunks = chunks_of(document, split(document, Splitting()))
        found = await files.all("SELECT id FROM embedding_generation WHERE state <> 'retired'")
        generations = frozenset(row.id for row in found)
        content = NewContent(document, hash_of(document.text), "character", chunks, [], generations)
        with pytest.raises(LeaseLost):
            await Contents(files.database, IndexWriter(files.database)).store(late, content)
        assert await count(files, "content") == 0
        assert await files.statuses() == {"processing": 1}

    async def test_a_cancelled_file_is_neither_read_nor_ended_by_its_reader(self, files: Bed) -> None:
        waiting, running = await files.add_files([("a.txt", b"a"), ("b.txt", b"b")])
        claim = await files.rows.claim(running)
        assert claim is not None
        await files.queue.cancel([waiting, running])
        assert await files.rows.claim(waiting) is None
        with pytest.raises(LeaseLost):
            await files.rows.renew(claim, 0.5)
        assert await files.statuses() == {"cancelled": 2}

    async def test_a_file_that_was_put_back_waits_for_its_time(self, files: Bed) -> None:
        (file_id,) = await files.add_files([("a.txt", b"a")])
        claim = await files.rows.claim(file_id)
        assert claim is not None
        await files.rows.put_back(claim, 60, counted=True)
        assert await files.rows.claim(file_id) is None
        assert await lost(files, timedelta(0)) == []
        async with files.database.begin() as connection:
            await connection.execute(text("UPDATE file SET retry_at = now()"))
        assert await lost(files, timedelta(hours=1)) == [file_id]
        # Its message is on its way now, however long no worker takes it.
        assert await lost(files, timedelta(hours=1)) == []
        again = await files.rows.claim(file_id)
        assert again is not None
        assert again.attempt == 2

    async def test_a_file_that_waits_in_a_busy_queue_is_not_lost(self, files: Bed) -> None:
        await files.add_files([("a.txt", b"a")])
        assert await lost(files, timedelta(hours=1)) == []
        assert len(await lost(files, timedelta(seconds=-5))) == 1
        assert await lost(files, timedelta(seconds=5)) == []


async def lost(files: Bed, quiet: timedelta) -> list[str]:
    found = await files.rows.lost(Quiet(small=quiet, heavy=timedelta(days=1)), 1000, 10)
    return [one.file_id for one in found]


class TestLargeFiles:
    async def test_wait_longer_than_others_before_they_count_as_lost(self, files: Bed) -> None:
        large, slow, small = await files.add_files([
            ("large.txt", b"x" * 1001), ("slow.PDF", b"x" * 300), ("small.txt", b"x" * 1000)
        ])  # fmt: skip
        assert await lost(files, timedelta(seconds=-5)) == [small]
        quiet = Quiet(small=timedelta(days=1), heavy=timedelta(seconds=-5))
        assert {one.file_id for one in await files.rows.lost(quiet, 1000, 10)} == {large, slow}


class TestContents:
    async def test_equal_texts_are_stored_and_embedded_once(self, files: Bed, parts: WorkerParts) -> None:
        ids = await files.add_files([("a.txt", LONG), ("b.md", LONG), ("c.txt", LONG)])
        assert await asyncio.gather(*map(parts.ingest.run, ids)) == ["completed"] * 3
        assert await count(files, "content") == 1
        assert len({row.chunks[0] for row in await files.stored()}) == 1
        async with files.database.begin() as connection:
            await connection.execute(text("DELETE FROM file WHERE id = :id"), {"id": ids[0]})
        assert await count(files, "content") == 1

    async def test_a_changed_file_embeds_only_what_is_new_and_leaves_no_former_text(
        self, files: Bed, parts: WorkerParts
    ) -> None:
        sections = [f"{chr(97 + n) * 3} " * 230 + "\n\n" for n in range(4)]
        (file_id,) = await files.add_files([("a.txt", "".join(sections).encode())])
        assert await parts.ingest.run(file_id) == "completed"
        before = set(files.engine.texts)
        files.engine.texts.clear()
        async with files.database.begin() as connection:
            given = orjson.dumps({"given_text": "".join([*sections[:3], "zzz " * 230])}).decode()
            await connection.execute(
                text("UPDATE file SET status = 'pending', data = CAST(:given AS jsonb)"), {"given": given}
            )
        assert await parts.ingest.run(file_id) == "completed"
        assert files.engine.texts
        assert not before & set(files.engine.texts)
        assert len(files.engine.texts) < len(before)
        assert await count(files, "content") == 1
        (row,) = await files.stored()
        assert len(row.vectors) == row.chunk_count

    async def test_windows_are_told_of_the_end(self, files: Bed, parts: WorkerParts) -> None:
        (file_id,) = await files.add_files([("a.txt", LONG)], user_id="ada")
        async with open_redis(files.environ["REDIS_URL"]) as redis, redis.pubsub() as listener:
            await listener.subscribe(f"{files.environ['REDIS_KEY_PREFIX']}:user:ada")
            await parts.ingest.run(file_id)
            told = []
            async with asyncio.timeout(10):
                async for message in listener.listen():
                    if message["type"] == "message":
                        emission = UserEvents.FromString(message["data"]).events[0].emission
                        told.append((emission.name, emission.type, orjson.loads(emission.data)))
                        if told[-1][2]["status"] == "completed":
                            break
        end = {"id": file_id, "status": "completed", "progress": 1.0, "error": None}
        assert told[-1] == ("events", "file:status", end)


class TestJobs:
    async def test_count_what_became_of_their_files(self, files: Bed, parts: WorkerParts) -> None:
        jobs = IngestJobs(files.database, files.queue)
        ids = await files.add_files([("a.txt", b"a note"), ("b.txt", b" "), ("c.txt", b"c note")])
        job = await jobs.create("ada", ids)
        assert (job.status, job.total, job.done) == ("running", 3, 0)
        for file_id in ids[:2]:
            await parts.ingest.run(file_id)
        await files.queue.cancel(ids[2:])
        found = await jobs.get(job.id, "ada", unrestricted=False)
        assert found is not None
        assert (found.status, found.done, found.failed, found.cancelled) == ("completed", 1, 1, 1)
        assert await jobs.get(job.id, "bob", unrestricted=False) is None
        page, total = await jobs.files(job.id, status="failed")
        assert total == 1
        assert page[0].filename == "b.txt"
        assert page[0].error
        assert (await jobs.retry(job.id)).status == "running"
        assert await files.statuses() == {"completed": 1, "pending": 2}

    async def test_paused_begin_no_file_until_they_go_on(self, files: Bed, parts: WorkerParts) -> None:
        jobs = IngestJobs(files.database, files.queue)
        ids = await files.add_files([("a.txt", b"a note")])
        job = await jobs.create("ada", ids)
        assert (await jobs.pause(job.id)).status == "paused"
        assert await parts.ingest.run(ids[0]) == "nothing"
        assert (await jobs.resume(job.id)).status == "running"
        assert await parts.ingest.run(ids[0]) == "completed"
        assert (await jobs.page("ada", unrestricted=False, status="completed"))[1] == 1

    async def test_cancelled_leave_nothing_waiting(self, files: Bed) -> None:
        jobs = IngestJobs(files.database, files.queue)
        ids = await files.add_files([("a.txt", b"a note"), ("b.txt", b"b note")])
        job = await jobs.create("ada", ids)
        await files.rows.claim(ids[0])
        ended = await jobs.cancel(job.id)
        assert (ended.status, ended.cancelled) == ("cancelled", 2)
        with pytest.raises(Conflict):
            await jobs.resume(job.id)

    async def test_files_that_are_read_count_as_done_and_deleted_ones_as_cancelled(
        self, files: Bed, parts: WorkerParts
    ) -> None:
        jobs = IngestJobs(files.database, files.queue)
        ids = await files.add_files([("a.txt", b"a note"), ("b.txt", b"b note")])
        await parts.ingest.run(ids[0])
        job = await jobs.create("ada", ids)
        assert (job.total, job.done) == (2, 1)
        async with files.database.begin() as connection:
            await connection.execute(text("DELETE FROM file WHERE id = :id"), {"id": ids[1]})
        found = await jobs.get(job.id, "", unrestricted=True)
        assert found is not None
        assert (found.status, found.cancelled) == ("completed", 1)

    async def test_have_a_size(self, files: Bed) -> None:
        with pytest.raises(Invalid):
            await IngestJobs(files.database, files.queue).create("ada", [])


class TestGenerations:
    async def test_another_model_is_built_beside_the_one_that_answers_and_then_switched_to(
        self, files: Bed, parts: WorkerParts
    ) -> None:
        first, second = await files.add_files([("a.txt", LONG), ("b.txt", b"a late note")])
        assert await parts.ingest.run(first) == "completed"
        live = "SELECT name FROM embedding_generation WHERE state = 'live'"
        assert [row.name for row in await files.all(live)] == ["openai:test"]
        async with files.parts(RAG_EMBEDDING_MODEL="other") as changed:
            # A file that comes before the switch is found by both.
            assert await changed.ingest.run(second) == "completed"
            assert [row.name for row in await files.all(live)] == ["openai:test"]
            former = await changed.engines.of("openai:test")
            assert former.name == "openai:test"
            assert (await former.embed_queries(["x"])).shape == (1, vector_of("x").size)
            assert await changed.build.run()
            assert not await changed.build.run()
        assert [row.name for row in await files.all(live)] == ["openai:other"]
        for row in await files.stored():
            assert len(row.vectors) == row.chunk_count
        async with files.parts() as back:
            assert await back.build.run()

    async def test_one_process_builds(self, files: Bed) -> None:
        one, other = (WorkLease(files.database, "work") for _ in range(2))
        assert await one.take()
        assert not await other.take()
        assert await one.take()
        await one.give()
        assert await other.take()


class TestQueue:
    async def test_redis_that_is_away_is_unavailable(self, files: Bed) -> None:
        ids = await files.add_files([("a.txt", b"a")])
        queue = CeleryQueue(celery_app("redis://127.0.0.1:9/0", "x"), files.rows, 1)
        with pytest.raises(Unavailable):
            await queue.submit(ids)
        with pytest.raises(Unavailable):
            await queue.sweep()

    async def test_counts_what_waits(self, files: Bed) -> None:
        before = await files.queue.length()
        await files.queue.submit(await files.add_files([("a.txt", b"a"), ("b.txt", b"b")]), "bulk")
        assert await files.queue.length() == before + 2
