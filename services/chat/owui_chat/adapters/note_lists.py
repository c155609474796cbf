"""Lists of notes: who asks is part of the statement, and how much they hold is bounded."""

from owui_chassis.access_control import Caller, granted, sql_values
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_chat.adapters.note_rows import COLUMNS, note_of
from owui_chat.domain.notes import NoteRow, NoteSearch

PAGE = 60
# Without a page.
MOST = 1000
# What the notes of one answer may hold together: messages between processes have an upper bound.
_ROOM_BYTES = 32 * 1024 * 1024
_ORDERS = {"name": "lower(n.title)", "created_at": "n.created_at", "updated_at": "n.updated_at"}
# The indexes of notes are those of the owner and of what is shared at all: nobody looks at what is private.
_OWN = "n.user_id = :user_id"
_SHARED = "(n.access_control IS NULL OR n.access_control <> '{}')"
_READ, _WRITE = granted("n", "read"), granted("n", "write")
_CONDITIONS = {
    "read": f"({_OWN} OR ({_SHARED} AND (n.access_control IS NULL OR {_READ})))",
    "write": f"({_OWN} OR ({_SHARED} AND (n.access_control IS NULL OR {_WRITE})))",
    "read_only": f"(n.user_id <> :user_id AND {_SHARED} AND {_READ} AND {_WRITE} IS NOT true)",
}
_EVERYTHING = "(CAST(:user_id AS text) IS NOT NULL AND CAST(:group_ids AS text[]) IS NOT NULL)"
_FOUND = """
    FROM note n WHERE {condition}
        AND (:text = '' OR strpos(lower(n.title), lower(:text)) > 0
            OR strpos(lower(n.body), lower(:text)) > 0)
        AND (:view = '' OR (n.user_id = :user_id) = (:view = 'created'))
"""
_PAGE = """
    SELECT {columns}, CASE WHEN :room >= sum(octet_length(n.data::text))
        OVER (ORDER BY {order} ROWS UNBOUNDED PRECEDING) THEN n.data::text END AS data
    FROM (SELECT n.* {found} ORDER BY {order} LIMIT :limit OFFSET :offset) n ORDER BY {order}
"""
_COUNT = "SELECT count(*) AS total {found}"


class NoteLists:
    """Notes that somebody may use."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, caller: Caller, wanted: NoteSearch) -> tuple[list[NoteRow], int]:
        """Return a page of notes and the number of all; without a page the first ones.

        Unrestricted callers find everybody's, unless they want those that are only shared with them.
        """
        everything = caller.unrestricted and wanted.right != "read_only"
        found = _FOUND.format(condition=_EVERYTHING if everything else _CONDITIONS[wanted.right])
        order = f"{_ORDERS[wanted.order_by]} {'ASC' if wanted.ascending else 'DESC'}, n.id"
        values = sql_values(caller)
        values |= {"text": wanted.text, "view": wanted.view, "room": _ROOM_BYTES}
        limit = MOST if wanted.page is None else PAGE
        offset = (wanted.page - 1) * PAGE if wanted.page else 0
        page = Statement(_PAGE.format(columns=COLUMNS, found=found, order=order))
        rows = await self._database.fetch(page, **values, limit=limit, offset=offset)
        notes = [note_of(row, True, False) for row in rows]
        if len(rows) < limit and (rows or offset == 0):
            return notes, offset + len(rows)
        [count] = await self._database.fetch(Statement(_COUNT.format(found=found)), **values)
        return notes, count.total
