"""What a schema of Postgres offers the programs that use it, and what a migration took away from them."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

_COLUMNS = """
    SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
        a.attnotnull AS required, a.atthasdef OR a.attidentity <> '' AS filled,
        coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS value
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0
        AND NOT a.attisdropped
"""
_RULES = """
    SELECT conrelid::regclass::text AS table, pg_get_constraintdef(oid) AS rule FROM pg_constraint
    WHERE connamespace = $1::regnamespace AND contype IN ('c', 'u', 'f', 'x', 'p')
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = $1"
_UNIQUE = """
    SELECT i.indrelid::regclass::text AS table, pg_get_indexdef(i.indexrelid) AS rule FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    WHERE c.relnamespace = $1::regnamespace AND i.indisunique
        AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid)
"""


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be left out of an INSERT, and what it then holds."""

    type: str
    required: bool
    filled: bool
    value: str = ""


@dataclass(frozen=True)
class Schema:
    """Tables and views with their columns, the rules that rows have to obey, and the indexes."""

    columns: Mapping[str, Mapping[str, Column]]
    rules: Mapping[str, frozenset[str]]
    indexes: frozenset[str] = frozenset()


async def read_schema(url: str, schema: str) -> Schema:
    """Read what is there now."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        # Names without a schema read the same whatever the database is called.
        await connection.execute(f"SET search_path TO {schema}, public")
        columns: dict[str, dict[str, Column]] = {}
        for row in await connection.fetch(_COLUMNS, schema):
            found = Column(row["type"], row["required"], row["filled"], row["value"])
            columns.setdefault(row["table"], {})[row["column"]] = found
        rules: dict[str, frozenset[str]] = {}
        for row in [*await connection.fetch(_RULES, schema), *await connection.fetch(_UNIQUE, schema)]:
            rules[row["table"]] = rules.get(row["table"], frozenset()) | {row["rule"]}
        indexes = frozenset(row["indexdef"] for row in await connection.fetch(_INDEXES, schema))
    finally:
        await connection.close()
    return Schema(columns, rules, indexes)


def taken_away(before: Schema, after: Schema) -> list[str]:
    """Return what programs written for `before` cannot do any more with `after`, one sentence each.

    A renamed table or column is one that is gone.
    """
    found = []
    for table, columns in before.columns.items():
        if table not in after.columns:
            found.append(f"{table} is gone")
            continue
        for name, column in columns.items():
            found += _changed(f"{table}.{name}", column, after.columns[table].get(name))
        for name, column in after.columns[table].items():
            if name not in columns and column.required and not column.filled:
                found.append(f"{table}.{name} is new, NOT NULL and has no default")
        found += [
            f"{table} has a new rule: {rule}"
            for rule in sorted(after.rules.get(table, frozenset()) - before.rules.get(table, frozenset()))
        ]
    return found


def _changed(name: str, before: Column, after: Column | None) -> list[str]:
    if after is None:
        return [f"{name} is gone"]
    found = []
    if after.type != before.type:
        found.append(f"{name} was {before.type} and is {after.type}")
    if after.required and not before.required:
        found.append(f"{name} has become NOT NULL")
    if before.filled and not after.filled:
        found.append(f"{name} has lost its default")
    return found
