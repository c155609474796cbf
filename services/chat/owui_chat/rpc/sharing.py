"""Serves owui.chat.v1.SharingService."""

from typing import Any

import owui.chat.v1.sharing_service_pb2 as pb
from owui.chat.v1.sharing_service_pb2_grpc import SharingServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden

from owui_chat.domain.texts import PROHIBITED
from owui_chat.ports import LiveValues, SharedChats


class SharingServicer(SharingServiceServicer):
    """Copies of conversations for others to read."""

    def __init__(self, shared: SharedChats, live: LiveValues) -> None:
        self._shared = shared
        self._live = live

    async def ShareChat(self, request: pb.ShareChatRequest, _: Any) -> pb.ShareChatResponse:
        """Make or renew the shared copy."""
        principal = current_principal()
        if not principal.may("chat.share"):
            raise Forbidden(PROHIBITED, "permission_missing")
        return pb.ShareChatResponse(chat=await self._shared.share(principal.user_id, request.id))

    async def UnshareChat(self, request: pb.UnshareChatRequest, _: Any) -> pb.UnshareChatResponse:
        """Delete the shared copy."""
        deleted = await self._shared.unshare(current_principal().user_id, request.id)
        return pb.UnshareChatResponse(deleted=deleted)

    async def GetSharedChat(self, request: pb.GetSharedChatRequest, _: Any) -> pb.GetSharedChatResponse:
        """Read a shared copy."""
        return pb.GetSharedChatResponse(chat=await self._shared.read(request.share_id, anyone=self._anyone()))

    async def CloneSharedChat(self, request: pb.CloneSharedChatRequest, _: Any) -> pb.CloneSharedChatResponse:
        """Copy a shared chat."""
        user_id = current_principal().user_id
        chat = await self._shared.clone_shared(user_id, request.id, anyone=self._anyone())
        return pb.CloneSharedChatResponse(chat=chat)

    def _anyone(self) -> bool:
        return current_principal().is_admin and bool(self._live.enable_admin_chat_access)
