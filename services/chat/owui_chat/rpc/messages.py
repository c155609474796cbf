"""Serves owui.chat.v1.MessageService."""

import logging
from typing import Any

import msgspec
import owui.chat.v1.message_service_pb2 as pb
from owui.chat.v1.message_service_pb2_grpc import MessageServiceServicer
from owui.events.v1.user_event_pb2 import Emission
from owui_chassis.call import current_principal
from owui_chassis.errors import Invalid

from owui_chat.domain.limits import Limits, checked_text
from owui_chat.ports import Chats, LiveValues, Messages, UserEvents

log = logging.getLogger(__name__)


class MessageServicer(MessageServiceServicer):
    """Changes to single messages, and events about them."""

    def __init__(
        self,
        messages: Messages,
        chats: Chats,
        events: UserEvents,
        live: LiveValues,
        limits: Limits,
    ) -> None:
        self._messages = messages
        self._chats = chats
        self._events = events
        self._live = live
        self._limits = limits

    async def UpdateMessage(self, request: pb.UpdateMessageRequest, _: Any) -> pb.UpdateMessageResponse:
        """Set the text of a message."""
        if len(request.content) > self._limits.message_bytes:
            raise Invalid("The text is too long", "message_too_large")
        owner = await self._apply(request.id, request.message_id, "replace", {"content": request.content})
        data = msgspec.json.encode({"content": request.content})
        await self._tell(owner, request.id, request.message_id, "chat:message", data)
        return pb.UpdateMessageResponse(chat=await self._chats.read(owner, request.id))

    async def SendMessageEvent(
        self, request: pb.SendMessageEventRequest, _: Any
    ) -> pb.SendMessageEventResponse:
        """Send an event about a message."""
        checked_text(request.data, "data")
        if len(request.data) > self._limits.message_bytes:
            raise Invalid("The event is too large", "event_too_large")
        try:
            data = msgspec.json.decode(request.data, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError):
            raise Invalid("data must be an object", "invalid_json") from None
        owner = await self._apply(request.id, request.message_id, request.type, data)
        await self._tell(owner, request.id, request.message_id, request.type, request.data)
        return pb.SendMessageEventResponse(sent=True)

    async def _apply(self, chat_id: str, message_id: str, kind: str, data: dict[str, Any]) -> str:
        principal = current_principal()
        anyone = principal.is_admin and bool(self._live.enable_admin_chat_access)
        return await self._messages.apply(principal.user_id, chat_id, message_id, kind, data, anyone=anyone)

    async def _tell(self, owner: str, chat_id: str, message_id: str, kind: str, data: bytes) -> None:
        emission = Emission(chat_id=chat_id, message_id=message_id, type=kind, data=data)
        try:
            await self._events.publish(owner, emission)
        except Exception as error:  # noqa: BLE001 - the change is stored; windows see it when they read the chat
            log.warning("an event was not sent: %s", error)
