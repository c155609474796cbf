"""Folders in Postgres: each statement names their owner."""

import time
import uuid
from typing import Any

from owui_chassis.database import Database
from owui_chassis.errors import AlreadyExists, Exhausted, Forbidden
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_chat.domain.folders import (
    FolderForm,
    FolderLimits,
    FolderRow,
    check_place,
    inside,
    not_found,
)
from owui_chat.domain.json_objects import merged

_COLUMNS = """id, parent_id, user_id, name, items::text AS item_text, meta::text AS meta, data::text AS data,
    is_expanded, created_at, updated_at"""
_LIST = Statement("""
    SELECT id, parent_id, user_id, name, NULL AS item_text, meta::text AS meta, NULL AS data, is_expanded,
        created_at, updated_at
    FROM folder WHERE user_id = :user_id ORDER BY lower(name), id
""")
_GET = Statement(f"SELECT {_COLUMNS} FROM folder WHERE user_id = :user_id AND id = :id")  # noqa: S608 - ours
# Who moves or adds a folder sees the whole tree as nobody else changes it; chats may be put into folders
# meanwhile, unless one goes.
_TREE = "SELECT id, parent_id FROM folder WHERE user_id = :user_id ORDER BY id"
_MOVING = text(f"{_TREE} FOR NO KEY UPDATE")
_DELETING = text(f"{_TREE} FOR UPDATE")
_INSERT = text(f"""
    INSERT INTO folder (id, parent_id, user_id, name, items, meta, data, created_at, updated_at)
    VALUES (:id, :parent_id, :user_id, :name, CAST(:items AS json), CAST(:meta AS json), CAST(:data AS json),
        :now, :now)
    RETURNING {_COLUMNS}
""")  # noqa: S608
_LOCK = text(f"SELECT {_COLUMNS} FROM folder WHERE user_id = :user_id AND id = :id FOR NO KEY UPDATE")  # noqa: S608
_UPDATE = text(f"""
    UPDATE folder SET name = :name, meta = CAST(:meta AS json), data = CAST(:data AS json), updated_at = :now
    WHERE user_id = :user_id AND id = :id RETURNING {_COLUMNS}
""")  # noqa: S608
_PUT = text(f"""
    UPDATE folder SET parent_id = :parent_id, updated_at = :now
    WHERE user_id = :user_id AND id = :id RETURNING {_COLUMNS}
""")  # noqa: S608
_EXPAND = Statement(f"""
    UPDATE folder SET is_expanded = :is_expanded, updated_at = :now
    WHERE user_id = :user_id AND id = :id RETURNING {_COLUMNS}
""")  # noqa: S608
_HAS_CHATS = text("""
    SELECT EXISTS (SELECT FROM chat WHERE user_id = :user_id AND folder_id = ANY(CAST(:ids AS text[])))
""")
# As when a single chat is deleted: its shared copy goes with it, running answers notice.
_DELETE_CHATS = text("""
    WITH gone AS (
        DELETE FROM chat WHERE user_id = :user_id AND folder_id = ANY(CAST(:ids AS text[]))
        RETURNING id, share_id
    ), copies AS (
        DELETE FROM chat USING gone WHERE chat.id = gone.share_id AND chat.user_id = 'shared-' || gone.id
    ), tasks AS (DELETE FROM task USING gone WHERE task.chat_id = gone.id)
    SELECT count(*) FROM gone
""")
_FREE_CHATS = text("""
    UPDATE chat SET folder_id = NULL WHERE user_id = :user_id AND folder_id = ANY(CAST(:ids AS text[]))
""")
_DELETE = text("DELETE FROM folder WHERE user_id = :user_id AND id = :id")


