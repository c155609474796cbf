"""Changing accounts: one's own, and those of others by administrators."""

import uuid
from dataclasses import replace

from owui_chassis.errors import Invalid

from owui_auth.domain.account import DEFAULT_PICTURE, Account, AccountChange, NewAccount, check_role
from owui_auth.domain.audit import AuditEvent, Origin
from owui_auth.domain.passwords import is_possible
from owui_auth.domain.pictures import changed_picture, check_picture
from owui_auth.domain.texts import line, normal_email
from owui_auth.ports import Accounts, Announcements, Attempts, AuditLog, Clock, PasswordHashes, Policy
from owui_auth.usecases.sessions import OpenSession, SignedIn, new_password


class ChangePassword:
    """Changes the password of the caller and ends all their sessions."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: PasswordHashes,
        attempts: Attempts,
        audit: AuditLog,
        announcements: Announcements,
        policy: Policy,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._attempts = attempts
        self._audit = audit
        self._announcements = announcements
        self._policy = policy

    async def __call__(self, user_id: str, current: str, wanted: str, origin: Origin) -> None:
        """Raises Invalid for a wrong current or a weak new password, Exhausted after many tries."""
        account = await self._accounts.find(user_id)
        new_password(self._policy, wanted)
        # A stolen session is no way to guess the password without limit.
        await self._attempts.reserve(account.email, origin.address)
        stored = await self._accounts.password_hash(user_id)
        if not (is_possible(current) and await self._passwords.verify(stored, current)):
            await self._audit.append(AuditEvent("password.change_failed", origin, user_id))
            raise Invalid("The current password is wrong", "wrong_password")
        await self._attempts.refund(account.email, origin.address)
        new_hash = await self._passwords.hash(wanted)
        await self._accounts.set_password(user_id, new_hash, AuditEvent("password.changed", origin, user_id))
        await self._announcements.revoked(user_id, None)


class AddUser:
    """Adds an account for somebody else."""

    def __init__(
        self,
        accounts: Accounts,
        passwords: PasswordHashes,
        open_session: OpenSession,
        policy: Policy,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._open_session = open_session
        self._policy = policy
        self._clock = clock

    async def __call__(
        self, *, name: str, email: str, password: str, picture: str | None, role: str, origin: Origin
    ) -> SignedIn:
        """Return the account with a session of its own. Raises Invalid, AlreadyExists, Exhausted."""
        account = NewAccount(
            id=str(uuid.uuid4()),
            email=normal_email(email),
            name=line(name, "name"),
            role=check_role(role),
            profile_image_url=check_picture(picture, DEFAULT_PICTURE),
            password_hash=await self._passwords.hash(new_password(self._policy, password)),
            created_at=self._clock(),
        )
        event = AuditEvent("user.added", origin, account.id, {"role": role})
        stored = await self._accounts.add(account, self._policy.default_group_id, event)
        return await self._open_session(stored, origin)


class UpdateUser:
    """Changes an account of somebody."""

    def __init__(
        self, accounts: Accounts, passwords: PasswordHashes, announcements: Announcements, policy: Policy
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._announcements = announcements
        self._policy = policy

    async def __call__(self, user_id: str, change: AccountChange, password: str, origin: Origin) -> Account:
        """Return the account as it is now. Raises Invalid, Forbidden, NotFound, AlreadyExists, Exhausted."""
        checked = AccountChange(
            email=normal_email(change.email),
            name=line(change.name, "name"),
            role=check_role(change.role),
            profile_image_url=changed_picture(change.profile_image_url, user_id, DEFAULT_PICTURE),
        )
        if password:
            new_hash = await self._passwords.hash(new_password(self._policy, password))
            checked = replace(checked, password_hash=new_hash)
        event = AuditEvent("user.updated", origin, user_id)
        account, _ = await self._accounts.change(user_id, checked, origin.actor_id, event)
        # Also where no session ends: gateways remember for seconds what a person may do.
        await self._announcements.revoked(user_id, None)
        return account


class DeleteUser:
    """Deletes an account with its sessions and keys."""

    def __init__(self, accounts: Accounts, announcements: Announcements) -> None:
        self._accounts = accounts
        self._announcements = announcements

    async def __call__(self, user_id: str, origin: Origin) -> None:
        """Raises Forbidden, NotFound."""
        await self._accounts.delete(user_id, origin.actor_id, AuditEvent("user.deleted", origin, user_id))
        await self._announcements.revoked(user_id, None)
