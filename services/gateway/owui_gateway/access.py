"""Enforces what the contract says about who may call."""

from owui_chassis.call import current_call, set_call
from owui_chassis.errors import Forbidden, ServiceError, Unauthenticated
from starlette.requests import Request

from owui_gateway.credentials import Caller, Credentials, credential_of
from owui_gateway.transcoding.ports import Access

_RANKS = {"anyone": 0, "pending": 1, "user": 2, "admin": 3}
# Clients of this interface show these sentences and branch on them.
PROHIBITED = (
    "You do not have permission to access this resource. Please contact your administrator for assistance."
)


def check(caller: Caller | None, access: Access) -> None:
    """Raise Unauthenticated or Forbidden unless the caller may."""
    if access.role == "anyone":
        return
    if caller is None:
        raise Unauthenticated("Not authenticated", "not_authenticated")
    if _RANKS.get(caller.principal.role, 0) < _RANKS[access.role]:
        raise Unauthenticated(PROHIBITED, "role_too_low")
    if access.permission and not caller.principal.may(access.permission):
        raise Forbidden(PROHIBITED, "permission_missing")


class Doorkeeper:
    """Finds out who is calling, enforces access, and makes the caller known to the call."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def __call__(self, request: Request, access: Access) -> Caller | None:
        """Return the caller, None for nobody; raise Unauthenticated or Forbidden."""
        caller = await self._find(request, strict=access.role != "anyone")
        check(caller, access)
        if caller is not None:
            set_call(caller.call(current_call()))
        return caller

    async def _find(self, request: Request, *, strict: bool) -> Caller | None:
        credential = credential_of(request.headers)
        if not credential and not strict:
            return None
        try:
            return await self._credentials.resolve(credential, request.scope["path"])
        except ServiceError:
            # Where everybody may call, a worthless credential makes a stranger, as the contract says.
            if strict:
                raise
            return None
