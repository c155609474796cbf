"""Knowledge bases in Postgres; what a caller may do with one is part of each statement."""

import time
import uuid
from typing import Any

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.access import access_values, readable_knowledge, writable_knowledge
from owui_rag.domain.knowledge import KnowledgeForm, KnowledgeRow
from owui_rag.ports import Wanted

PAGE_SIZE = 30
_COLUMNS = f"""k.id, k.user_id, k.name, k.description, k.meta::text AS meta,
    k.access_control::text AS access_control, k.created_at, k.updated_at,
    {readable_knowledge("k")} AS readable, {writable_knowledge("k")} AS writable"""
_GET = Statement(f"""
    SELECT {_COLUMNS} FROM knowledge k
    WHERE k.id = :id AND ({readable_knowledge("k")} OR {writable_knowledge("k")})
""")  # noqa: S608 - all parts are ours
_FOUND = f"""
    FROM knowledge k WHERE {readable_knowledge("k")}
        AND (:text = '' OR strpos(lower(k.name), :text) > 0 OR strpos(lower(k.description), :text) > 0)
        AND (:view NOT IN ('created', 'shared') OR (k.user_id = :user_id) = (:view = 'created'))
"""
_PAGE = Statement(f"SELECT {_COLUMNS} {_FOUND} ORDER BY k.updated_at DESC, k.id LIMIT :limit OFFSET :offset")
_COUNT = Statement(f"SELECT count(*) AS total {_FOUND}")
_INSERT = Statement(f"""
    INSERT INTO knowledge AS k (id, user_id, name, description, access_control, created_at, updated_at)
    VALUES (:id, :user_id, :name, :description, CAST(:access_control AS jsonb), :now, :now)
    RETURNING {_COLUMNS}
""")  # noqa: S608
_UPDATE = Statement(f"""
    WITH before AS (SELECT id FROM knowledge k WHERE k.id = :id AND {writable_knowledge("k")} FOR UPDATE)
    UPDATE knowledge k SET name = :name, description = :description,
        access_control = CAST(:access_control AS jsonb), updated_at = :now
    FROM before WHERE k.id = before.id RETURNING {_COLUMNS}
""")  # noqa: S608
_DELETE = Statement(f"DELETE FROM knowledge k WHERE k.id = :id AND {writable_knowledge('k')} RETURNING k.id")  # noqa: S608
_FILE_IDS = Statement("""
    SELECT DISTINCT file_id FROM knowledge_file
    WHERE CAST(:id AS text) IS NULL OR knowledge_id = CAST(:id AS text) ORDER BY file_id
""")


class KnowledgeBases:
    """A base that the caller may neither read nor change is not there for him."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, caller: Caller, wanted: Wanted) -> tuple[list[KnowledgeRow], int]:
        """Return a page of the bases that the caller may read, and how many there are."""
        values = {**access_values(caller), "text": wanted.text.lower(), "view": wanted.view}
        offset = (wanted.page - 1) * PAGE_SIZE
        rows = await self._database.fetch(_PAGE, **values, limit=PAGE_SIZE, offset=offset)
        if len(rows) < PAGE_SIZE and (rows or offset == 0):
            return [_base_of(row) for row in rows], offset + len(rows)
        [count] = await self._database.fetch(_COUNT, **values)
        return [_base_of(row) for row in rows], count.total

    async def get(self, caller: Caller, knowledge_id: str) -> KnowledgeRow | None:
        """Return a base that the caller may read or change."""
        row = await self._database.first(_GET, **access_values(caller), id=knowledge_id)
        return None if row is None else _base_of(row)

    async def create(self, caller: Caller, form: KnowledgeForm) -> KnowledgeRow:
        """Make a base of the caller's."""
        values = {**access_values(caller), **_values(form), "id": str(uuid.uuid4())}
        [row] = await self._database.fetch(_INSERT, **values)
        return _base_of(row)

    async def update(self, caller: Caller, knowledge_id: str, form: KnowledgeForm) -> KnowledgeRow | None:
        """Change a base; None when the caller may not."""
        values = {**access_values(caller), **_values(form), "id": knowledge_id}
        row = await self._database.first(_UPDATE, **values)
        return None if row is None else _base_of(row)

    async def delete(self, caller: Caller, knowledge_id: str) -> bool:
        """Delete a base; return False when the caller may not."""
        return await self._database.first(_DELETE, **access_values(caller), id=knowledge_id) is not None

    async def file_ids(self, knowledge_id: str | None) -> list[str]:
        """Return all files of a base, or of all bases."""
        return [row.file_id for row in await self._database.fetch(_FILE_IDS, id=knowledge_id)]


def _values(form: KnowledgeForm) -> dict[str, Any]:
    control = form.access_control
    return {
        "name": form.name,
        "description": form.description,
        "access_control": None if control is None else msgspec.json.encode(control).decode(),
        "now": int(time.time()),
    }


def _base_of(row: Any) -> KnowledgeRow:
    return KnowledgeRow(**dict(row.items()))
