"""Statements that run with every request: what the driver takes, made once and not with each run."""

import re
from typing import Any

import asyncpg
from sqlalchemy import TextClause, text

# ":name", but neither the "::" of a cast nor a time in a constant.
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")


class Statement:
    """SQL with parameters `:name`, for `Database.fetch` and `Database.first`.

    The types of parameters are those that Postgres infers: where it cannot, the SQL says CAST(:name AS …).
    Lists, JSON and times are values as asyncpg takes them.
    """

    __slots__ = ("names", "numbered", "text")

    def __init__(self, sql: str) -> None:
        places: dict[str, int] = {}
        self.numbered = _PARAMETER.sub(lambda name: f"${places.setdefault(name[1], len(places) + 1)}", sql)
        self.names = tuple(places)
        # The same for a transaction: `connection.execute(statement.text, {…})`.
        self.text: TextClause = text(sql)


class Row(asyncpg.Record):  # type: ignore[misc]  # the driver has no types
    """A row whose columns are attributes; those named like methods of Record (`values`) only row["…"]."""

    def __getattr__(self, column: str) -> Any:
        try:
            return self[column]
        except KeyError:
            raise AttributeError(column) from None
