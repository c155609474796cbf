"""Serves the gateway's one question: whose credential is this?"""

from typing import Any

from owui.auth.v1 import identity_service_pb2 as pb
from owui.auth.v1 import identity_service_pb2_grpc

from owui_auth.usecases.identify import ResolveCredential


class IdentityServicer(identity_service_pb2_grpc.IdentityServiceServicer):
    """Verifies credentials."""

    def __init__(self, resolve: ResolveCredential) -> None:
        self._resolve = resolve

    async def ResolveCredential(
        self, request: pb.ResolveCredentialRequest, _context: Any
    ) -> pb.ResolveCredentialResponse:
        """Return the caller behind a credential."""
        identity = await self._resolve(request.credential, request.path)
        owner = identity.owner
        return pb.ResolveCredentialResponse(
            user_id=owner.user_id,
            name=owner.name,
            email=owner.email,
            role=owner.role,
            group_ids=owner.group_ids,
            permissions=identity.permissions,
            credential_id=owner.credential_id,
            via=identity.via,
            expire_time_seconds=owner.expires_at or 0,
            path_bound=identity.path_bound,
        )
