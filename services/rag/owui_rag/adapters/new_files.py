"""Files that arrive: within the quota of their owner, and in the base that they were brought for."""

import time
from typing import Any

from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.errors import Exhausted, NotFound
from owui_chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.access import access_values, writable_knowledge
from owui_rag.adapters.file_rows import columns, file_of
from owui_rag.domain.files import FileRow
from owui_rag.domain.quotas import Quota
from owui_rag.domain.texts import NOT_FOUND
from owui_rag.ports import NewFile

# Uploads of one person at the same time would all see the number before theirs.
_LOCK = Statement("SELECT pg_advisory_xact_lock(hashtextextended('quota ' || CAST(:user_id AS text), 0))")
_USED = Statement(
    "SELECT count(*) AS files, COALESCE(sum(size), 0) AS bytes FROM file WHERE user_id = :user_id"
)
_INSERT = Statement(f"""
    INSERT INTO file AS f (id, user_id, filename, content_type, size, blob_key, blob_hash, status, progress,
        data, meta, created_at, updated_at)
    VALUES (:id, :user_id, :filename, :content_type, :size, CAST(:blob_key AS text),
        CAST(:blob_hash AS bytea), :status, :progress, CAST(:data AS jsonb),
        CAST(:meta AS jsonb), :now, :now)
    RETURNING {columns("f")}
""")  # noqa: S608 - all parts are ours
_LINK = Statement(f"""
    INSERT INTO knowledge_file (knowledge_id, file_id, user_id, folder, added_at)
    SELECT k.id, CAST(:file_id AS text), :user_id, :folder, :now
    FROM knowledge k WHERE k.id = :knowledge_id AND {writable_knowledge("k")}
    RETURNING knowledge_id
""")  # noqa: S608
_BASE = Statement(f"""
    SELECT k.id FROM knowledge k WHERE k.id = :knowledge_id AND {writable_knowledge("k")}
""")  # noqa: S608
_TOUCH = Statement("UPDATE knowledge SET updated_at = :now WHERE id = :id")


class NewFiles:
    """Writes the rows of new files."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check_room(self, user_id: str, quota: Quota, size: int) -> None:
        """Raise Exhausted when the quota has no room, before the bytes are taken."""
        if quota.counts:
            async with self._database.begin() as connection:
                await _check_room(connection, user_id, quota, size)

    async def check_base(self, caller: Caller, knowledge_id: str) -> None:
        """Raise NotFound for a base that the caller may not change, before the bytes are taken."""
        if not await self._database.fetch(_BASE, **access_values(caller), knowledge_id=knowledge_id):
            raise NotFound(NOT_FOUND, "knowledge_not_found")

    async def add(self, caller: Caller, new: NewFile, quota: Quota) -> FileRow:
        """Write a file and its place in a base; raise Exhausted, or NotFound for the base."""
        values = access_values(caller)
        now = int(time.time())
        async with self._database.begin() as connection:
            if quota.counts:
                await connection.execute(_LOCK.text, values)
                await _check_room(connection, caller.user_id, quota, new.size)
            row = (
                (await connection.execute(_INSERT.text, {**values, **_columns(new), "now": now}))
                .mappings()
                .one()
            )
            if new.knowledge_id:
                link = {"file_id": new.id, "knowledge_id": new.knowledge_id, "folder": new.folder, "now": now}
                if (await connection.execute(_LINK.text, {**values, **link})).first() is None:
                    raise NotFound(NOT_FOUND, "knowledge_not_found")
                await connection.execute(_TOUCH.text, {"id": new.knowledge_id, "now": now})
        return file_of(row)


async def _check_room(connection: AsyncConnection, user_id: str, quota: Quota, size: int) -> None:
    used = (await connection.execute(_USED.text, {"user_id": user_id})).one()
    if quota.files is not None and used.files >= quota.files:
        raise Exhausted(f"You may keep {quota.files} files at most.", "quota_reached")
    if quota.total is not None and used.bytes + size > quota.total:
        raise Exhausted(
            f"Your files may have {quota.total // (1024 * 1024)} MiB in all at most.", "quota_reached"
        )


def _columns(new: NewFile) -> dict[str, Any]:
    return {
        "id": new.id,
        "filename": new.filename,
        "content_type": new.content_type,
        "size": new.size,
        "blob_key": new.blob_key,
        "blob_hash": new.blob_hash,
        "status": new.status,
        "progress": 1.0 if new.status == "completed" else 0.0,
        "data": new.data,
        "meta": new.meta,
    }
