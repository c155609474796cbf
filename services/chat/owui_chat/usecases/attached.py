"""Reads what questions bring along of the caller's own: chats, notes, and what folders keep."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

from owui_chassis.access_control import Caller
from owui_chassis.errors import NotFound
from owui_chassis.identity import Principal

from owui_chat.domain.attachments import Attachment, Kind
from owui_chat.domain.completion_request import Asked, CompletionRequest
from owui_chat.domain.folder_context import folder_context, in_folder, resting_on
from owui_chat.domain.folders import FolderRow
from owui_chat.domain.sources import Passage
from owui_chat.domain.texts import NOT_FOUND
from owui_chat.domain.transcript import transcript
from owui_chat.usecases.features import Features
from owui_chat.usecases.find_passages import passage_of


class ChatTexts(Protocol):
    """The caller's chats."""

    async def read(self, user_id: str, chat_id: str) -> bytes:
        """Return a chat as JSON; raise NotFound for any that is not the user's."""


class NoteTexts(Protocol):
    """Notes that somebody may read."""

    async def text(self, caller: Caller, note_id: str) -> tuple[str, str]:
        """Return title and text of a note; raise NotFound for any that the caller may not read."""


class FolderContents(Protocol):
    """The caller's folders."""

    async def get(self, user_id: str, folder_id: str) -> FolderRow:
        """Return a folder; raise NotFound for any that is not the user's."""


class Attached:
    """`callers` tells what somebody may do as far as access goes."""

    def __init__(
        self,
        chats: ChatTexts,
        notes: NoteTexts,
        folders: FolderContents,
        *,
        features: Features,
        callers: Callable[[Principal], Caller],
    ) -> None:
        self._chats = chats
        self._notes = notes
        self._folders = folders
        self._features = features
        self._callers = callers
        self._readers: dict[Kind, Callable[[Principal, str], Awaitable[tuple[str, str]]]] = {
            Kind.CHAT: self._chat,
            Kind.NOTE: self._note,
        }

    async def in_folder(
        self, principal: Principal, request: CompletionRequest, data: str
    ) -> CompletionRequest:
        """Return a request with what the folder of its chat gives, where the caller may use folders."""
        context = folder_context(data)
        if context and await self._features.has(principal, "folders"):
            return in_folder(request, context)
        return request

    async def unfolded(self, principal: Principal, asked: Asked) -> Asked:
        """Return a question with what folders keep in place of the folders it names; raise NotFound."""
        named = [one for one in asked.attachments if one.kind is Kind.FOLDER]
        if not named:
            return asked
        kept: list[Attachment] = []
        for folder in named:
            try:
                kept += await self._kept(principal, folder.name)
            except NotFound:
                if folder.name not in asked.earlier:
                    raise
        others = [one for one in asked.attachments if one.kind is not Kind.FOLDER]
        return resting_on(replace(asked, attachments=others), kept)

    async def texts(self, principal: Principal, asked: Asked) -> list[Passage]:
        """Return the chats and notes that a question names; raise NotFound for one that is not the caller's
        to read, unless it came with an earlier question."""
        found = []
        for one in asked.attachments:
            if one.kind not in self._readers:
                continue
            try:
                title, text = await self._readers[one.kind](principal, one.name)
            except NotFound:
                if one.name not in asked.earlier:
                    raise
            else:
                found.append(passage_of(replace(one, text=text, title=title)))
        return found

    async def _chat(self, principal: Principal, chat_id: str) -> tuple[str, str]:
        return transcript(await self._chats.read(principal.user_id, chat_id))

    async def _note(self, principal: Principal, note_id: str) -> tuple[str, str]:
        await self._check(principal, "notes")
        return await self._notes.text(self._callers(principal), note_id)

    async def _kept(self, principal: Principal, folder_id: str) -> list[Attachment]:
        await self._check(principal, "folders")
        folder = await self._folders.get(principal.user_id, folder_id)
        return list(folder_context(folder.data).attachments)

    async def _check(self, principal: Principal, feature: str) -> None:
        if not await self._features.has(principal, feature):
            raise NotFound(NOT_FOUND, "attachment_not_found")
