"""Serves owui.chat.v1.ChatService."""

from typing import Any

import msgspec
import owui.chat.v1.chat_service_pb2 as pb
from owui.chat.v1.chat_service_pb2_grpc import ChatServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden, Invalid

from owui_chat.domain.conversation import parse_chat, parse_members
from owui_chat.domain.limits import TITLE_LENGTH, Limits, check_identifier
from owui_chat.domain.search import parse_search
from owui_chat.domain.texts import PROHIBITED
from owui_chat.ports import ChatLists, Chats, LiveValues, SharedChats, Tags

_IMPORT_LIMIT = 1000
_USAGE_PAGE = 1000


class ChatServicer(ChatServiceServicer):
    """The caller's conversations."""

    def __init__(
        self,
        *,
        chats: Chats,
        lists: ChatLists,
        shared: SharedChats,
        tags: Tags,
        live: LiveValues,
        limits: Limits,
    ) -> None:
        self._chats = chats
        self._lists = lists
        self._shared = shared
        self._tags = tags
        self._live = live
        self._limits = limits

    async def ListChats(self, request: pb.ListChatsRequest, _: Any) -> pb.ListChatsResponse:
        """List chats that are not archived."""
        page = request.page if request.HasField("page") else None
        chats = await self._lists.own(
            current_principal().user_id,
            page,
            include_pinned=request.include_pinned,
            include_folders=request.include_folders,
        )
        return pb.ListChatsResponse(chats=chats)

    async def SearchChats(self, request: pb.SearchChatsRequest, _: Any) -> pb.SearchChatsResponse:
        """Search titles and messages."""
        if "\x00" in request.text:
            raise Invalid("text contains a NUL character", "nul_character")
        page = request.page if request.HasField("page") else 1
        search = parse_search(request.text)
        return pb.SearchChatsResponse(
            chats=await self._lists.search(current_principal().user_id, search, page)
        )

    async def ListPinnedChats(
        self, _request: pb.ListPinnedChatsRequest, _: Any
    ) -> pb.ListPinnedChatsResponse:
        """List pinned chats."""
        return pb.ListPinnedChatsResponse(chats=await self._lists.pinned(current_principal().user_id))

    async def ListArchivedChats(
        self, request: pb.ListArchivedChatsRequest, _: Any
    ) -> pb.ListArchivedChatsResponse:
        """List archived chats."""
        chats = await self._filtered(current_principal().user_id, request, archived=True)
        return pb.ListArchivedChatsResponse(chats=chats)

    async def ListUserChats(self, request: pb.ListUserChatsRequest, _: Any) -> pb.ListUserChatsResponse:
        """List the chats of a user for an administrator."""
        if not (current_principal().is_admin and self._live.enable_admin_chat_access):
            raise Forbidden("Administrators may not read the chats of others here", "admin_chat_access_off")
        return pb.ListUserChatsResponse(chats=await self._filtered(request.user_id, request, archived=None))

    async def ListFolderChats(self, request: pb.ListFolderChatsRequest, _: Any) -> pb.ListFolderChatsResponse:
        """List the chats of a folder with their content."""
        chats = await self._lists.whole_of_folder(current_principal().user_id, request.folder_id)
        return pb.ListFolderChatsResponse(chats=chats)

    async def ListFolderChatTitles(
        self, request: pb.ListFolderChatTitlesRequest, _: Any
    ) -> pb.ListFolderChatTitlesResponse:
        """List the chats of a folder by title."""
        page = request.page if request.HasField("page") else 1
        chats = await self._lists.in_folder(current_principal().user_id, request.folder_id, page)
        return pb.ListFolderChatTitlesResponse(chats=chats)

    async def ExportChats(self, _request: pb.ExportChatsRequest, _: Any) -> pb.ExportChatsResponse:
        """Export the caller's chats."""
        return pb.ExportChatsResponse(chats=await self._lists.whole(current_principal().user_id))

    async def ExportArchivedChats(
        self, _request: pb.ExportArchivedChatsRequest, _: Any
    ) -> pb.ExportArchivedChatsResponse:
        """Export the caller's archived chats."""
        chats = await self._lists.whole(current_principal().user_id, archived_only=True)
        return pb.ExportArchivedChatsResponse(chats=chats)

    async def ExportAllChats(self, _request: pb.ExportAllChatsRequest, _: Any) -> pb.ExportAllChatsResponse:
        """Export the chats of everybody."""
        if not (current_principal().is_admin and self._live.enable_admin_export):
            raise Forbidden("Exports of all chats are switched off", "admin_export_off")
        return pb.ExportAllChatsResponse(chats=await self._lists.whole_of_everybody())

    async def ListChatUsage(self, request: pb.ListChatUsageRequest, _: Any) -> pb.ListChatUsageResponse:
        """Count messages and models."""
        page = request.page if request.HasField("page") else 1
        size = request.items_per_page if request.HasField("items_per_page") else 50
        if page < 1 or not 1 <= size <= _USAGE_PAGE:
            raise Invalid(f"page counts from 1, items_per_page from 1 to {_USAGE_PAGE}", "invalid_page")
        return pb.ListChatUsageResponse(
            usage=await self._lists.usage(current_principal().user_id, page, size)
        )

    async def CreateChat(self, request: pb.CreateChatRequest, _: Any) -> pb.CreateChatResponse:
        """Create a chat."""
        form = parse_chat(request.chat, self._limits)
        folder = request.folder_id if request.HasField("folder_id") else None
        chat = await self._chats.create(current_principal().user_id, form, folder_id=folder)
        return pb.CreateChatResponse(chat=chat)

    async def ImportChats(self, request: pb.ImportChatsRequest, _: Any) -> pb.ImportChatsResponse:
        """Create chats from an export."""
        if len(request.chats) > self._limits.chat_bytes:
            raise Invalid(f"The import is larger than {self._limits.chat_bytes} bytes", "import_too_large")
        try:
            forms = msgspec.json.decode(request.chats, type=list[msgspec.Raw])
        except msgspec.DecodeError:
            raise Invalid("chats must be a list of objects", "invalid_json") from None
        if len(forms) > _IMPORT_LIMIT:
            raise Invalid(f"At most {_IMPORT_LIMIT} chats are imported at once", "import_too_large")
        chats = [_imported(bytes(form), self._limits) for form in forms]
        return pb.ImportChatsResponse(chats=await self._chats.create_all(current_principal().user_id, chats))

    async def GetChat(self, request: pb.GetChatRequest, _: Any) -> pb.GetChatResponse:
        """Read a chat."""
        return pb.GetChatResponse(chat=await self._chats.read(current_principal().user_id, request.id))

    async def UpdateChat(self, request: pb.UpdateChatRequest, _: Any) -> pb.UpdateChatResponse:
        """Merge an object into a chat."""
        form = parse_chat(request.chat, self._limits)
        user_id = current_principal().user_id
        chat = await self._chats.update(user_id, request.id, form, partial=request.partial)
        return pb.UpdateChatResponse(chat=chat)

    async def DeleteChat(self, request: pb.DeleteChatRequest, _: Any) -> pb.DeleteChatResponse:
        """Delete a chat."""
        principal = current_principal()
        _permit("chat.delete")
        anyone = principal.is_admin and bool(self._live.enable_admin_chat_access)
        await self._chats.delete(principal.user_id, request.id, anyone=anyone)
        await self._tags.drop_unused(principal.user_id)
        return pb.DeleteChatResponse(deleted=True)

    async def DeleteAllChats(self, _request: pb.DeleteAllChatsRequest, _: Any) -> pb.DeleteAllChatsResponse:
        """Delete all chats of the caller."""
        _permit("chat.delete")
        await self._chats.delete_all(current_principal().user_id)
        return pb.DeleteAllChatsResponse(deleted=True)

    async def ArchiveAllChats(
        self, _request: pb.ArchiveAllChatsRequest, _: Any
    ) -> pb.ArchiveAllChatsResponse:
        """Archive all chats."""
        await self._chats.archive_all(current_principal().user_id, archived=True)
        return pb.ArchiveAllChatsResponse(archived=True)

    async def UnarchiveAllChats(
        self, _request: pb.UnarchiveAllChatsRequest, _: Any
    ) -> pb.UnarchiveAllChatsResponse:
        """Bring all archived chats back."""
        await self._chats.archive_all(current_principal().user_id, archived=False)
        return pb.UnarchiveAllChatsResponse(unarchived=True)

    async def GetChatPinned(self, request: pb.GetChatPinnedRequest, _: Any) -> pb.GetChatPinnedResponse:
        """Tell whether a chat is pinned."""
        pinned = await self._chats.is_pinned(current_principal().user_id, request.id)
        return pb.GetChatPinnedResponse(pinned=pinned)

    async def TogglePinned(self, request: pb.TogglePinnedRequest, _: Any) -> pb.TogglePinnedResponse:
        """Pin or unpin a chat."""
        chat = await self._chats.toggle(current_principal().user_id, request.id, "pinned")
        return pb.TogglePinnedResponse(chat=chat)

    async def ToggleArchived(self, request: pb.ToggleArchivedRequest, _: Any) -> pb.ToggleArchivedResponse:
        """Archive a chat or bring it back."""
        chat = await self._chats.toggle(current_principal().user_id, request.id, "archived")
        return pb.ToggleArchivedResponse(chat=chat)

    async def MoveChat(self, request: pb.MoveChatRequest, _: Any) -> pb.MoveChatResponse:
        """Put a chat into a folder, or out of any."""
        folder = request.folder_id if request.HasField("folder_id") else None
        return pb.MoveChatResponse(
            chat=await self._chats.move(current_principal().user_id, request.id, folder)
        )

    async def CloneChat(self, request: pb.CloneChatRequest, _: Any) -> pb.CloneChatResponse:
        """Copy a chat."""
        title = request.title[:TITLE_LENGTH] if request.HasField("title") else None
        chat = await self._shared.clone(current_principal().user_id, request.id, title)
        return pb.CloneChatResponse(chat=chat)

    async def _filtered(self, user_id: str, request: Any, *, archived: bool | None) -> bytes:
        page = request.page if request.HasField("page") else None
        return await self._lists.filtered(
            user_id, page, request.query, request.order_by, request.direction, archived=archived
        )


