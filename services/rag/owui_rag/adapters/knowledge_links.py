"""Which files are in which knowledge bases: lists of them, and folders."""

import time
from collections.abc import Sequence
from typing import Any

from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.errors import AlreadyExists, Forbidden, NotFound
from owui_chassis.statements import Statement
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.access import (
    access_values,
    readable_files,
    readable_knowledge,
    writable_files,
    writable_knowledge,
)
from owui_rag.adapters.file_rows import columns, file_of
from owui_rag.domain.files import FileRow
from owui_rag.domain.knowledge import FolderRow, LinkedFileRow
from owui_rag.domain.sync_plan import Copy
from owui_rag.domain.texts import DUPLICATE, NOT_FOUND, PROHIBITED
from owui_rag.ports import Wanted

PAGE_SIZE = 30
NEWEST = 250
_ORDERS = {"name": "lower(filename)", "created_at": "created_at", "updated_at": "updated_at"}
# In one folder, or below it too.
_BELOW = "(l.folder = :folder OR starts_with(l.folder, :folder || '/') OR :folder = '')"
_TABLES = """
    FROM knowledge_file l JOIN knowledge k ON k.id = l.knowledge_id JOIN file f ON f.id = l.file_id
"""
_FOUND = f"""
    {_TABLES} WHERE {readable_knowledge("k")}
        AND (CAST(:knowledge_id AS text) IS NULL OR l.knowledge_id = CAST(:knowledge_id AS text))
        AND (:text = '' OR strpos(lower(f.filename), :text) > 0)
        AND (:view NOT IN ('created', 'shared') OR (f.user_id = :user_id) = (:view = 'created'))
        AND (CAST(:folder AS text) IS NULL OR l.folder = CAST(:folder AS text))
        AND (:status = '' OR f.status = :status)
"""
_COUNT = Statement(f"SELECT count(DISTINCT f.id) AS total {_FOUND}")
_NEWEST = Statement(f"""
    SELECT {columns("f")} FROM knowledge_file l JOIN file f ON f.id = l.file_id
    WHERE l.knowledge_id = :id ORDER BY l.added_at DESC, f.id LIMIT {NEWEST}
""")  # noqa: S608
_LOCK_BASE = Statement(f"""
    SELECT {writable_knowledge("k")} AS writable FROM knowledge k
    WHERE k.id = :id AND ({readable_knowledge("k")} OR {writable_knowledge("k")}) FOR UPDATE
""")  # noqa: S608
# Only who may change a file may show it to the readers of a base, and nobody what he may not see himself.
_LOCK_FILES = Statement(f"""
    SELECT f.id, f.hash FROM file f WHERE f.id = ANY(CAST(:ids AS text[])) AND {writable_files("f")}
        AND {readable_files("f")}
    FOR KEY SHARE
""")  # noqa: S608
_HELD = Statement("""
    SELECT l.file_id, f.hash FROM knowledge_file l JOIN file f ON f.id = l.file_id
    WHERE l.knowledge_id = :id AND (l.file_id = ANY(CAST(:ids AS text[]))
        OR f.hash = ANY(CAST(:hashes AS text[])))
""")
_INSERT = Statement("""
    INSERT INTO knowledge_file (knowledge_id, file_id, user_id, folder, added_at)
    SELECT :id, new.file_id, :user_id, new.folder, :now
    FROM unnest(CAST(:ids AS text[]), CAST(:folders AS text[])) AS new(file_id, folder)
""")
_TOUCH = Statement("UPDATE knowledge SET updated_at = :now WHERE id = :id")
_WRITING = f"FROM knowledge k WHERE k.id = l.knowledge_id AND k.id = :id AND {writable_knowledge('k')}"
_REMOVE = Statement(f"""
    DELETE FROM knowledge_file l USING {_WRITING.removeprefix("FROM ")}
        AND l.file_id = ANY(CAST(:ids AS text[])) RETURNING l.file_id
""")  # noqa: S608
_REMOVE_FOLDER = Statement(f"""
    DELETE FROM knowledge_file l USING {_WRITING.removeprefix("FROM ")} AND {_BELOW} RETURNING l.file_id
""")  # noqa: S608
_MOVE = Statement(f"""
    UPDATE knowledge_file l SET folder = :folder {_WRITING}
        AND l.file_id = ANY(CAST(:ids AS text[])) RETURNING l.file_id
""")  # noqa: S608
_RENAME_FOLDER = Statement(f"""
    UPDATE knowledge_file l SET folder = trim(LEADING '/' FROM
        CAST(:new AS text) || substr(l.folder, length(:folder) + 1)) {_WRITING} AND {_BELOW}
    RETURNING l.file_id
""")  # noqa: S608
_HELD_HERE = Statement(f"""
    SELECT l.file_id {_TABLES} WHERE k.id = :id AND ({readable_knowledge("k")} OR {writable_knowledge("k")})
        AND l.file_id = ANY(CAST(:ids AS text[]))
""")
_FOLDERS = Statement(f"""
    SELECT l.folder, count(*) AS count,
        count(*) FILTER (WHERE f.status IN ('pending', 'processing')) AS unfinished,
        count(*) FILTER (WHERE f.status IN ('failed', 'cancelled')) AS failed
    {_TABLES} WHERE k.id = :id AND {readable_knowledge("k")} GROUP BY l.folder ORDER BY l.folder
""")
_COPIES = Statement(f"""
    SELECT l.folder, f.filename, f.blob_hash, f.size, f.id, f.status
    {_TABLES} WHERE k.id = :id AND {readable_knowledge("k")} AND {_BELOW} ORDER BY f.created_at, f.id
""")


