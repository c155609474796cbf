"""Serves groups."""

from typing import Any

import orjson
from owui.auth.v1 import group_pb2, group_service_pb2_grpc
from owui.auth.v1 import group_service_pb2 as pb

from owui_auth.domain.groups import GroupDraft
from owui_auth.domain.permissions import check_group_permissions
from owui_auth.domain.texts import identifier, json_object
from owui_auth.ports import Groups
from owui_auth.rpc import messages
from owui_auth.rpc.callers import administrator, approved, origin
from owui_auth.usecases.administration import ManageGroups


class GroupServicer(group_service_pb2_grpc.GroupServiceServicer):
    """Makes, changes and lists groups."""

    def __init__(self, manage: ManageGroups, groups: Groups) -> None:
        self._manage = manage
        self._groups = groups

    async def ListGroups(self, request: pb.ListGroupsRequest, _context: Any) -> pb.ListGroupsResponse:
        """List all groups for administrators, one's own for others."""
        caller = approved()
        share = request.share if request.HasField("share") else None
        found = await self._groups.list(None if caller.is_admin else caller.user_id, share)
        return pb.ListGroupsResponse(groups=[messages.group(group) for group in found])

    async def ListOwnGroups(
        self, _request: pb.ListOwnGroupsRequest, _context: Any
    ) -> pb.ListOwnGroupsResponse:
        """List the caller's groups."""
        found = await self._groups.list(approved().user_id)
        return pb.ListOwnGroupsResponse(groups=[messages.group(group) for group in found])

    async def ListUserGroups(
        self, request: pb.ListUserGroupsRequest, _context: Any
    ) -> pb.ListUserGroupsResponse:
        """List the groups of a person."""
        administrator()
        found = await self._groups.list(identifier(request.user_id))
        return pb.ListUserGroupsResponse(groups=[messages.group(group) for group in found])

    async def CreateGroup(self, request: pb.CreateGroupRequest, _context: Any) -> pb.CreateGroupResponse:
        """Make a group."""
        administrator()
        group = await self._manage.create(_draft(request), origin())
        return pb.CreateGroupResponse(group=messages.group(group))

    async def GetGroup(self, request: pb.GetGroupRequest, _context: Any) -> pb.GetGroupResponse:
        """Read a group."""
        administrator()
        return pb.GetGroupResponse(group=messages.group(await self._groups.find(identifier(request.id))))

    async def ExportGroup(self, request: pb.ExportGroupRequest, _context: Any) -> pb.ExportGroupResponse:
        """Read a group with the identifiers of its members."""
        administrator()
        found = await self._groups.find(identifier(request.id))
        group = group_pb2.GroupExport.FromString(messages.group(found).SerializeToString())
        group.user_ids.extend(member.id for member in await self._groups.members(found.id))
        return pb.ExportGroupResponse(group=group)

    async def UpdateGroup(self, request: pb.UpdateGroupRequest, _context: Any) -> pb.UpdateGroupResponse:
        """Change a group."""
        administrator()
        group = await self._manage.change(request.id, _draft(request), origin())
        return pb.UpdateGroupResponse(group=messages.group(group))

    async def DeleteGroup(self, request: pb.DeleteGroupRequest, _context: Any) -> pb.DeleteGroupResponse:
        """Delete a group."""
        administrator()
        await self._manage.delete(request.id, origin())
        return pb.DeleteGroupResponse(deleted=True)

    async def ListGroupMembers(
        self, request: pb.ListGroupMembersRequest, _context: Any
    ) -> pb.ListGroupMembersResponse:
        """List the members of a group."""
        administrator()
        found = await self._groups.find(identifier(request.id))
        members = await self._groups.members(found.id)
        return pb.ListGroupMembersResponse(
            users=[messages.user_info(member, with_email=True) for member in members]
        )

    async def AddGroupMembers(
        self, request: pb.AddGroupMembersRequest, _context: Any
    ) -> pb.AddGroupMembersResponse:
        """Add members."""
        administrator()
        group = await self._manage.add_members(request.id, request.user_ids, origin())
        return pb.AddGroupMembersResponse(group=messages.group(group))

    async def RemoveGroupMembers(
        self, request: pb.RemoveGroupMembersRequest, _context: Any
    ) -> pb.RemoveGroupMembersResponse:
        """Remove members."""
        administrator()
        group = await self._manage.remove_members(request.id, request.user_ids, origin())
        return pb.RemoveGroupMembersResponse(group=messages.group(group))


def _draft(request: pb.CreateGroupRequest | pb.UpdateGroupRequest) -> GroupDraft:
    permissions = _object(request.permissions, "permissions") if request.HasField("permissions") else None
    if permissions is not None:
        check_group_permissions(permissions)
    data = _object(request.data, "data") if request.HasField("data") else None
    return GroupDraft(
        name=request.name,
        description=request.description,
        data=orjson.dumps(data).decode() if data is not None else None,
        permissions=orjson.dumps(permissions).decode() if permissions is not None else None,
    )


def _object(raw: bytes, field: str) -> dict[str, Any] | None:
    return None if raw == b"null" else json_object(raw, field)
