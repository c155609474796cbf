"""Writes, shares and deletes notes."""

from dataclasses import replace
from typing import NoReturn

from owui_chassis.access_control import Caller
from owui_chassis.errors import Forbidden
from owui_chassis.identity import Principal

from owui_chat.domain.notes import NoteForm, NoteRow, not_found
from owui_chat.ports import NoteEvents, NoteStore

_PROHIBITED = "You do not have permission to change this note."


class WriteNotes:
    """What somebody may neither read nor change does not exist for him; what he may only read is refused."""

    def __init__(self, notes: NoteStore, events: NoteEvents) -> None:
        self._notes = notes
        self._events = events

    async def read(self, caller: Caller, note_id: str) -> NoteRow:
        """Return a note that the caller may read; raise NotFound."""
        note = await self._notes.get(caller, note_id)
        if note is None or not note.readable:
            raise not_found()
        return note

    async def create(self, principal: Principal, form: NoteForm) -> NoteRow:
        """Store a new note; raise Exhausted."""
        return await self._notes.create(principal.user_id, _permitted(principal, form))

    async def update(self, principal: Principal, caller: Caller, note_id: str, form: NoteForm) -> NoteRow:
        """Change a note and tell who has it open; raise NotFound, Forbidden or Invalid."""
        note = await self._notes.update(caller, note_id, _permitted(principal, form))
        if note is None:
            await self._refuse(caller, note_id)
        await self._events.changed(note)
        return note

    async def delete(self, caller: Caller, note_id: str) -> None:
        """Delete a note; raise NotFound or Forbidden."""
        if not await self._notes.delete(caller, note_id):
            await self._refuse(caller, note_id)

    async def _refuse(self, caller: Caller, note_id: str) -> NoReturn:
        await self.read(caller, note_id)
        raise Forbidden(_PROHIBITED, "not_writable")


def _permitted(principal: Principal, form: NoteForm) -> NoteForm:
    """Return a form that may be stored: without the permission to share publicly it is private."""
    public = form.sends_access and form.access_control is None
    return replace(form, access_control={}) if public and not principal.may("sharing.public_notes") else form
