"""The table of workspace models."""

from collections.abc import Sequence
from typing import Any

import orjson
from owui_chassis.access_control import Caller, allowed, sql_values
from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_model_proxy.domain.rows import ModelRow
from owui_model_proxy.ports import RowQuery

PAGE_SIZE = 30
# Postgres has no text with this character, so no row has it either.
_NUL = "\0"
_COLUMNS = (
    "id, user_id, base_model_id, name, params, meta, access_control, is_active, lends_base, "
    "updated_at, created_at"
)

# What a caller may read is decided here and not in Python, so that pages and totals are right.
_READABLE = allowed("model", "read")
_INSERT = f"""
    INSERT INTO model ({_COLUMNS})
    VALUES (:id, :user_id, :base_model_id, :name, CAST(:params AS json), CAST(:meta AS json),
            CAST(:access_control AS jsonb), :is_active, :lends_base, :updated_at, :created_at)
"""  # noqa: S608 - the columns are ours
_REPLACE = """
    ON CONFLICT (id) DO UPDATE SET
        base_model_id = excluded.base_model_id, name = excluded.name, params = excluded.params,
        meta = excluded.meta, access_control = excluded.access_control, is_active = excluded.is_active,
        lends_base = excluded.lends_base, updated_at = excluded.updated_at
"""
_REVISION = Statement("SELECT revision FROM model_revision")
_ORDERS = {"name": "lower(name)", "created_at": "created_at", "updated_at": "updated_at"}


class PostgresModelRows:
    """Each change raises the revision in the same transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revision(self) -> int:
        """Return a number that grows with each change."""
        [row] = await self._database.fetch(_REVISION)
        return int(row.revision)

    async def all(self) -> tuple[int, list[ModelRow]]:
        """Return the revision and every row, oldest first."""
        revision = await self.revision()
        # Read after the revision: rows that are newer than it are read again, older ones never stay.
        return revision, await self._select("TRUE", "created_at, id", {})

    async def get(self, model_id: str) -> ModelRow | None:
        """Return one row."""
        if _NUL in model_id:
            return None
        rows = await self._select("id = :id", "id", {"id": model_id})
        return rows[0] if rows else None

    async def overrides(self) -> list[ModelRow]:
        """Return the rows about providers' models."""
        return await self._select("base_model_id IS NULL", "created_at, id", {})

    async def readable(self, caller: Caller) -> list[ModelRow]:
        """Return all workspace models that the caller may read."""
        return await self._select(
            f"base_model_id IS NOT NULL AND {_READABLE}", "created_at, id", sql_values(caller)
        )

    async def page(self, caller: Caller, wanted: RowQuery) -> tuple[list[ModelRow], int]:
        """Return a page of the workspace models that the caller may read, and how many there are."""
        if _NUL in wanted.text or _NUL in wanted.tag:
            return [], 0
        conditions = ["base_model_id IS NOT NULL", _READABLE]
        values = sql_values(caller)
        if wanted.text:
            conditions.append("(strpos(lower(name), :text) > 0 OR strpos(lower(base_model_id), :text) > 0)")
            values["text"] = wanted.text.lower()
        if wanted.view in {"created", "shared"}:
            conditions.append("user_id = :user_id" if wanted.view == "created" else "user_id <> :user_id")
        if wanted.tag:
            conditions.append("CAST(meta AS jsonb) @> CAST(:tag AS jsonb)")
            values["tag"] = orjson.dumps({"tags": [{"name": wanted.tag}]}).decode()
        where = " AND ".join(conditions)
        direction = "DESC" if wanted.descending else "ASC"
        order = f"{_ORDERS.get(wanted.order_by, 'updated_at')} {direction}, id"
        values |= {"limit": PAGE_SIZE, "offset": (max(1, wanted.page) - 1) * PAGE_SIZE}
        count = text(f"SELECT count(*) FROM model WHERE {where}")  # noqa: S608 - conditions are constants
        async with self._database.connect() as connection:
            total = (await connection.execute(count, values)).scalar_one()
        return await self._select(where, f"{order} LIMIT :limit OFFSET :offset", values), int(total)

    async def insert(self, row: ModelRow) -> bool:
        """Write a new row; return False when its identifier is taken."""
        async with self._database.begin() as connection:
            result = await connection.execute(
                text(f"{_INSERT} ON CONFLICT (id) DO NOTHING RETURNING id"), _values(row)
            )
            inserted = result.first() is not None
            if inserted:
                await _raise_revision(connection)
        return inserted

    async def save(self, rows: Sequence[ModelRow]) -> None:
        """Write rows; those with a known identifier keep their owner and time of creation."""
        async with self._database.begin() as connection:
            await _write(connection, rows)
            await _raise_revision(connection)

    async def delete(self, model_id: str) -> None:
        """Remove one row."""
        async with self._database.begin() as connection:
            await connection.execute(text("DELETE FROM model WHERE id = :id"), {"id": model_id})
            await _raise_revision(connection)

    async def replace_all(self, rows: Sequence[ModelRow]) -> None:
        """Make these the only rows."""
        async with self._database.begin() as connection:
            await connection.execute(
                text("DELETE FROM model WHERE NOT id = ANY(CAST(:ids AS text[]))"),
                {"ids": [row.id for row in rows]},
            )
            await _write(connection, rows)
            await _raise_revision(connection)

    async def _select(self, where: str, order: str, values: dict[str, Any]) -> list[ModelRow]:
        query = text(f"SELECT {_COLUMNS} FROM model WHERE {where} ORDER BY {order}")  # noqa: S608 - constants
        async with self._database.connect() as connection:
            found = (await connection.execute(query, values)).mappings().all()
        return [
            ModelRow(
                **{
                    **row,
                    "params": _loaded(row["params"]),
                    "meta": _loaded(row["meta"]),
                    "access_control": _loaded(row["access_control"]),
                }
            )
            for row in found
        ]


async def _write(connection: AsyncConnection, rows: Sequence[ModelRow]) -> None:
    if rows:
        await connection.execute(text(_INSERT + _REPLACE), [_values(row) for row in rows])


async def _raise_revision(connection: AsyncConnection) -> None:
    await connection.execute(text("UPDATE model_revision SET revision = revision + 1"))


def _values(row: ModelRow) -> dict[str, Any]:
    control = row.access_control
    return {
        "id": row.id,
        "user_id": row.user_id,
        "base_model_id": row.base_model_id,
        "name": row.name,
        "params": orjson.dumps(row.params).decode(),
        "meta": orjson.dumps(row.meta).decode(),
        "access_control": None if control is None else orjson.dumps(control).decode(),
        "is_active": row.is_active,
        "lends_base": row.lends_base,
        "updated_at": row.updated_at,
        "created_at": row.created_at,
    }


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
