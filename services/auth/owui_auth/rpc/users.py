"""Serves lists of people, profile cards and pictures, and the changes that administrators make."""

from typing import Any

from google.api.httpbody_pb2 import HttpBody
from owui.auth.v1 import user_service_pb2 as pb
from owui.auth.v1 import user_service_pb2_grpc
from owui.auth.v1.user_pb2 import UserCard, UserCardGroup
from owui_chassis.errors import Invalid, NotFound

from owui_auth.domain.account import AccountChange
from owui_auth.domain.listing import Listing
from owui_auth.domain.pictures import decode_picture, draw_picture, picture_path
from owui_auth.domain.texts import identifier, optional_text
from owui_auth.ports import Accounts, Clock, Directory, Groups
from owui_auth.rpc import messages
from owui_auth.rpc.callers import administrator, approved, origin
from owui_auth.usecases.accounts import DeleteUser, UpdateUser

_QUERY_CHARACTERS = 254
_MOST_ASKED = 1000


class UserServicer(user_service_pb2_grpc.UserServiceServicer):
    """Lists, changes and deletes accounts."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        directory: Directory,
        groups: Groups,
        update_user: UpdateUser,
        delete_user: DeleteUser,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._directory = directory
        self._groups = groups
        self._update_user = update_user
        self._delete_user = delete_user
        self._clock = clock

    async def ListUsers(self, request: pb.ListUsersRequest, _context: Any) -> pb.ListUsersResponse:
        """List a page of accounts."""
        administrator()
        accounts, total = await self._directory.list(_listing(request, by_email=True))
        return pb.ListUsersResponse(users=[messages.user(account) for account in accounts], total=total)

    async def ListAllUsers(self, _request: pb.ListAllUsersRequest, _context: Any) -> pb.ListAllUsersResponse:
        """List all accounts in brief."""
        administrator()
        accounts, total = await self._directory.list(Listing(page=0, in_brief=True))
        users = [messages.user_info(account, with_email=True) for account in accounts]
        return pb.ListAllUsersResponse(users=users, total=total)

    async def SearchUsers(self, request: pb.SearchUsersRequest, _context: Any) -> pb.SearchUsersResponse:
        """Find people by name; only administrators find and see addresses."""
        is_admin = approved().is_admin
        accounts, total = await self._directory.list(_listing(request, by_email=is_admin, in_brief=True))
        users = [messages.user_info(account, with_email=is_admin) for account in accounts]
        return pb.SearchUsersResponse(users=users, total=total)

    async def GetUser(self, request: pb.GetUserRequest, _context: Any) -> pb.GetUserResponse:
        """Show a profile card."""
        caller = approved()
        account = await self._accounts.find(identifier(request.user_id))
        groups = await self._groups.list(member_id=account.id)
        if not (caller.is_admin or caller.user_id == account.id):
            # Which groups somebody else is in concerns those who are in the same ones.
            groups = [group for group in groups if group.id in caller.group_ids]
        card = UserCard(
            id=account.id,
            name=account.name,
            profile_image_url=picture_path(account.id),
            is_active=account.is_active(self._clock()),
            groups=[UserCardGroup(id=group.id, name=group.name) for group in groups],
            status_emoji=account.status_emoji,
            status_message=account.status_message,
            status_expires_at=account.status_expires_at,
        )
        return pb.GetUserResponse(user=card)

    async def ListMissingUsers(
        self, request: pb.ListMissingUsersRequest, _context: Any
    ) -> pb.ListMissingUsersResponse:
        """Tell which people have no account; for other services, the gateway has no route for it."""
        if len(request.user_ids) > _MOST_ASKED:
            raise Invalid(f"Ask after {_MOST_ASKED} people at most", "too_many_users")
        return pb.ListMissingUsersResponse(user_ids=await self._directory.missing(request.user_ids))

    async def GetUserActive(
        self, request: pb.GetUserActiveRequest, _context: Any
    ) -> pb.GetUserActiveResponse:
        """Tell whether a person is there; nobody is not."""
        approved()
        try:
            account = await self._accounts.find(identifier(request.user_id))
        except NotFound:
            return pb.GetUserActiveResponse(active=False)
        return pb.GetUserActiveResponse(active=account.is_active(self._clock()))

    async def GetUserProfileImage(
        self, request: pb.GetUserProfileImageRequest, _context: Any
    ) -> pb.GetUserProfileImageResponse:
        """Serve a picture: the stored one, else a drawn one. Pictures elsewhere are never pointed to."""
        approved()
        name, stored = await self._accounts.picture(identifier(request.user_id))
        picture = decode_picture(stored) or draw_picture(request.user_id, name)
        return pb.GetUserProfileImageResponse(image=HttpBody(content_type=picture[0], data=picture[1]))

    async def UpdateUser(self, request: pb.UpdateUserRequest, _context: Any) -> pb.UpdateUserResponse:
        """Change an account."""
        administrator()
        change = AccountChange(
            email=request.email,
            name=request.name,
            role=request.role,
            profile_image_url=request.profile_image_url,
        )
        account = await self._update_user(identifier(request.user_id), change, request.password, origin())
        return pb.UpdateUserResponse(user=messages.user(account))

    async def DeleteUser(self, request: pb.DeleteUserRequest, _context: Any) -> pb.DeleteUserResponse:
        """Delete an account."""
        administrator()
        await self._delete_user(identifier(request.user_id), origin())
        return pb.DeleteUserResponse(deleted=True)


def _listing(
    request: pb.ListUsersRequest | pb.SearchUsersRequest, *, by_email: bool, in_brief: bool = False
) -> Listing:
    return Listing(
        query=(optional_text(request.query, "query", _QUERY_CHARACTERS) or "").strip(),
        by_email=by_email,
        order_by=request.order_by if by_email or request.order_by != "email" else "",
        descending=request.direction != "asc",
        page=max(1, request.page),
        in_brief=in_brief,
    )
