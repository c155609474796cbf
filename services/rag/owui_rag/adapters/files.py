"""Files in Postgres: each statement sees only what its caller may read or write."""

import time
from collections.abc import Sequence
from typing import Any

from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.access import access_values, readable_files, writable_files
from owui_rag.adapters.file_rows import columns, file_of
from owui_rag.domain.files import GIVEN_TEXT, FileRow

MAXIMUM_LIST = 10_000
# Texts are given with lists as far as they fit: an answer of any length would block everybody.
_TEXTS_AT_ONCE = 500
_TEXT_BYTES = 16 * 1024 * 1024

_READ = Statement(f"SELECT {columns('f')} FROM file f WHERE f.id = :id AND {readable_files('f')}")  # noqa: S608
_WRITABLE = Statement(f"SELECT {columns('f')} FROM file f WHERE f.id = :id AND {writable_files('f')}")  # noqa: S608
_WITH_TEXT = Statement(f"""
    SELECT {columns("f")}, c.text FROM file f LEFT JOIN content c ON c.id = f.content_id
    WHERE f.id = :id AND {readable_files("f")}
""")  # noqa: S608 - all parts are ours
_READABLE_IDS = Statement(f"""
    SELECT f.id FROM file f WHERE f.id = ANY(CAST(:ids AS text[])) AND {readable_files("f")}
""")  # noqa: S608
_WRITABLE_IDS = Statement(f"""
    SELECT f.id FROM file f WHERE f.id = ANY(CAST(:ids AS text[])) AND {writable_files("f")}
""")  # noqa: S608
_LIST = Statement(f"""
    SELECT {columns("f")} FROM file f
    WHERE (:unrestricted OR f.user_id = :user_id)
        AND (CAST(:pattern AS text) IS NULL OR f.filename ILIKE CAST(:pattern AS text))
    ORDER BY f.created_at DESC, f.id LIMIT :limit OFFSET :offset
""")  # noqa: S608
_TEXTS = Statement("""
    SELECT id, text FROM (
        SELECT c.id, c.text, sum(octet_length(c.text)) OVER (ORDER BY wanted.place) AS total
        FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(id, place)
        JOIN content c ON c.id = wanted.id
    ) AS found WHERE total <= :budget
""")
_RENAME = Statement(f"""
    UPDATE file f SET filename = :filename, updated_at = :now
    WHERE f.id = :id AND {writable_files("f")} RETURNING {columns("f")}
""")  # noqa: S608
_SET_METADATA = Statement(f"""
    UPDATE file f SET meta = jsonb_set(f.meta, '{{data}}', CAST(:metadata AS jsonb)), updated_at = :now
    WHERE f.id = :id AND {writable_files("f")} RETURNING {columns("f")}
""")  # noqa: S608
# Only the owner decides who else may use a file.
_SET_ACCESS = Statement(f"""
    UPDATE file f SET access_control = CAST(:access_control AS jsonb), updated_at = :now
    WHERE f.id = :id AND (:unrestricted OR f.user_id = :user_id) RETURNING {columns("f")}
""")  # noqa: S608
_GIVE_TEXT = Statement(f"""
    UPDATE file f SET data = jsonb_set(f.data, '{{{GIVEN_TEXT}}}', to_jsonb(CAST(:text AS text))),
        status = 'pending', progress = 0, error = NULL, lease = NULL, lease_until = NULL, attempts = 0,
        retry_at = NULL, updated_at = :now
    WHERE f.id = :id AND {writable_files("f")} RETURNING {columns("f")}
""")  # noqa: S608
_PEND = Statement("""
    UPDATE file SET status = 'pending', progress = 0, error = NULL, retry_at = NULL, updated_at = :now
    WHERE id = ANY(CAST(:ids AS text[])) AND status <> 'processing' RETURNING id
""")
_SET_COLLECTION = Statement("""
    UPDATE file SET meta = jsonb_set(meta, '{collection_name}', to_jsonb(CAST(:name AS text)))
    WHERE id = :id
""")


