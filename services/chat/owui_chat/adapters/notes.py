"""Notes in Postgres; what a caller may do with one is part of each statement."""

import time
import uuid
from typing import Any

import msgspec
from owui_chassis.access_control import Caller, allowed, sql_values
from owui_chassis.database import Database
from owui_chassis.errors import Exhausted
from owui_chassis.statements import Statement

from owui_chat.adapters.note_rows import COLUMNS, note_of
from owui_chat.domain.json_objects import merged
from owui_chat.domain.notes import NoteForm, NoteLimits, NoteRow, not_found, text_of_note

_READABLE, _WRITABLE = allowed("n", "read"), allowed("n", "write")
_RIGHTS = f"coalesce({_READABLE}, false) AS readable, coalesce({_WRITABLE}, false) AS writable"
_GET = Statement(f"""
    SELECT {COLUMNS}, n.data::text AS data, {_RIGHTS} FROM note n
    WHERE n.id = :id AND ({_READABLE} OR {_WRITABLE})
""")  # noqa: S608 - all parts are ours
_LOCK = Statement(f"""
    SELECT {COLUMNS}, n.data::text AS data, {_RIGHTS} FROM note n WHERE n.id = :id AND {_WRITABLE}
    FOR NO KEY UPDATE
""")  # noqa: S608
_INSERT = Statement(f"""
    INSERT INTO note AS n (id, user_id, title, body, data, meta, access_control, created_at, updated_at)
    SELECT :id, :user_id, :title, :body, CAST(CAST(:data AS text) AS json), CAST(CAST(:meta AS text) AS json),
        CAST(CAST(:access_control AS text) AS jsonb), :now, :now
    WHERE (SELECT count(*) FROM note WHERE user_id = :user_id) < :most
    RETURNING {COLUMNS}, n.data::text AS data
""")  # noqa: S608
_UPDATE = Statement(f"""
    UPDATE note n SET title = :title, body = :body, data = CAST(CAST(:data AS text) AS json),
        meta = CAST(CAST(:meta AS text) AS json),
        access_control = CAST(CAST(:access_control AS text) AS jsonb),
        updated_at = greatest(:now, updated_at + 1)
    WHERE n.id = :id RETURNING {COLUMNS}, n.data::text AS data
""")  # noqa: S608
_DELETE = Statement(f"DELETE FROM note n WHERE n.id = :id AND {_WRITABLE} RETURNING n.id")  # noqa: S608


class Notes:
    """A note that the caller may neither read nor change is not there for him."""

    def __init__(self, database: Database, limits: NoteLimits) -> None:
        self._database = database
        self._limits = limits

    async def get(self, caller: Caller, note_id: str) -> NoteRow | None:
        """Return a note that the caller may read or change."""
        row = await self._database.first(_GET, **sql_values(caller), id=note_id)
        return None if row is None else note_of(row, row.readable, row.writable)

    async def create(self, user_id: str, form: NoteForm) -> NoteRow:
        """Store a new note of the user's and return it; raise Exhausted when there are too many."""
        values = {"id": str(uuid.uuid4()), "user_id": user_id, "title": form.title, "now": time.time_ns()}
        values |= {"data": form.data, "meta": form.meta, "body": text_of_note(form.data)}
        control = _json(form.access_control)
        row = await self._database.first(_INSERT, **values, access_control=control, most=self._limits.notes)
        if row is None:
            raise Exhausted(f"You have {self._limits.notes} notes already", "too_many_notes")
        return note_of(row, True, True)

    async def update(self, caller: Caller, note_id: str, form: NoteForm) -> NoteRow | None:
        """Change a note and return it, None when the caller may not; raise Invalid when it gets too large."""
        async with self._database.begin() as connection:
            values = {**sql_values(caller), "id": note_id}
            stored = (await connection.execute(_LOCK.text, values)).first()
            if stored is None:
                return None
            most = self._limits.note_bytes
            data = merged(stored.data, form.data, "data", most)
            new = {
                "id": note_id,
                "title": form.title,
                "data": data,
                "body": text_of_note(data),
                "meta": merged(stored.meta, form.meta, "meta", most),
                "access_control": _json(form.access_control) if form.sends_access else stored.access_control,
                "now": time.time_ns(),
            }
            row = (await connection.execute(_UPDATE.text, new)).one()
            return note_of(row, stored.readable, True)

    async def delete(self, caller: Caller, note_id: str) -> bool:
        """Delete a note; return False when the caller may not."""
        return await self._database.first(_DELETE, **sql_values(caller), id=note_id) is not None

    async def text(self, caller: Caller, note_id: str) -> tuple[str, str]:
        """Return title and text of a note that the caller may read; raise NotFound."""
        note = await self.get(caller, note_id)
        if note is None or not note.readable:
            raise not_found()
        return note.title, text_of_note(note.data)


def _json(control: Any) -> str | None:
    return None if control is None else msgspec.json.encode(control).decode()
