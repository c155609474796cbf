"""Serves what people store about themselves."""

from typing import Any

from owui.auth.v1 import preference_service_pb2 as pb
from owui.auth.v1 import preference_service_pb2_grpc
from owui_chassis.errors import Invalid

from owui_auth.domain.preferences import allowed_settings
from owui_auth.domain.texts import json_object, optional_text
from owui_auth.ports import Accounts, Preferences
from owui_auth.rpc import messages
from owui_auth.rpc.callers import approved

_EMOJI_CHARACTERS = 64
_STATUS_CHARACTERS = 500
_LATEST_TIME = 2**53


class PreferenceServicer(preference_service_pb2_grpc.PreferenceServiceServicer):
    """Keeps the caller's own preferences."""

    def __init__(self, accounts: Accounts, preferences: Preferences) -> None:
        self._accounts = accounts
        self._preferences = preferences

    async def GetUserSettings(
        self, _request: pb.GetUserSettingsRequest, _context: Any
    ) -> pb.GetUserSettingsResponse:
        """Read the settings of the caller's clients."""
        account = await self._accounts.find(approved().user_id)
        return pb.GetUserSettingsResponse(settings=messages.json_bytes(account.settings))

    async def UpdateUserSettings(
        self, request: pb.UpdateUserSettingsRequest, _context: Any
    ) -> pb.UpdateUserSettingsResponse:
        """Replace the parts of the settings that the request names."""
        caller = approved()
        change = allowed_settings(
            json_object(request.settings, "settings"),
            may_use_tool_servers=caller.may("features.direct_tool_servers"),
        )
        stored = await self._preferences.merge(caller.user_id, "settings", change)
        return pb.UpdateUserSettingsResponse(settings=stored.encode())

    async def GetUserFreeInfo(
        self, _request: pb.GetUserFreeInfoRequest, _context: Any
    ) -> pb.GetUserFreeInfoResponse:
        """Read the free data."""
        account = await self._accounts.find(approved().user_id)
        return pb.GetUserFreeInfoResponse(info=messages.json_bytes(account.info))

    async def UpdateUserFreeInfo(
        self, request: pb.UpdateUserFreeInfoRequest, _context: Any
    ) -> pb.UpdateUserFreeInfoResponse:
        """Replace the parts of the free data that the request names."""
        change = json_object(request.info, "info")
        stored = await self._preferences.merge(approved().user_id, "info", change)
        return pb.UpdateUserFreeInfoResponse(info=stored.encode())

    async def GetUserStatus(
        self, _request: pb.GetUserStatusRequest, _context: Any
    ) -> pb.GetUserStatusResponse:
        """Read the caller's account with its status."""
        return pb.GetUserStatusResponse(user=messages.user(await self._accounts.find(approved().user_id)))

    async def UpdateUserStatus(
        self, request: pb.UpdateUserStatusRequest, _context: Any
    ) -> pb.UpdateUserStatusResponse:
        """Change the caller's status."""
        ends = request.status_expires_at if request.HasField("status_expires_at") else None
        if ends is not None and not 0 <= ends <= _LATEST_TIME:
            raise Invalid("status_expires_at: must be epoch seconds", "invalid_time")
        account = await self._preferences.set_status(
            approved().user_id,
            optional_text(request.status_emoji or None, "status_emoji", _EMOJI_CHARACTERS),
            optional_text(request.status_message or None, "status_message", _STATUS_CHARACTERS),
            ends,
        )
        return pb.UpdateUserStatusResponse(user=messages.user(account))