class KnowledgeLinks:
    """The rows of `knowledge_file`; nothing happens in a base that the caller may not use so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self, caller: Caller, knowledge_id: str | None, wanted: Wanted
    ) -> tuple[list[LinkedFileRow], int]:
        """Return a page of the files of a base, or of all bases, that the caller may read."""
        values = {
            **access_values(caller),
            "knowledge_id": knowledge_id,
            "text": wanted.text.lower(),
            "view": wanted.view,
            "folder": wanted.folder,
            "status": wanted.status,
        }
        offset = (wanted.page - 1) * PAGE_SIZE
        rows = await self._database.fetch(
            _page(knowledge_id, wanted), **values, limit=PAGE_SIZE, offset=offset
        )
        [count] = await self._database.fetch(_COUNT, **values)
        return [
            LinkedFileRow(knowledge_id=row.knowledge_id, folder=row.folder, file=file_of(row)) for row in rows
        ], (count.total)

    async def newest(self, knowledge_id: str) -> list[FileRow]:
        """Return the newest files of a base that the caller is known to use."""
        return [file_of(row) for row in await self._database.fetch(_NEWEST, id=knowledge_id)]

    async def add(self, caller: Caller, knowledge_id: str, file_id: str, folder: str) -> None:
        """Put a file into a base; raise NotFound, Forbidden or AlreadyExists."""
        async with self._database.begin() as connection:
            await _lock_base(connection, caller, knowledge_id)
            new = await _addable(connection, caller, knowledge_id, [(file_id, folder)])
            if new is None:
                raise NotFound(NOT_FOUND, "file_not_found")
            if not new:
                raise AlreadyExists(DUPLICATE, "duplicate_content")
            await _insert(connection, caller, knowledge_id, new)

    async def add_many(
        self, caller: Caller, knowledge_id: str, files: Sequence[tuple[str, str]]
    ) -> list[str]:
        """Put files (id, folder) into a base, without those that are there; return which were put there.

        Raises NotFound when one of them is not the caller's to share, and then puts none.
        """
        async with self._database.begin() as connection:
            await _lock_base(connection, caller, knowledge_id)
            new = await _addable(connection, caller, knowledge_id, files)
            if new is None:
                raise NotFound(NOT_FOUND, "file_not_found")
            await _insert(connection, caller, knowledge_id, new)
            return [file_id for file_id, _ in new]

    async def held(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str]) -> list[str]:
        """Return those of these files that are in a base that the caller may use."""
        values = {**access_values(caller), "id": knowledge_id, "ids": list(file_ids)}
        return [row.file_id for row in await self._database.fetch(_HELD_HERE, **values)]

    async def remove(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str]) -> list[str]:
        """Take files out of a base that the caller may change; return which were there."""
        return await self._change(_REMOVE, caller, knowledge_id, ids=list(file_ids))

    async def remove_folder(self, caller: Caller, knowledge_id: str, folder: str) -> list[str]:
        """Take a folder out of a base that the caller may change ("" is all); return its files."""
        return await self._change(_REMOVE_FOLDER, caller, knowledge_id, folder=folder)

    async def move(self, caller: Caller, knowledge_id: str, file_ids: Sequence[str], folder: str) -> int:
        """Put files of a base into another folder of it; return how many."""
        return len(await self._change(_MOVE, caller, knowledge_id, ids=list(file_ids), folder=folder))

    async def rename_folder(self, caller: Caller, knowledge_id: str, folder: str, new: str) -> int:
        """Move a folder with all below it; return how many files."""
        return len(await self._change(_RENAME_FOLDER, caller, knowledge_id, folder=folder, new=new))

    async def folders(self, caller: Caller, knowledge_id: str) -> list[FolderRow]:
        """Return the folders of a base that the caller may read."""
        rows = await self._database.fetch(_FOLDERS, **access_values(caller), id=knowledge_id)
        return [FolderRow(**dict(row.items())) for row in rows]

    async def copies(self, caller: Caller, knowledge_id: str, folder: str) -> list[Copy]:
        """Return the files of a folder and below with their paths from it, of a base the caller may read."""
        rows = await self._database.fetch(_COPIES, **access_values(caller), id=knowledge_id, folder=folder)
        return [_copy_of(row, folder) for row in rows]

    async def _change(
        self, statement: Statement, caller: Caller, knowledge_id: str, **values: Any
    ) -> list[str]:
        async with self._database.begin() as connection:
            keys = {**access_values(caller), "id": knowledge_id, "now": int(time.time())}
            rows = (await connection.execute(statement.text, {**keys, **values})).all()
            if rows:
                await connection.execute(_TOUCH.text, keys)
            return [row.file_id for row in rows]


def _page(knowledge_id: str | None, wanted: Wanted) -> Statement:
    # A file that several bases hold is found once.
    once = "DISTINCT ON (f.id)" if knowledge_id is None else ""
    order = f"{_ORDERS.get(wanted.order_by, 'updated_at')} {'DESC' if wanted.descending else 'ASC'}, id"
    return Statement(f"""
        SELECT * FROM (
            SELECT {once} {columns("f")}, l.folder, l.knowledge_id {_FOUND}
            {"ORDER BY f.id, l.knowledge_id" if once else ""}
        ) AS found ORDER BY {order} LIMIT :limit OFFSET :offset
    """)  # noqa: S608 - all parts are ours


async def _lock_base(connection: AsyncConnection, caller: Caller, knowledge_id: str) -> None:
    values = {**access_values(caller), "id": knowledge_id}
    row = (await connection.execute(_LOCK_BASE.text, values)).first()
    if row is None:
        raise NotFound(NOT_FOUND, "knowledge_not_found")
    if not row.writable:
        raise Forbidden(PROHIBITED, "not_writable")


async def _addable(
    connection: AsyncConnection, caller: Caller, knowledge_id: str, files: Sequence[tuple[str, str]]
) -> list[tuple[str, str]] | None:
    """Return those of these files that the base lacks, by file and by content; None when one is missing."""
    wanted = dict(files)
    values = {**access_values(caller), "ids": list(wanted)}
    hashes = {row.id: row.hash for row in (await connection.execute(_LOCK_FILES.text, values)).all()}
    if hashes.keys() != wanted.keys():
        return None
    known = {"id": knowledge_id, "ids": list(wanted), "hashes": [each for each in hashes.values() if each]}
    held = (await connection.execute(_HELD.text, known)).all()
    files_held, hashes_held = {row.file_id for row in held}, {row.hash for row in held if row.hash}
    new = []
    for file_id, folder in wanted.items():
        if file_id not in files_held and hashes[file_id] not in hashes_held:
            new.append((file_id, folder))
            if hashes[file_id]:
                hashes_held.add(hashes[file_id])
    return new


async def _insert(
    connection: AsyncConnection, caller: Caller, knowledge_id: str, new: Sequence[tuple[str, str]]
) -> None:
    values = {"id": knowledge_id, "user_id": caller.user_id, "now": int(time.time())}
    ids, folders = [file_id for file_id, _ in new], [folder for _, folder in new]
    if new:
        await connection.execute(_INSERT.text, {**values, "ids": ids, "folders": folders})
        await connection.execute(_TOUCH.text, values)


def _copy_of(row: Any, folder: str) -> Copy:
    inside = row.folder[len(folder) :].lstrip("/")
    path = f"{inside}/{row.filename}" if inside else row.filename
    return Copy(path, (row.blob_hash or b"").hex(), row.size, row.id, row.status)