class Files:
    """The files of everybody; each method sees only those that its caller may use so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may read, without its text."""
        return await self._one(_READ, caller, id=file_id)

    async def read_with_text(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may read, with its text; "" when none has been read."""
        row = await self._database.first(_WITH_TEXT, **access_values(caller), id=file_id)
        return None if row is None else file_of(row, row.text or "")

    async def writable(self, caller: Caller, file_id: str) -> FileRow | None:
        """Return a file that the caller may change."""
        return await self._one(_WRITABLE, caller, id=file_id)

    async def readable_ids(self, caller: Caller, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that the caller may read, in the given order."""
        return await self._those(_READABLE_IDS, caller, file_ids)

    async def writable_ids(self, caller: Caller, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that the caller may change, in the given order."""
        return await self._those(_WRITABLE_IDS, caller, file_ids)

    async def page(
        self, caller: Caller, *, pattern: str | None, limit: int, offset: int, texts: bool
    ) -> list[FileRow]:
        """Return the caller's own files, everybody's for those without restriction, newest first.

        `pattern` is one of SQL's LIKE for the name.
        """
        values = {"pattern": pattern, "limit": min(limit, MAXIMUM_LIST), "offset": offset}
        rows = await self._database.fetch(_LIST, **access_values(caller), **values)
        found = await self._texts([row.content_id for row in rows]) if texts else {}
        return [file_of(row, found.get(row.content_id, "") if texts else None) for row in rows]

    async def rename(self, caller: Caller, file_id: str, filename: str) -> FileRow | None:
        """Give a file another name; None when the caller may not."""
        return await self._one(_RENAME, caller, id=file_id, filename=filename, now=_now())

    async def set_metadata(self, caller: Caller, file_id: str, metadata: str) -> FileRow | None:
        """Replace what the uploader said; None when the caller may not."""
        return await self._one(_SET_METADATA, caller, id=file_id, metadata=metadata, now=_now())

    async def set_access(self, caller: Caller, file_id: str, access_control: str | None) -> FileRow | None:
        """Replace a file's access control; None when the caller is not its owner."""
        return await self._one(_SET_ACCESS, caller, id=file_id, access_control=access_control, now=_now())

    async def give_text(self, caller: Caller, file_id: str, text: str) -> FileRow | None:
        """Take a text for what is in a file and let it be read again; None when the caller may not."""
        return await self._one(_GIVE_TEXT, caller, id=file_id, text=text, now=_now())

    async def pend(self, file_ids: Sequence[str]) -> list[str]:
        """Mark files as waiting to be read; return those that are not being read already."""
        rows = await self._database.fetch(_PEND, ids=list(file_ids), now=_now())
        return [row.id for row in rows]

    async def set_collection(self, file_id: str, name: str) -> None:
        """Note under which name its owner finds a file."""
        await self._database.fetch(_SET_COLLECTION, id=file_id, name=name)

    async def _one(self, statement: Statement, caller: Caller, **values: Any) -> FileRow | None:
        row = await self._database.first(statement, **access_values(caller), **values)
        return None if row is None else file_of(row)

    async def _those(self, statement: Statement, caller: Caller, ids: Sequence[str]) -> list[str]:
        rows = await self._database.fetch(statement, **access_values(caller), ids=list(ids))
        found = {row.id for row in rows}
        return [file_id for file_id in dict.fromkeys(ids) if file_id in found]

    async def _texts(self, content_ids: Sequence[int | None]) -> dict[int | None, str]:
        ids = list(dict.fromkeys(each for each in content_ids if each is not None))[:_TEXTS_AT_ONCE]
        if not ids:
            return {}
        rows = await self._database.fetch(_TEXTS, ids=ids, budget=_TEXT_BYTES)
        return {row.id: row.text for row in rows}


def _now() -> int:
    return int(time.time())
