"""Files that go: their rows, and the contents that nobody else has, in one transaction."""

import time
from collections.abc import Sequence

from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.access import access_values, writable_files
from owui_rag.ports import IndexRemoval

_BATCH = 1000
_LOCK_FILES = Statement(f"""
    SELECT f.id FROM file f WHERE f.id = ANY(CAST(:ids AS text[])) AND {writable_files("f")}
    ORDER BY f.id FOR UPDATE
""")  # noqa: S608 - all parts are ours
_ALONE = Statement("""
    SELECT f.id FROM file f WHERE f.id = ANY(CAST(:ids AS text[]))
        AND NOT EXISTS (SELECT 1 FROM knowledge_file l WHERE l.file_id = f.id)
""")
# Who is about to give a file this content holds a lock on it: wait for him, then look whether he has.
_LOCK_CONTENTS = Statement("""
    SELECT c.id FROM content c
    WHERE c.id IN (SELECT f.content_id FROM file f WHERE f.id = ANY(CAST(:ids AS text[])))
    ORDER BY c.id FOR UPDATE
""")
_DELETE_FILES = Statement("DELETE FROM file WHERE id = ANY(CAST(:ids AS text[])) RETURNING id, blob_key")
_ORPHANS = Statement("""
    SELECT c.id FROM content c WHERE c.id = ANY(CAST(:ids AS bigint[]))
        AND NOT EXISTS (SELECT 1 FROM file f WHERE f.content_id = c.id)
""")
_DELETE_CONTENTS = Statement("DELETE FROM content WHERE id = ANY(CAST(:ids AS bigint[]))")
_IDS_OF_USER = Statement("SELECT id FROM file WHERE user_id = :user_id ORDER BY id LIMIT :limit")
_ALL_IDS = Statement("SELECT id FROM file ORDER BY id LIMIT :limit")
_BASES_OF_USER = Statement("DELETE FROM knowledge WHERE user_id = :user_id")
_SOME_CONTENTS = Statement("SELECT id FROM content ORDER BY id LIMIT :limit FOR UPDATE")
_EMPTIED = Statement("""
    UPDATE file SET content_id = NULL, hash = NULL, status = 'cancelled', error = :error,
        lease = NULL, lease_until = NULL, retry_at = NULL, updated_at = :now
    WHERE content_id = ANY(CAST(:ids AS bigint[]))
""")
_JOBS_OF_USER = Statement("DELETE FROM ingest_job WHERE user_id = :user_id")


class Removal:
    """Deletes rows; the keys of the bytes that belong to nobody any more are returned."""

    def __init__(self, database: Database, index: IndexRemoval) -> None:
        self._database = database
        self._index = index

    async def remove(
        self, caller: Caller, file_ids: Sequence[str], *, only_alone: bool
    ) -> dict[str, str | None]:
        """Delete those of these files that the caller may change; return the keys of their bytes by file.

        With `only_alone` those that a base still holds stay.
        """
        removed: dict[str, str | None] = {}
        for start in range(0, len(file_ids), _BATCH):
            async with self._database.begin() as connection:
                values = {**access_values(caller), "ids": list(file_ids[start : start + _BATCH])}
                found = await _ids(connection, _LOCK_FILES, values)
                if only_alone:
                    found = await _ids(connection, _ALONE, {"ids": found})
                removed |= await self._delete(connection, found)
        return removed

    async def next_of_user(self, user_id: str) -> list[str]:
        """Return some files of a person, none when there are no more."""
        rows = await self._database.fetch(_IDS_OF_USER, user_id=user_id, limit=_BATCH)
        return [row.id for row in rows]

    async def next_of_all(self) -> list[str]:
        """Return some files, none when there are no more."""
        return [row.id for row in await self._database.fetch(_ALL_IDS, limit=_BATCH)]

    async def remove_belongings(self, user_id: str) -> None:
        """Delete the knowledge bases and jobs of a person; the files of others in them stay."""
        await self._database.fetch(_BASES_OF_USER, user_id=user_id)
        await self._database.fetch(_JOBS_OF_USER, user_id=user_id)

    async def remove_contents(self) -> None:
        """Forget all texts, chunks and vectors; the files say that they have to be read again."""
        error = "The index was emptied; this file has to be read again"
        found = [0]
        while found:
            async with self._database.begin() as connection:
                rows = (await connection.execute(_SOME_CONTENTS.text, {"limit": _BATCH})).all()
                found = [row.id for row in rows]
                values = {"ids": found, "error": error, "now": int(time.time())}
                await connection.execute(_EMPTIED.text, values)
                await self._delete_orphans(connection, found)

    async def _delete(self, connection: AsyncConnection, file_ids: list[str]) -> dict[str, str | None]:
        if not file_ids:
            return {}
        values = {"ids": file_ids}
        contents = [row.id for row in (await connection.execute(_LOCK_CONTENTS.text, values)).all()]
        rows = (await connection.execute(_DELETE_FILES.text, values)).all()
        await self._delete_orphans(connection, contents)
        return {row.id: row.blob_key for row in rows}

    async def _delete_orphans(self, connection: AsyncConnection, contents: Sequence[int]) -> None:
        if not contents:
            return
        found = (await connection.execute(_ORPHANS.text, {"ids": list(contents)})).all()
        orphans = [row.id for row in found]
        if orphans:
            await self._index.remove(connection, orphans)
            await connection.execute(_DELETE_CONTENTS.text, {"ids": orphans})


async def _ids(connection: AsyncConnection, statement: Statement, values: dict[str, object]) -> list[str]:
    return [row.id for row in (await connection.execute(statement.text, values)).all()]
