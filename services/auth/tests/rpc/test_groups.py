"""Groups and what they permit, over gRPC."""

import json

import pytest
from owui.auth.v1 import group_service_pb2 as pb
from owui.auth.v1 import identity_service_pb2 as identity_pb
from owui.auth.v1 import permission_service_pb2
from owui_chassis.errors import AlreadyExists, Forbidden, Invalid, NotFound


async def create(auth, admin, name, **more):
    """Make a group."""
    request = pb.CreateGroupRequest(name=name, description="", **more)
    return (await auth.call(auth.groups.CreateGroup, request, admin)).group


class TestMembers:
    async def test_join_and_leave(self, auth, admin, people):
        person, group = await people.add(), await create(auth, admin, "Readers")
        request = pb.AddGroupMembersRequest(id=group.id, user_ids=[person.id, "nobody", "nul\x00", person.id])
        assert (await auth.call(auth.groups.AddGroupMembers, request, admin)).group.member_count == 1
        assert list((await auth.resolve(person.token)).group_ids) == [group.id]
        own = await auth.call(auth.groups.ListOwnGroups, pb.ListOwnGroupsRequest(), person.token)
        assert [found.name for found in own.groups] == ["Readers"]
        members = await auth.call(
            auth.groups.ListGroupMembers, pb.ListGroupMembersRequest(id=group.id), admin
        )
        assert [member.id for member in members.users] == [person.id]
        exported = await auth.call(auth.groups.ExportGroup, pb.ExportGroupRequest(id=group.id), admin)
        assert list(exported.group.user_ids) == [person.id]
        leave = pb.RemoveGroupMembersRequest(id=group.id, user_ids=[person.id])
        assert (await auth.call(auth.groups.RemoveGroupMembers, leave, admin)).group.member_count == 0
        assert not (await auth.resolve(person.token)).group_ids

    async def test_are_known_to_services_that_act_by_their_right(self, auth, admin, people):
        person, group = await people.add(), await create(auth, admin, "Lenders")
        add = pb.AddGroupMembersRequest(id=group.id, user_ids=[person.id])
        await auth.call(auth.groups.AddGroupMembers, add, admin)
        described = await auth.identity.DescribeAccount(identity_pb.DescribeAccountRequest(user_id=person.id))
        assert (described.role, list(described.group_ids)) == ("user", [group.id])
        for nobody in ("nobody", "", "nul\x00"):
            with pytest.raises(NotFound):
                await auth.identity.DescribeAccount(identity_pb.DescribeAccountRequest(user_id=nobody))

    async def test_have_the_groups_permissions(self, auth, admin, people):
        person = await people.add()
        permissions = json.dumps({"features": {"api_keys": True}, "chat": {"delete": False}}).encode()
        group = await create(auth, admin, "Programmers", permissions=permissions)
        assert "features.api_keys" not in (await auth.resolve(person.token)).permissions
        request = pb.AddGroupMembersRequest(id=group.id, user_ids=[person.id])
        await auth.call(auth.groups.AddGroupMembers, request, admin)
        found = (await auth.resolve(person.token)).permissions
        assert "features.api_keys" in found
        assert "chat.delete" in found
        tree = await auth.call(
            auth.permissions.GetUserPermissions,
            permission_service_pb2.GetUserPermissionsRequest(),
            person.token,
        )
        assert tree.permissions.features.api_keys is True

    async def test_see_only_their_own_groups(self, auth, admin, people):
        person = await people.add()
        await create(auth, admin, "Secret circle")
        seen = await auth.call(auth.groups.ListGroups, pb.ListGroupsRequest(), person.token)
        assert "Secret circle" not in [group.name for group in seen.groups]
        seen = await auth.call(auth.groups.ListGroups, pb.ListGroupsRequest(), admin)
        assert "Secret circle" in [group.name for group in seen.groups]


class TestGroups:
    async def test_keep_what_a_change_leaves_out(self, auth, admin):
        data = json.dumps({"config": {"share": False}}).encode()
        permissions = json.dumps({"chat": {"delete": True}}).encode()
        group = await create(auth, admin, "Changing", data=data, permissions=permissions)
        request = pb.UpdateGroupRequest(id=group.id, name="Changed", description="now")
        changed = (await auth.call(auth.groups.UpdateGroup, request, admin)).group
        assert (changed.name, json.loads(changed.data)) == ("Changed", {"config": {"share": False}})
        assert json.loads(changed.permissions) == {"chat": {"delete": True}}
        shared = await auth.call(auth.groups.ListGroups, pb.ListGroupsRequest(share=True), admin)
        assert group.id not in [found.id for found in shared.groups]
        private = await auth.call(auth.groups.ListGroups, pb.ListGroupsRequest(share=False), admin)
        assert group.id in [found.id for found in private.groups]

    async def test_are_deleted(self, auth, admin):
        group = await create(auth, admin, "Short-lived")
        await auth.call(auth.groups.DeleteGroup, pb.DeleteGroupRequest(id=group.id), admin)
        for method, request in (
            (auth.groups.GetGroup, pb.GetGroupRequest(id=group.id)),
            (auth.groups.DeleteGroup, pb.DeleteGroupRequest(id=group.id)),
            (auth.groups.AddGroupMembers, pb.AddGroupMembersRequest(id=group.id)),
        ):
            with pytest.raises(NotFound):
                await auth.call(method, request, admin)

    async def test_names_are_taken_once(self, auth, admin):
        await create(auth, admin, "Unique")
        with pytest.raises(AlreadyExists):
            await create(auth, admin, "Unique")

    @pytest.mark.parametrize("permissions", [b"[]", b'{"chat": true}', b'{"chat": {"delete": "yes"}}', b"{"])
    async def test_senseless_permissions_are_refused(self, auth, admin, permissions):
        with pytest.raises(Invalid):
            await create(auth, admin, "Senseless", permissions=permissions)

    async def test_are_made_by_administrators(self, auth, people):
        with pytest.raises(Forbidden):
            await create(auth, (await people.add()).token, "Mine")
