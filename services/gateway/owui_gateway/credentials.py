"""Finds the credential of a request and remembers for a moment whose it is."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
from owui.auth.v1 import identity_service_pb2 as pb
from owui.auth.v1.identity_service_pb2_grpc import IdentityServiceStub
from owui_chassis.call import Call, current_call
from owui_chassis.errors import Kind, ServiceError, Unauthenticated
from owui_chassis.identity import Identities, Principal
from starlette.requests import cookie_parser

_MAX_REMEMBERED = 20_000
_MAX_CREDENTIAL_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is behind a credential, with the token that tells the services so."""

    principal: Principal
    identity: str
    expires: float

    def call(self, current: Call) -> Call:
        """Return the current call in the name of this caller."""
        return Call(self.principal, self.identity, current.trace, current.client_address, current.user_agent)


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller
    until: float


class _Revocation(msgspec.Struct):
    user_id: str = ""
    credential_id: str | None = None


def credential_of(headers: Mapping[str, str]) -> str:
    """Return the credential of a request, "" for none: Bearer, "x-api-key" or the cookie `token`."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    if key := headers.get("x-api-key", "").strip():
        return key
    cookies = headers.get("cookie", "")
    # Cookies of other applications on this host may be anything; they must not hide ours.
    return cookie_parser(cookies).get("token", "") if "token" in cookies else ""


def _digest(subject: str) -> bytes:
    return hashlib.sha256(subject.encode("utf-8", "surrogatepass")).digest()


class Credentials:
    """Asks auth whose a credential is; believes the answer for a few seconds, less when it is revoked."""

    def __init__(self, stub: IdentityServiceStub, identities: Identities, seconds: float) -> None:
        self._stub = stub
        self._identities = identities
        self._seconds = seconds
        self._remembered: OrderedDict[bytes, _Remembered] = OrderedDict()
        self._asking: dict[bytes, asyncio.Task[Caller]] = {}
        self._revocations = 0

    async def resolve(self, credential: str, path: str) -> Caller:
        """Return the caller; raise Unauthenticated, or Forbidden for a key that may not use this path."""
        if not credential:
            raise Unauthenticated("Not authenticated", "not_authenticated")
        if len(credential) > _MAX_CREDENTIAL_CHARACTERS:
            raise Unauthenticated("401 Unauthorized", "invalid_token")
        # Keys can be restricted to paths, so what is remembered of a key is remembered for one path.
        subject = f"{credential}\n{path}" if credential.startswith("sk-") else credential
        remembered_as = _digest(subject)
        now = time.time()
        found = self._remembered.get(remembered_as)
        if found is not None and found.until > now:
            return found.caller
        asking = self._asking.get(remembered_as)
        if asking is None:
            # Requests that come together ask once. Nobody's leaving ends the asking for the others.
            asking = asyncio.create_task(self._ask_and_remember(remembered_as, credential, path))
            self._asking[remembered_as] = asking
            asking.add_done_callback(lambda task: self._asked(remembered_as, task))
        return await asyncio.shield(asking)

    def _asked(self, remembered_as: bytes, task: asyncio.Task[Caller]) -> None:
        if self._asking.get(remembered_as) is task:
            del self._asking[remembered_as]
        if not task.cancelled():
            # Looked at here in case that everybody who asked has left.
            task.exception()

    async def _ask_and_remember(self, remembered_as: bytes, credential: str, path: str) -> Caller:
        revocations = self._revocations
        try:
            caller = await self._ask(credential, path)
        except ServiceError as error:
            if error.kind is not Kind.UNAVAILABLE:
                self._remembered.pop(remembered_as, None)
            raise
        self._remember(remembered_as, caller, revocations)
        return caller

    async def resolve_again(self, credentials: Sequence[str]) -> list[Caller | None]:
        """Ask whose these credentials of sessions are by now; None for those that have become worthless."""
        revocations = self._revocations
        request = pb.ResolveSessionsRequest(credentials=credentials)
        answer = await self._stub.ResolveSessions(request, timeout=10, metadata=current_call().metadata())
        callers: list[Caller | None] = []
        for credential, resolved in zip(credentials, answer.sessions, strict=True):
            remembered_as = _digest(credential)
            if resolved.HasField("caller"):
                caller = self._caller(resolved.caller)
                self._remember(remembered_as, caller, revocations)
                callers.append(caller)
            else:
                self._remembered.pop(remembered_as, None)
                callers.append(None)
        return callers

    def _remember(self, remembered_as: bytes, caller: Caller, revocations: int) -> None:
        # An answer that a revocation has overtaken is good for those who wait for it and nobody else.
        if revocations == self._revocations:
            until = min(time.time() + self._seconds, caller.expires)
            self._remembered[remembered_as] = _Remembered(caller, until)
            self._remembered.move_to_end(remembered_as)
            if len(self._remembered) > _MAX_REMEMBERED:
                self._remembered.popitem(last=False)

    async def _ask(self, credential: str, path: str) -> Caller:
        try:
            request = pb.ResolveCredentialRequest(credential=credential, path=path)
        except ValueError:
            raise Unauthenticated("401 Unauthorized", "invalid_token") from None
        answer = await self._stub.ResolveCredential(request, timeout=10, metadata=current_call().metadata())
        return self._caller(answer)

    def _caller(self, answer: pb.ResolveCredentialResponse) -> Caller:
        principal = Principal(
            user_id=answer.user_id,
            name=answer.name,
            email=answer.email,
            role=answer.role,
            group_ids=tuple(answer.group_ids),
            permissions=frozenset(answer.permissions),
            credential_id=answer.credential_id,
            via=answer.via,
        )
        expires = float(answer.expire_time_seconds or "inf")
        return Caller(principal, self._identities.sign(principal), expires)

    def forget(self, payload: bytes) -> tuple[str, str | None]:
        """Drop what was revoked; return (user, credential), the credential None for all of the user."""
        revoked = msgspec.json.decode(payload, type=_Revocation)
        self._revocations += 1
        self._asking.clear()
        for key, remembered in list(self._remembered.items()):
            principal = remembered.caller.principal
            if principal.user_id == revoked.user_id and revoked.credential_id in (
                None,
                principal.credential_id,
            ):
                del self._remembered[key]
        return revoked.user_id, revoked.credential_id
