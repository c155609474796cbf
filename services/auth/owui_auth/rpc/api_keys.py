"""Serves the API keys of the caller."""

from typing import Any

from owui.auth.v1 import api_key_service_pb2 as pb
from owui.auth.v1 import api_key_service_pb2_grpc
from owui.auth.v1.api_key_pb2 import ApiKey
from owui_chassis.identity import Principal

from owui_auth.domain.texts import identifier
from owui_auth.ports import ApiKeys
from owui_auth.rpc.callers import approved, origin, person
from owui_auth.usecases.keys import Keys

_PERMISSION = "features.api_keys"


class ApiKeyServicer(api_key_service_pb2_grpc.ApiKeyServiceServicer):
    """Makes, lists and revokes API keys."""

    def __init__(self, keys: Keys, stored: ApiKeys) -> None:
        self._keys = keys
        self._stored = stored

    async def ListApiKeys(self, _request: pb.ListApiKeysRequest, _context: Any) -> pb.ListApiKeysResponse:
        """List the caller's keys."""
        items = [
            ApiKey(
                id=key.id,
                name=key.name,
                prefix=key.prefix,
                created_at=key.created_at,
                expires_at=key.expires_at,
                last_used_at=key.last_used_at,
            )
            for key in await self._stored.list(approved().user_id)
        ]
        return pb.ListApiKeysResponse(items=items)

    async def CreateApiKey(self, request: pb.CreateApiKeyRequest, _context: Any) -> pb.CreateApiKeyResponse:
        """Make a named key."""
        caller = approved()
        days = request.expires_in_days if request.HasField("expires_in_days") else None
        may = caller.may(_PERMISSION)
        made = await self._keys.create(caller.user_id, request.name, days, may=may, origin=origin())
        return pb.CreateApiKeyResponse(
            id=made.key.id,
            name=made.key.name,
            prefix=made.key.prefix,
            created_at=made.key.created_at,
            expires_at=made.key.expires_at,
            api_key=made.secret,
        )

    async def DeleteApiKey(self, request: pb.DeleteApiKeyRequest, _context: Any) -> pb.DeleteApiKeyResponse:
        """Revoke one of the caller's keys."""
        await self._keys.delete(approved().user_id, identifier(request.id), origin())
        return pb.DeleteApiKeyResponse(deleted=True)

    async def CreateAccountKey(
        self, _request: pb.CreateAccountKeyRequest, _context: Any
    ) -> pb.CreateAccountKeyResponse:
        """Make the caller's account key."""
        caller: Principal = person()
        secret = await self._keys.create_account_key(
            caller.user_id, may=caller.may(_PERMISSION), origin=origin()
        )
        return pb.CreateAccountKeyResponse(api_key=secret)

    async def GetAccountKey(
        self, _request: pb.GetAccountKeyRequest, _context: Any
    ) -> pb.GetAccountKeyResponse:
        """Show the caller's account key again."""
        caller = person()
        return pb.GetAccountKeyResponse(api_key=await self._keys.show_account_key(caller.user_id, caller.via))

    async def DeleteAccountKey(
        self, _request: pb.DeleteAccountKeyRequest, _context: Any
    ) -> pb.DeleteAccountKeyResponse:
        """Revoke the caller's account key."""
        await self._keys.delete_account_key(person().user_id, origin())
        return pb.DeleteAccountKeyResponse(deleted=True)
