"""Serves sign-up, sign-in, sign-out and the session user."""

from typing import Any

import orjson
from owui.auth.v1 import session_service_pb2 as pb
from owui.auth.v1 import session_service_pb2_grpc
from owui.auth.v1.session_user_pb2 import SessionUserInfo
from owui_chassis.call import current_call
from owui_chassis.errors import NotFound, Unauthenticated

from owui_auth.ports import Accounts, Sessions, Tokens
from owui_auth.rpc import messages
from owui_auth.rpc.callers import origin, person
from owui_auth.usecases.identify import Permissions
from owui_auth.usecases.sessions import SignIn, SignOut, SignUp


class SessionServicer(session_service_pb2_grpc.SessionServiceServicer):
    """Opens and ends sessions."""

    def __init__(
        self,
        *,
        sign_up: SignUp,
        sign_in: SignIn,
        sign_out: SignOut,
        accounts: Accounts,
        sessions: Sessions,
        tokens: Tokens,
        permissions: Permissions,
        redirect_url: str,
    ) -> None:
        self._sign_up = sign_up
        self._sign_in = sign_in
        self._sign_out = sign_out
        self._accounts = accounts
        self._sessions = sessions
        self._tokens = tokens
        self._permissions = permissions
        self._redirect_url = redirect_url

    async def SignUp(self, request: pb.SignUpRequest, _context: Any) -> pb.SignUpResponse:
        """Create an account and sign it in."""
        signed_in = await self._sign_up(
            request.name, request.email, request.password, request.profile_image_url, origin()
        )
        tree = await self._permissions.of(signed_in.account.id)
        return pb.SignUpResponse(user=messages.session_user(signed_in, tree))

    async def SignIn(self, request: pb.SignInRequest, _context: Any) -> pb.SignInResponse:
        """Sign a person in."""
        signed_in = await self._sign_in(request.email, request.password, origin())
        tree = await self._permissions.of(signed_in.account.id)
        return pb.SignInResponse(user=messages.session_user(signed_in, tree))

    async def SignOut(self, _request: pb.SignOutRequest, _context: Any) -> pb.SignOutResponse:
        """End the session of the caller, if there is one; an API key is no session."""
        caller = current_call().principal
        if caller is not None and caller.via == "session":
            await self._sign_out(caller.user_id, caller.credential_id, origin())
        return pb.SignOutResponse(status=True, redirect_url=self._redirect_url or None)

    async def GetSessionUser(
        self, _request: pb.GetSessionUserRequest, _context: Any
    ) -> pb.GetSessionUserResponse:
        """Tell the caller who they are."""
        caller = person()
        try:
            account = await self._accounts.find(caller.user_id)
        except NotFound:
            # The account went while its credential was still remembered elsewhere, for a moment.
            raise Unauthenticated("401 Unauthorized", "invalid_token") from None
        session = await self._sessions.find(caller.credential_id) if caller.via == "session" else None
        info = SessionUserInfo(
            token=self._tokens.sign(session) if session is not None else "",
            token_type=messages.TOKEN_TYPE,
            expires_at=session.expires_at if session is not None else None,
            id=account.id,
            email=account.email,
            name=account.name,
            role=account.role,
            profile_image_url=account.profile_image_url,
            permissions=orjson.dumps(await self._permissions.of(account.id)),
            bio=account.bio,
            gender=account.gender,
            date_of_birth=account.date_of_birth.isoformat() if account.date_of_birth else None,
            status_emoji=account.status_emoji,
            status_message=account.status_message,
            status_expires_at=account.status_expires_at,
        )
        return pb.GetSessionUserResponse(user=info)
