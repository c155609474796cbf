"""Serves auth's share of the public configuration to the gateway."""

from collections.abc import Callable
from typing import Any

import orjson
from owui.auth.v1 import public_config_service_pb2 as pb
from owui.auth.v1 import public_config_service_pb2_grpc
from owui_chassis.call import current_call
from owui_chassis.identity import Principal

from owui_auth.ports import Accounts, Clock, Directory
from owui_auth.usecases.identify import Permissions


class PublicConfigServicer(public_config_service_pb2_grpc.PublicConfigServiceServicer):
    """Tells what a browser must know; `live` holds the settings in force."""

    def __init__(
        self, live: Any, accounts: Accounts, directory: Directory, permissions: Permissions, clock: Clock
    ) -> None:
        self._live = live
        self._accounts = accounts
        self._directory = directory
        self._permissions = permissions
        self._clock: Callable[[], int] = clock
        self._has_accounts = False

    async def GetPublicConfig(
        self, _request: pb.GetPublicConfigRequest, _context: Any
    ) -> pb.GetPublicConfigResponse:
        """Answer for whoever calls."""
        live = self._live
        # The first account can never be deleted: once there is one, nobody has to ask again.
        self._has_accounts = self._has_accounts or await self._accounts.exist()
        answer = pb.GetPublicConfigResponse(
            onboarding=not self._has_accounts,
            auth=True,  # every installation asks people to sign in
            enable_signup_password_confirmation=live.enable_signup_password_confirmation,
            enable_api_keys=live.enable_api_keys,
            enable_signup=live.enable_signup,
            enable_login_form=live.enable_login_form,
            enable_public_active_users_count=live.enable_public_active_users_count,
            password_min_length=live.password_min_length,
        )
        caller = current_call().principal
        if caller is not None:
            overlay = pb.PendingOverlay(
                title=live.pending_user_overlay_title, content=live.pending_user_overlay_content
            )
            answer.pending_overlay.CopyFrom(overlay)
            if caller.role in {"user", "admin"}:
                answer.signed_in.CopyFrom(await self._signed_in(caller))
        return answer

    async def _signed_in(self, caller: Principal) -> pb.SignedInConfig:
        live = self._live
        is_public = caller.is_admin or live.enable_public_active_users_count
        active = await self._directory.count_active(self._clock()) if is_public else None
        return pb.SignedInConfig(
            user_count=await self._directory.count(),
            permissions=orjson.dumps(await self._permissions.of(caller.user_id)),
            default_user_role=live.default_user_role,
            enable_folders=live.enable_folders,
            enable_channels=live.enable_channels,
            enable_notes=live.enable_notes,
            enable_community_sharing=live.enable_community_sharing,
            enable_message_rating=live.enable_message_rating,
            enable_user_webhooks=live.enable_user_webhooks,
            response_watermark=live.response_watermark,
            active_entries=active if caller.is_admin else None,
            active_user_count=active,
        )
