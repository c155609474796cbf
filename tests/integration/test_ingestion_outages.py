"""What files go through when a worker, rag or the queue is lost while they are read: each is read once."""

import asyncio
from typing import Any

import pytest

from .clients.library import Library
from .clients.people import Person
from .papers import text_of
from .test_knowledge import vectors_table
from .world import WORKER, World, eventually

FILES, PARAGRAPHS = 20, 8
# Who is killed: the worker in both shapes, and the process that takes files in.
READERS = {
    "worker": {"one-process": WORKER, "per-service": WORKER},
    "rag": {"one-process": "main", "per-service": "rag-1"},
}


def texts_for(label: str) -> list[str]:
    """Texts of which no piece equals another."""
    return [text_of(f"{label}, file {number}", PARAGRAPHS) for number in range(FILES)]


async def begin(platform: World, library: Library, texts: list[str]) -> list[str]:
    """Upload all; return their ids as soon as reading has begun."""
    ids = [await library.upload(f"{number}.txt", text.encode()) for number, text in enumerate(texts)]

    async def begun() -> bool:
        rows = await platform.query(
            "SELECT 1 FROM rag.file WHERE id = ANY($1) AND status IN ('processing', 'completed')", ids
        )
        return len(rows) > 0

    await eventually(begun, "the reading to begin", pause=0.02)
    return ids


async def check(platform: World, ids: list[str], texts: list[str]) -> None:
    """Every file is read, has the text that it was sent with, and its pieces and vectors exist once."""
    table = await vectors_table(platform)
    rows = await platform.query(
        "SELECT f.id, f.status, f.lease, c.id AS content, c.text, c.chunk_count, "  # noqa: S608 - a table of ours
        "(SELECT count(*) FROM rag.chunk k WHERE k.content_id = c.id) AS chunks, "
        f"(SELECT count(*) FROM {table} v WHERE v.content_id = c.id) AS vectors, "
        "(SELECT count(*) FROM rag.lexical_segment s WHERE s.content_id = c.id) AS segments "
        "FROM rag.file f JOIN rag.content c ON c.id = f.content_id WHERE f.id = ANY($1)",
        ids,
    )
    found = {row["id"]: row for row in rows}
    assert sorted(found) == sorted(ids)
    assert len({row["content"] for row in rows}) == len(ids)
    for file_id, text in zip(ids, texts, strict=True):
        row = found[file_id]
        assert (row["status"], row["lease"], row["text"]) == ("completed", None, text)
        assert row["chunks"] == row["vectors"] == row["chunk_count"] >= PARAGRAPHS // 2
        assert row["segments"] == 1
    copies = await platform.query(
        "SELECT text_hash, splitting FROM rag.content GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert copies == []
    strays = await platform.query(
        "SELECT 1 FROM rag.content c WHERE NOT EXISTS (SELECT 1 FROM rag.file f WHERE f.content_id = c.id)"
    )
    assert strays == []


class TestKill:
    @pytest.mark.parametrize("who", READERS)
    async def test_every_file_is_read_once(self, platform: World, ada: Person, who: str) -> None:
        library, victim = Library(ada.rest), READERS[who][platform.shape]
        texts = texts_for(f"{ada.id} {who}")
        ids = await begin(platform, library, texts)
        await platform.crash(victim)
        states = await library.settled(*ids)
        assert {state["status"] for state in states} == {"completed"}, states
        await check(platform, ids, texts)


class TestQueueLost:
    async def test_files_whose_messages_are_gone_are_found_again(self, platform: World, ada: Person) -> None:
        library, texts = Library(ada.rest), texts_for(f"{ada.id} flushed")
        ids = await begin(platform, library, texts)
        redis = platform.redis()
        try:
            await redis.flushall()
        finally:
            await redis.aclose()
        states = await library.settled(*ids)
        assert {state["status"] for state in states} == {"completed"}, states
        await check(platform, ids, texts)

    async def test_jobs_of_many_files_end_too(self, platform: World, ada: Person) -> None:
        library, texts = Library(ada.rest), texts_for(f"{ada.id} job")[:8]
        ids = [
            await library.upload(f"{n}.txt", text.encode(), process="false") for n, text in enumerate(texts)
        ]
        base = await library.base("Batch")
        job = await ada.rest.send("/api/v1/files/jobs", {"file_ids": ids, "knowledge_id": base})
        before = platform.stack.pids[WORKER]
        platform.stack.kill(WORKER)
        await asyncio.to_thread(platform.stack.wait_for_new, WORKER, before)

        async def ended() -> Any:
            found = await ada.rest.fetch(f"/api/v1/files/jobs/{job['id']}")
            return found if found["done"] + found["failed"] == found["total"] else None

        found = await eventually(ended, "the job to end", 120)
        assert (found["total"], found["done"], found["failed"]) == (8, 8, 0), found
        await check(platform, ids, texts)
        assert (await ada.rest.fetch(f"/api/v1/knowledge/{base}/files"))["total"] == 8