class Folders:
    """The folders of everybody; each method sees only those of the user it is given."""

    def __init__(self, database: Database, limits: FolderLimits) -> None:
        self._database = database
        self._limits = limits

    async def all(self, user_id: str) -> list[FolderRow]:
        """Return all folders of a user by name, without what their chats rest on."""
        return [_folder(row) for row in await self._database.fetch(_LIST, user_id=user_id)]

    async def get(self, user_id: str, folder_id: str) -> FolderRow:
        """Return a folder; raise NotFound."""
        row = await self._database.first(_GET, user_id=user_id, id=folder_id)
        if row is None:
            raise not_found()
        return _folder(row)

    async def create(self, user_id: str, form: FolderForm, parent_id: str | None) -> FolderRow:
        """Store a new folder and return it; raise NotFound, AlreadyExists, Invalid or Exhausted."""
        values = {"id": str(uuid.uuid4()), "parent_id": parent_id, "name": form.name}
        values |= {"items": form.items, "meta": form.meta, "data": form.data}
        async with self._database.begin() as connection:
            parents = await _tree(connection, _MOVING, user_id)
            if len(parents) >= self._limits.folders:
                raise Exhausted(f"You have {len(parents)} folders already", "too_many_folders")
            check_place(parents, None, parent_id)
            return await _changed(connection, _INSERT, user_id, **values)

    async def update(self, user_id: str, folder_id: str, form: FolderForm) -> FolderRow:
        """Rename a folder and merge into its data and meta; raise NotFound, AlreadyExists or Invalid."""
        async with self._database.begin() as connection:
            key = {"user_id": user_id, "id": folder_id}
            stored = (await connection.execute(_LOCK, key)).first()
            if stored is None:
                raise not_found()
            most = self._limits.folder_bytes
            values = {
                "name": stored.name if form.name is None else form.name,
                "meta": merged(stored.meta, form.meta, "meta", most),
                "data": merged(stored.data, form.data, "data", most),
            }
            return await _changed(connection, _UPDATE, user_id, id=folder_id, **values)

    async def move(self, user_id: str, folder_id: str, parent_id: str | None) -> FolderRow:
        """Put a folder into another one or to the top; raise NotFound, AlreadyExists or Invalid."""
        async with self._database.begin() as connection:
            parents = await _tree(connection, _MOVING, user_id)
            if folder_id not in parents:
                raise not_found()
            check_place(parents, folder_id, parent_id)
            return await _changed(connection, _PUT, user_id, id=folder_id, parent_id=parent_id)

    async def expand(self, user_id: str, folder_id: str, *, is_expanded: bool) -> FolderRow:
        """Remember whether a folder is shown open; raise NotFound."""
        values = {"user_id": user_id, "id": folder_id, "is_expanded": is_expanded, "now": int(time.time())}
        row = await self._database.first(_EXPAND, **values)
        if row is None:
            raise not_found()
        return _folder(row)

    async def delete(self, user_id: str, folder_id: str, *, with_chats: bool, may_delete_chats: bool) -> None:
        """Delete a folder and those in it, with their chats or without; raise NotFound.

        Raises Forbidden when chats would go that may not.
        """
        async with self._database.begin() as connection:
            await _tree(connection, _DELETING, user_id)
            # Now nothing can be put into what is locked; what came while that was waited for is seen too.
            parents = await _tree(connection, _DELETING, user_id)
            if folder_id not in parents:
                raise not_found()
            values = {"user_id": user_id, "ids": sorted(inside(parents, folder_id))}
            forbidden = with_chats and not may_delete_chats
            if forbidden and (await connection.execute(_HAS_CHATS, values)).scalar_one():
                raise Forbidden("You do not have permission to delete chats.", "permission_missing")
            await connection.execute(_DELETE_CHATS if with_chats else _FREE_CHATS, values)
            await connection.execute(_DELETE, {"user_id": user_id, "id": folder_id})


async def _tree(connection: AsyncConnection, statement: Any, user_id: str) -> dict[str, str | None]:
    rows = (await connection.execute(statement, {"user_id": user_id})).all()
    return {row.id: row.parent_id for row in rows}


async def _changed(connection: AsyncConnection, statement: Any, user_id: str, **values: Any) -> FolderRow:
    try:
        row = (
            await connection.execute(statement, {**values, "user_id": user_id, "now": int(time.time())})
        ).one()
    except IntegrityError as error:
        if "folder_name" in str(error.orig):
            raise AlreadyExists("[ERROR: Folder already exists]", "folder_exists") from None
        raise
    return _folder(row)


def _folder(row: Any) -> FolderRow:
    return FolderRow(
        row.id,
        row.parent_id,
        row.user_id,
        row.name,
        row.item_text,
        row.meta,
        row.data,
        row.is_expanded,
        row.created_at,
        row.updated_at,
    )