def _permit(permission: str) -> None:
    # The gateway asks the same by the access option; whoever reaches this service another way is asked here.
    if not current_principal().may(permission):
        raise Forbidden(PROHIBITED, "permission_missing")


class _ImportForm(msgspec.Struct):
    chat: msgspec.Raw = msgspec.Raw(b"")
    meta: dict[str, Any] | None = None
    pinned: bool | None = None
    folder_id: str | None = None
    created_at: int | None = None
    updated_at: int | None = None


def _imported(body: bytes, limits: Limits) -> tuple[Any, dict[str, Any]]:
    try:
        form = msgspec.json.decode(body, type=_ImportForm)
    except msgspec.ValidationError as error:
        raise Invalid(f"An imported chat is wrong: {error}", "invalid_import") from None
    # An export of single chats has the members beside each other, without "chat".
    chat = bytes(form.chat) or body
    parse_members(chat, "chat")
    row = {
        "meta": _meta(form.meta),
        "pinned": form.pinned,
        "folder_id": form.folder_id,
        "created_at": _seconds(form.created_at),
        "updated_at": _seconds(form.updated_at),
    }
    return parse_chat(chat, limits), row


def _meta(meta: dict[str, Any] | None) -> dict[str, Any]:
    """Keep the tags of an imported chat where they are what tags are."""
    tags = (meta or {}).get("tags")
    kept = (
        [check_identifier(tag, "A tag") for tag in tags if isinstance(tag, str)]
        if isinstance(tags, list)
        else []
    )
    return {**(meta or {}), "tags": kept} if meta else {}


def _seconds(value: int | None) -> int | None:
    # Milliseconds and nanoseconds occur in the exports of other products; Postgres' bigint holds no more
    # anyway.
    if value is None or not 0 < value < 2**63:
        return None
    while value > 10**11:
        value //= 1000
    return value
