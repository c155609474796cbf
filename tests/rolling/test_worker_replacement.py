"""The worker is replaced while it reads files: every file ends, and ends once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.integration.clients.library import Library
from tests.integration.papers import text_of
from tests.integration.world import WORKER, World, eventually

from .conftest import REPLACED_SECONDS, tell_to_leave, until_replaced

# More than a worker reads at the same time.
FILES, REPLACEMENTS = 10, 2
# A worker gives way to everything else that the machine does.
READ_SECONDS = 300.0
_COUNT_ENDS = (
    "CREATE TABLE rag.ended (file_id text)",
    "GRANT ALL ON rag.ended TO PUBLIC",
    """
    CREATE FUNCTION rag.note_end() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO rag.ended VALUES (NEW.id); RETURN NULL; END $$
    """,
    """
    CREATE TRIGGER note_end AFTER UPDATE ON rag.file FOR EACH ROW
        WHEN (OLD.status <> NEW.status AND NEW.status IN ('completed', 'failed'))
        EXECUTE FUNCTION rag.note_end()
    """,
)
_FORGET = ("DROP TRIGGER note_end ON rag.file", "DROP FUNCTION rag.note_end", "DROP TABLE rag.ended")
_READ = "SELECT count(*) AS number FROM rag.file WHERE status = 'processing'"


@asynccontextmanager
async def nothing_is_stored(world: World) -> AsyncIterator[None]:
    """Keep pieces of texts from being stored, so that no file comes to its end."""
    sockets = (world.data_dir / "sockets").read_text(encoding="utf-8").strip()
    connection = await asyncpg.connect(host=sockets, user="postgres", database="owui", timeout=60)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE rag.chunk IN EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


@pytest.mark.asyncio(loop_scope="session")
class TestReplacingTheWorker:
    async def test_during_ingestion_every_file_ends_once(self, replicated: World) -> None:
        library = Library((await replicated.person()).rest)
        for statement in _COUNT_ENDS:
            await replicated.query(statement)
        try:
            files: list[str] = []
            for number in range(REPLACEMENTS):
                files += await self._replaced_while_reading(replicated, library, number)
            states = await library.settled(*files, seconds=READ_SECONDS)
            assert [state["status"] for state in states] == ["completed"] * len(files)
            ends = await replicated.query(
                "SELECT file_id, count(*) AS number FROM rag.ended WHERE file_id = ANY($1) GROUP BY 1", files
            )
            assert {row["file_id"]: row["number"] for row in ends} == dict.fromkeys(files, 1)
        finally:
            for statement in _FORGET:
                await replicated.query(statement)

    @staticmethod
    async def _replaced_while_reading(world: World, library: Library, number: int) -> list[str]:
        async def is_reading() -> bool:
            return bool((await world.query(_READ))[0]["number"])

        async with nothing_is_stored(world):
            names = [f"paper-{number}-{each}" for each in range(FILES)]
            uploads = (library.upload(f"{name}.txt", text_of(name, 10).encode()) for name in names)
            files = await asyncio.gather(*uploads)
            await eventually(is_reading, "a file to be read", REPLACED_SECONDS)
            leaving = tell_to_leave(world, WORKER)
        await until_replaced(world, WORKER, leaving)
        return files
