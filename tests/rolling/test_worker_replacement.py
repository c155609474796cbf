"""The worker is replaced while it reads files: every file ends, and ends once."""

import asyncio

import pytest

from tests.integration.clients.library import Library
from tests.integration.papers import text_of
from tests.integration.world import WORKER, World, eventually

FILES, REPLACEMENTS = 24, 2
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


@pytest.mark.asyncio(loop_scope="session")
class TestReplacingTheWorker:
    async def test_during_ingestion_every_file_ends_once(self, replicated: World) -> None:
        world = replicated
        library = Library((await world.person()).rest)
        for statement in _COUNT_ENDS:
            await world.query(statement)
        try:
            names = [f"paper-{number}" for number in range(FILES)]
            uploads = (library.upload(f"{name}.txt", text_of(name, 10).encode()) for name in names)
            files = await asyncio.gather(*uploads)
            reached = 0
            for _ in range(REPLACEMENTS):
                reached += await self._is_reading(world)
                await asyncio.to_thread(world.stack.restart, WORKER)
            states = await library.settled(*files)
            assert [state["status"] for state in states] == ["completed"] * FILES
            assert reached >= 1
            ends = await world.query(
                "SELECT file_id, count(*) AS number FROM rag.ended WHERE file_id = ANY($1) GROUP BY 1", files
            )
            assert {row["file_id"]: row["number"] for row in ends} == dict.fromkeys(files, 1)
        finally:
            for statement in _FORGET:
                await world.query(statement)

    @staticmethod
    async def _is_reading(world: World) -> bool:
        """Wait until a file is being read; return whether there are any left."""
        counted = "SELECT status, count(*) AS number FROM rag.file GROUP BY 1"

        async def look() -> dict[str, int] | None:
            found = {row["status"]: row["number"] for row in await world.query(counted)}
            return None if "pending" in found and "processing" not in found else found

        found = await eventually(look, "a file to be read", pause=0.02)
        return "processing" in found
