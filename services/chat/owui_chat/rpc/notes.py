"""Serves owui.chat.v1.NoteService."""

from collections.abc import Callable, Sequence
from typing import Any

import owui.chat.v1.note_service_pb2 as pb
from owui.chat.v1.note_pb2 import FoundNote, Note, NoteEntry, NoteOwner, OpenedNote
from owui.chat.v1.note_service_pb2_grpc import NoteServiceServicer
from owui_chassis.access_control import Caller
from owui_chassis.identity import Principal

from owui_chat.domain.notes import NoteForm, NoteLimits, NoteRow, NoteSearch, parse_note, parse_search
from owui_chat.ports import NoteLists, PeopleNames
from owui_chat.usecases.features import Features
from owui_chat.usecases.notes import WriteNotes

_FEATURE = "notes"


class NoteServicer(NoteServiceServicer):
    """Notes; `callers` tells what somebody may do as far as access goes."""

    def __init__(
        self,
        notes: WriteNotes,
        lists: NoteLists,
        names: PeopleNames,
        *,
        features: Features,
        callers: Callable[[Principal], Caller],
        limits: NoteLimits,
    ) -> None:
        self._notes = notes
        self._lists = lists
        self._names = names
        self._features = features
        self._callers = callers
        self._limits = limits

    async def ListNotes(self, request: pb.ListNotesRequest, _: Any) -> pb.ListNotesResponse:
        """List what the caller may read."""
        principal = await self._features.require(_FEATURE)
        page = request.page if request.HasField("page") else None
        # Administrators may read everything, and do not want to have it all among their own.
        caller = Caller(user_id=principal.user_id, group_ids=frozenset(principal.group_ids))
        notes, _total = await self._lists.search(caller, parse_search(NoteSearch(right="read", page=page)))
        owners = await self._owners(principal, notes)
        return pb.ListNotesResponse(
            notes=[
                NoteEntry(
                    id=note.id,
                    title=note.title,
                    data=_bytes(note.data),
                    updated_at=note.updated_at,
                    created_at=note.created_at,
                    user=owners.get(note.user_id),
                )
                for note in notes
            ]
        )

    async def SearchNotes(self, request: pb.SearchNotesRequest, _: Any) -> pb.SearchNotesResponse:
        """Find notes by title and text."""
        principal = await self._features.require(_FEATURE)
        wanted = NoteSearch(
            text=request.query,
            view=request.view_option,
            right=request.permission or "write",
            order_by=request.order_by or "updated_at",
            ascending=request.direction.lower() == "asc",
            page=request.page if request.HasField("page") else 1,
        )
        notes, total = await self._lists.search(self._callers(principal), parse_search(wanted))
        owners = await self._owners(principal, notes)
        found = [FoundNote(**_values(note), user=owners.get(note.user_id)) for note in notes]
        return pb.SearchNotesResponse(items=found, total=total)

    async def CreateNote(self, request: pb.CreateNoteRequest, _: Any) -> pb.CreateNoteResponse:
        """Create a note."""
        principal = await self._features.require(_FEATURE)
        note = await self._notes.create(principal, self._form(request, sends_access=True))
        return pb.CreateNoteResponse(note=Note(**_values(note)))

    async def GetNote(self, request: pb.GetNoteRequest, _: Any) -> pb.GetNoteResponse:
        """Read a note."""
        principal = await self._features.require(_FEATURE)
        note = await self._notes.read(self._callers(principal), request.id)
        return pb.GetNoteResponse(note=OpenedNote(**_values(note), write_access=note.writable))

    async def UpdateNote(self, request: pb.UpdateNoteRequest, _: Any) -> pb.UpdateNoteResponse:
        """Change a note."""
        principal = await self._features.require(_FEATURE)
        form = self._form(request, sends_access=bool(request.access_control))
        note = await self._notes.update(principal, self._callers(principal), request.id, form)
        return pb.UpdateNoteResponse(note=Note(**_values(note)))

    async def DeleteNote(self, request: pb.DeleteNoteRequest, _: Any) -> pb.DeleteNoteResponse:
        """Delete a note."""
        principal = await self._features.require(_FEATURE)
        await self._notes.delete(self._callers(principal), request.id)
        return pb.DeleteNoteResponse(deleted=True)

    def _form(self, request: pb.CreateNoteRequest | pb.UpdateNoteRequest, *, sends_access: bool) -> NoteForm:
        return parse_note(
            self._limits,
            title=request.title,
            data=request.data,
            meta=request.meta,
            access_control=request.access_control,
            sends_access=sends_access,
        )

    async def _owners(self, principal: Principal, notes: Sequence[NoteRow]) -> dict[str, NoteOwner]:
        """Return whose the notes are; e-mail addresses and roles of others are nobody's business."""
        names = await self._names.of({note.user_id for note in notes} - {principal.user_id})
        owners = {user_id: NoteOwner(id=user_id, name=name) for user_id, name in names.items()}
        owners[principal.user_id] = NoteOwner(
            id=principal.user_id, name=principal.name, role=principal.role, email=principal.email
        )
        return owners


def _values(note: NoteRow) -> dict[str, Any]:
    return {
        "id": note.id,
        "user_id": note.user_id,
        "title": note.title,
        "data": _bytes(note.data),
        "meta": _bytes(note.meta),
        "access_control": _bytes(note.access_control),
        "created_at": note.created_at,
        "updated_at": note.updated_at,
    }


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode()
