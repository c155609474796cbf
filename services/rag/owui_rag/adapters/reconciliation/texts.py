"""Texts that nothing has, and texts that the index lacks."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.domain.ingestion import searched_text
from owui_rag.domain.reconciliation import MOST, Found

_LONELY = """
    FROM content c WHERE c.created_at < now() - CAST(:grace AS interval)
        AND NOT EXISTS (SELECT 1 FROM file f WHERE f.content_id = c.id)
"""
_FIND_LONELY = Statement(f"SELECT c.id, count(*) OVER () AS total {_LONELY} ORDER BY c.id LIMIT {MOST}")
# Who is about to give a file this text holds a lock on it: he is left alone.
_LOCK_LONELY = Statement(f"""
    SELECT c.id {_LONELY} AND c.id = ANY(CAST(:ids AS bigint[])) ORDER BY c.id FOR UPDATE SKIP LOCKED
""")
_STILL_LONELY = Statement("""
    SELECT c.id FROM content c WHERE c.id = ANY(CAST(:ids AS bigint[]))
        AND NOT EXISTS (SELECT 1 FROM file f WHERE f.content_id = c.id)
""")
_DELETE = Statement("DELETE FROM content WHERE id = ANY(CAST(:ids AS bigint[]))")

_WORDLESS = """
    FROM content c WHERE c.created_at < now() - CAST(:grace AS interval)
        AND EXISTS (SELECT 1 FROM chunk WHERE chunk.content_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM lexical_segment s WHERE s.content_id = c.id)
"""
_FIND_WORDLESS = Statement(f"SELECT c.id, count(*) OVER () AS total {_WORDLESS} ORDER BY c.id LIMIT {MOST}")
_LOCK_WORDLESS = Statement(f"SELECT c.id {_WORDLESS} AND c.id = :id FOR UPDATE")
_CHUNKS = Statement("SELECT id, text, headings FROM chunk WHERE content_id = :id ORDER BY ordinal")


class ContentsWithoutFiles:
    """Texts that no file has any more."""

    kind = "contents_without_files"

    def __init__(self, database: Database, index: IndexWriter, grace: timedelta) -> None:
        self._database = database
        self._index = index
        self._grace = grace

    async def find(self) -> Found:
        """Return them."""
        return found_of(await self._database.fetch(_FIND_LONELY, grace=self._grace))

    async def repair(self, ids: Sequence[str]) -> int:
        """Delete them with their chunks."""
        async with self._database.begin() as connection:
            values = {"grace": self._grace, "ids": [int(each) for each in ids]}
            locked = (await connection.execute(_LOCK_LONELY.text, values)).scalars().all()
            lonely = (await connection.execute(_STILL_LONELY.text, {"ids": locked})).scalars().all()
            if lonely:
                await self._index.remove(connection, lonely)
                await connection.execute(_DELETE.text, {"ids": lonely})
        return len(lonely)


class ContentsWithoutWords:
    """Texts that no search by words finds."""

    kind = "contents_without_words"

    def __init__(self, database: Database, index: IndexWriter, grace: timedelta) -> None:
        self._database = database
        self._index = index
        self._grace = grace

    async def find(self) -> Found:
        """Return them."""
        return found_of(await self._database.fetch(_FIND_WORDLESS, grace=self._grace))

    async def repair(self, ids: Sequence[str]) -> int:
        """Index them again; their vectors go and come back with the next kind that is looked for."""
        return sum([await self._index_again(int(each)) for each in ids])

    async def _index_again(self, content_id: int) -> int:
        async with self._database.begin() as connection:
            values = {"grace": self._grace, "id": content_id}
            if (await connection.execute(_LOCK_WORDLESS.text, values)).first() is None:
                return 0
            rows = (await connection.execute(_CHUNKS.text, {"id": content_id})).all()
            texts = [searched_text(row.text, row.headings) for row in rows]
            await self._index.replace(connection, content_id, [row.id for row in rows], texts)
        return 1


def found_of(rows: Sequence[Any], examined: int = 0) -> Found:
    """Return what rows with `id` and `total` tell."""
    ids = [str(row.id) for row in rows]
    total: int = rows[0].total if rows else 0
    return Found(total, ids, examined)
