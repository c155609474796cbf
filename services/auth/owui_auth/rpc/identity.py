"""Serves the questions who is behind a credential, and what an account is."""

from typing import Any

from owui.auth.v1 import identity_service_pb2 as pb
from owui.auth.v1 import identity_service_pb2_grpc

from owui_auth.domain.texts import identifier
from owui_auth.ports import Accounts, Groups
from owui_auth.usecases.identify import Identity, ResolveCredential


class IdentityServicer(identity_service_pb2_grpc.IdentityServiceServicer):
    """Verifies credentials and describes accounts."""

    def __init__(self, resolve: ResolveCredential, accounts: Accounts, groups: Groups) -> None:
        self._resolve = resolve
        self._accounts = accounts
        self._groups = groups

    async def ResolveCredential(
        self, request: pb.ResolveCredentialRequest, _context: Any
    ) -> pb.ResolveCredentialResponse:
        """Return the caller behind a credential."""
        return _caller(await self._resolve(request.credential, request.path))

    async def ResolveSessions(
        self, request: pb.ResolveSessionsRequest, _context: Any
    ) -> pb.ResolveSessionsResponse:
        """Return the callers behind sessions."""
        found = await self._resolve.sessions(request.credentials)
        return pb.ResolveSessionsResponse(
            sessions=[
                pb.ResolvedSession(caller=_caller(identity) if identity is not None else None)
                for identity in found
            ]
        )

    async def DescribeAccount(
        self, request: pb.DescribeAccountRequest, _context: Any
    ) -> pb.DescribeAccountResponse:
        """Tell what an account is."""
        account = await self._accounts.find(identifier(request.user_id))
        groups = await self._groups.list(member_id=account.id)
        return pb.DescribeAccountResponse(role=account.role, group_ids=[group.id for group in groups])


def _caller(identity: Identity) -> pb.ResolveCredentialResponse:
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
