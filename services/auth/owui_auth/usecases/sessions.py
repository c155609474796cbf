"""Coming and going: sign-up, sign-in, sign-out."""

import secrets
import uuid
from dataclasses import dataclass

from owui_chassis.errors import Forbidden, Invalid, ServiceError, Unauthenticated

from owui_auth.domain.account import DEFAULT_PICTURE, ROLES, Account, NewAccount
from owui_auth.domain.audit import AuditEvent, Origin
from owui_auth.domain.passwords import check_new_password, is_possible
from owui_auth.domain.pictures import check_picture
from owui_auth.domain.sessions import Session
from owui_auth.domain.texts import line, normal_email
from owui_auth.ports import (
    Accounts,
    Announcements,
    Attempts,
    AuditLog,
    Clock,
    PasswordHashes,
    Policy,
    Sessions,
    Tokens,
)

_AGENT_CHARACTERS = 255


@dataclass(frozen=True)
class SignedIn:
    """An account, its session and the token of the session."""

    account: Account
    session: Session
    token: str


class OpenSession:
    """Opens a session for an account whose owner has proved who they are."""

    def __init__(self, sessions: Sessions, tokens: Tokens, policy: Policy, clock: Clock) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._policy = policy
        self._clock = clock

    async def __call__(self, account: Account, origin: Origin, action: str | None = None) -> SignedIn:
        """Store the session and sign its token; `action` names the audit event, if there is to be one."""
        now = self._clock()
        lifetime = self._policy.jwt_expires_in
        ends = now + int(lifetime.total_seconds()) if lifetime else None
        session = Session(
            id=secrets.token_hex(16),
            user_id=account.id,
            epoch=account.epoch,
            created_at=now,
            expires_at=ends,
            address=origin.address,
            user_agent=origin.user_agent[:_AGENT_CHARACTERS],
        )
        event = AuditEvent(action, origin, account.id, {"session": session.id}) if action else None
        await self._sessions.add(session, event)
        return SignedIn(account, session, self._tokens.sign(session))


class SignUp:
    """Creates the account of a stranger and signs them in."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: PasswordHashes,
        attempts: Attempts,
        open_session: OpenSession,
        policy: Policy,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._open_session = open_session
        self._policy = policy
        self._clock = clock

    async def __call__(
        self, name: str, email: str, password: str, picture: str | None, origin: Origin
    ) -> SignedIn:
        """Return who is signed in. Raises Forbidden, Invalid, AlreadyExists, Exhausted."""
        is_first = not await self._accounts.exist()
        self._check_open(is_first)
        normal = normal_email(email)
        line(name, "name")
        new_password(self._policy, password)
        chosen = check_picture(picture, DEFAULT_PICTURE)
        await self._attempts.reserve("", origin.address)
        account = NewAccount(
            id=str(uuid.uuid4()),
            email=normal,
            name=line(name, "name"),
            role="admin" if is_first else self._role(),
            profile_image_url=chosen,
            password_hash=await self._passwords.hash(password),
            created_at=self._clock(),
        )
        stored = await self._store(account, origin, is_first=is_first)
        return await self._open_session(stored, origin)

    async def _store(self, account: NewAccount, origin: Origin, *, is_first: bool) -> Account:
        event = AuditEvent("user.signed_up", origin, account.id, {"role": account.role})
        if not is_first:
            return await self._accounts.add(account, self._policy.default_group_id, event)
        first = await self._accounts.add_first(account, event)
        if first is None:
            # Somebody was faster: sign-up was open for the first account only and closes with it.
            raise closed()
        await self._policy.set(by=first.id, enable_signup=False)
        return first

    def _check_open(self, is_first: bool) -> None:
        policy = self._policy
        is_open = policy.enable_signup and policy.enable_login_form and policy.enable_password_auth
        if not is_open and not (is_first and policy.enable_initial_admin_signup):
            raise closed()

    def _role(self) -> str:
        role = self._policy.default_user_role
        return role if role in ROLES else "pending"


class SignIn:
    """Signs people in by e-mail address and password."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: PasswordHashes,
        attempts: Attempts,
        audit: AuditLog,
        open_session: OpenSession,
        policy: Policy,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._audit = audit
        self._open_session = open_session
        self._policy = policy

    async def __call__(self, email: str, password: str, origin: Origin) -> SignedIn:
        """Return who is signed in. Raises Unauthenticated, Forbidden, Exhausted."""
        if not self._policy.enable_password_auth:
            raise Forbidden("Signing in by password is switched off", "password_auth_disabled")
        try:
            key = normal_email(email)
        except Invalid:
            key = ""
        # Addresses that cannot exist share one counter, so that they are no way around the limit.
        await self._attempts.reserve(key or "no address", origin.address)
        found = await self._accounts.find_with_password(key) if key else None
        stored = found[1] if found else ""
        right = is_possible(password) and await self._passwords.verify(stored, password)
        if found is None or not right:
            subject = found[0].id if found else ""
            details = {"email": key}
            await self._audit.append(AuditEvent("sign_in.failed", origin, subject, details))
            raise Unauthenticated("The e-mail address or the password is wrong", "wrong_credentials")
        account = found[0]
        await self._attempts.refund(key, origin.address)
        if self._passwords.is_outdated(stored):
            await self._improve(account.id, stored, password)
        return await self._open_session(account, origin, "sign_in.succeeded")

    async def _improve(self, user_id: str, stored: str, password: str) -> None:
        try:
            better = await self._passwords.hash(password)
        except ServiceError:
            return  # busy; the next sign-in will do it
        await self._accounts.replace_hash(user_id, stored, better)


class SignOut:
    """Ends a session."""

    def __init__(self, sessions: Sessions, announcements: Announcements, clock: Clock) -> None:
        self._sessions = sessions
        self._announcements = announcements
        self._clock = clock

    async def __call__(self, user_id: str, session_id: str, origin: Origin) -> None:
        """Make the session's token worthless everywhere."""
        event = AuditEvent("sign_out", origin, user_id, {"session": session_id})
        if await self._sessions.revoke(session_id, self._clock(), event):
            await self._announcements.revoked(user_id, session_id)


def new_password(policy: Policy, password: str) -> str:
    """Return a password that the installation accepts; raise Invalid."""
    pattern = policy.password_validation_pattern if policy.enable_password_validation else ""
    return check_new_password(password, policy.password_min_length, pattern)


def closed() -> Forbidden:
    """Return the refusal of a sign-up."""
    return Forbidden("Sign-up is closed; ask an administrator for an account", "signup_closed")
