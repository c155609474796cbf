"""Serves changes of one's own account and accounts that administrators add."""

from typing import Any

from owui.auth.v1 import account_service_pb2 as pb
from owui.auth.v1 import account_service_pb2_grpc

from owui_auth.domain.account import DEFAULT_PICTURE, Profile
from owui_auth.domain.pictures import changed_picture
from owui_auth.domain.texts import day, line, optional_text
from owui_auth.ports import Accounts
from owui_auth.rpc.callers import administrator, approved, origin, person
from owui_auth.rpc.messages import TOKEN_TYPE
from owui_auth.usecases.accounts import AddUser, ChangePassword

_BIO_CHARACTERS = 5000
_GENDER_CHARACTERS = 100


class AccountServicer(account_service_pb2_grpc.AccountServiceServicer):
    """Changes accounts."""

    def __init__(self, add_user: AddUser, change_password: ChangePassword, accounts: Accounts) -> None:
        self._add_user = add_user
        self._change_password = change_password
        self._accounts = accounts

    async def AddUser(self, request: pb.AddUserRequest, _context: Any) -> pb.AddUserResponse:
        """Add an account for somebody else."""
        administrator()
        added = await self._add_user(
            name=request.name,
            email=request.email,
            password=request.password,
            picture=request.profile_image_url,
            role=request.role if request.HasField("role") else "pending",
            origin=origin(),
        )
        account = added.account
        return pb.AddUserResponse(
            token=added.token,
            token_type=TOKEN_TYPE,
            id=account.id,
            email=account.email,
            name=account.name,
            role=account.role,
            profile_image_url=account.profile_image_url,
        )

    async def UpdateProfile(
        self, request: pb.UpdateProfileRequest, _context: Any
    ) -> pb.UpdateProfileResponse:
        """Change what the caller tells about themselves."""
        caller = approved()
        profile = Profile(
            name=line(request.name, "name"),
            profile_image_url=changed_picture(request.profile_image_url, caller.user_id, DEFAULT_PICTURE),
            bio=optional_text(request.bio or None, "bio", _BIO_CHARACTERS, lines=True),
            gender=optional_text(request.gender or None, "gender", _GENDER_CHARACTERS),
            date_of_birth=day(request.date_of_birth, "date_of_birth"),
        )
        account = await self._accounts.set_profile(caller.user_id, profile)
        return pb.UpdateProfileResponse(
            id=account.id,
            email=account.email,
            name=account.name,
            role=account.role,
            profile_image_url=account.profile_image_url,
        )

    async def UpdatePassword(
        self, request: pb.UpdatePasswordRequest, _context: Any
    ) -> pb.UpdatePasswordResponse:
        """Change the caller's password."""
        await self._change_password(person().user_id, request.password, request.new_password, origin())
        return pb.UpdatePasswordResponse(changed=True)
