"""Rows of the table of notes as the domain knows them."""

from typing import Any

from owui_chat.domain.notes import NoteRow

COLUMNS = """n.id, n.user_id, n.title, n.meta::text AS meta, n.access_control::text AS access_control,
    n.created_at, n.updated_at"""


def note_of(row: Any, readable: bool, writable: bool) -> NoteRow:
    """Return the note of a row with these columns and `data`."""
    return NoteRow(
        id=row.id,
        user_id=row.user_id,
        title=row.title,
        data=row.data,
        meta=row.meta,
        access_control=row.access_control,
        created_at=row.created_at,
        updated_at=row.updated_at,
        readable=readable,
        writable=writable,
    )
