"""Serves what people may do."""

from typing import Any

from owui.auth.v1 import permission_service_pb2 as pb
from owui.auth.v1 import permission_service_pb2_grpc

from owui_auth.rpc.callers import administrator, approved, origin
from owui_auth.rpc.messages import permission_tree, user_permissions
from owui_auth.usecases.administration import Decide
from owui_auth.usecases.identify import Permissions


class PermissionServicer(permission_service_pb2_grpc.PermissionServiceServicer):
    """Reads and changes permissions."""

    def __init__(self, permissions: Permissions, decide: Decide) -> None:
        self._permissions = permissions
        self._decide = decide

    async def GetUserPermissions(
        self, _request: pb.GetUserPermissionsRequest, _context: Any
    ) -> pb.GetUserPermissionsResponse:
        """Tell the caller what they may do."""
        tree = await self._permissions.of(approved().user_id)
        return pb.GetUserPermissionsResponse(permissions=user_permissions(tree))

    async def GetDefaultPermissions(
        self, _request: pb.GetDefaultPermissionsRequest, _context: Any
    ) -> pb.GetDefaultPermissionsResponse:
        """Read what everybody may do."""
        administrator()
        return pb.GetDefaultPermissionsResponse(permissions=user_permissions(self._permissions.default()))

    async def UpdateDefaultPermissions(
        self, request: pb.UpdateDefaultPermissionsRequest, _context: Any
    ) -> pb.UpdateDefaultPermissionsResponse:
        """Change what everybody may do."""
        administrator()
        tree = await self._decide.change_default_permissions(permission_tree(request.permissions), origin())
        return pb.UpdateDefaultPermissionsResponse(permissions=user_permissions(tree))
