"""What the use cases need from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Protocol

from owui_auth.domain.account import Account, AccountChange, NewAccount, Profile
from owui_auth.domain.api_keys import ApiKey
from owui_auth.domain.audit import AuditEvent
from owui_auth.domain.groups import Group
from owui_auth.domain.listing import Listing
from owui_auth.domain.sessions import Session, TokenClaims


class Policy(Protocol):
    """What administrators decided; the values may change at any time."""

    @property
    def enable_signup(self) -> bool: ...
    @property
    def enable_initial_admin_signup(self) -> bool: ...
    @property
    def enable_login_form(self) -> bool: ...
    @property
    def enable_password_auth(self) -> bool: ...
    @property
    def default_user_role(self) -> str: ...
    @property
    def default_group_id(self) -> str: ...
    @property
    def jwt_expires_in(self) -> timedelta | None: ...
    @property
    def password_min_length(self) -> int: ...
    @property
    def enable_password_validation(self) -> bool: ...
    @property
    def password_validation_pattern(self) -> str: ...
    @property
    def enable_api_keys(self) -> bool: ...
    @property
    def enable_api_keys_endpoint_restrictions(self) -> bool: ...
    @property
    def api_keys_allowed_endpoints(self) -> str: ...
    @property
    def user_permissions(self) -> dict[str, dict[str, bool]]: ...

    async def set(self, by: str = "", **values: Any) -> None:
        """Store new values for all replicas."""


class Clock(Protocol):
    """The time."""

    def __call__(self) -> int:
        """Return epoch seconds."""


@dataclass(frozen=True, kw_only=True)
class CredentialOwner:
    """What one look-up tells about a credential and the account behind it."""

    credential_id: str
    user_id: str
    name: str
    email: str
    role: str
    epoch: int
    credential_epoch: int
    expires_at: int | None
    revoked: bool
    last_used_at: int | None
    last_active_at: int
    group_ids: tuple[str, ...]
    group_permissions: tuple[dict[str, Any], ...]


class Accounts(Protocol):
    """The stored accounts."""

    async def exist(self) -> bool:
        """Whether there is any account."""

    async def add(self, account: NewAccount, group_id: str, event: AuditEvent) -> Account:
        """Store an account; raise AlreadyExists when its address is taken."""

    async def add_first(self, account: NewAccount, event: AuditEvent) -> Account | None:
        """Store the account if it is the first one; None when another was faster."""

    async def find(self, user_id: str) -> Account:
        """Return an account; raise NotFound."""

    async def picture(self, user_id: str) -> tuple[str, str]:
        """Return the name of an account and its picture as it is stored; raise NotFound."""

    async def find_with_password(self, email: str) -> tuple[Account, str] | None:
        """Return the account of an address with its password hash."""

    async def password_hash(self, user_id: str) -> str:
        """Return the password hash of an account; empty when it has none."""

    async def replace_hash(self, user_id: str, old: str, new: str) -> None:
        """Store the hash of the same password in a better form, unless it has changed meanwhile."""

    async def set_password(self, user_id: str, password_hash: str, event: AuditEvent) -> None:
        """Store a new password hash and raise the epoch."""

    async def set_profile(self, user_id: str, profile: Profile) -> Account:
        """Store what a person tells about themselves."""

    async def change(
        self, user_id: str, change: AccountChange, origin_actor: str, event: AuditEvent
    ) -> tuple[Account, bool]:
        """Store new values; tell whether the epoch was raised. Raises Forbidden, NotFound, AlreadyExists."""

    async def delete(self, user_id: str, actor_id: str, event: AuditEvent) -> None:
        """Delete an account and remember that this has to be announced. Raises Forbidden, NotFound."""


class Sessions(Protocol):
    """The stored sessions."""

    async def add(self, session: Session, event: AuditEvent | None) -> None:
        """Store a session."""

    async def find(self, session_id: str) -> Session | None:
        """Return a session."""

    async def revoke(self, session_id: str, now: int, event: AuditEvent) -> bool:
        """Make a session worthless; False when it was already."""

    async def owners(self, session_ids: Sequence[str]) -> Mapping[str, CredentialOwner]:
        """Return who is behind sessions, by their identifiers."""


class ApiKeys(Protocol):
    """The stored API keys."""

    async def add(self, key: ApiKey, digest: bytes, event: AuditEvent) -> None:
        """Store a key; raise Exhausted when the owner has too many."""

    async def replace_account_key(
        self, key: ApiKey, digest: bytes, sealed: str, event: AuditEvent
    ) -> str | None:
        """Store the account key in place of the one before; return the identifier of that one."""

    async def account_key(self, user_id: str) -> tuple[str, str] | None:
        """Return identifier and sealed secret of the account key."""

    async def list(self, user_id: str) -> Sequence[ApiKey]:
        """Return the keys of an account, newest first."""

    async def delete(self, user_id: str, key_id: str, event: AuditEvent) -> None:
        """Delete a key; raise NotFound when the account has no such key."""

    async def owner(self, digest: bytes) -> CredentialOwner | None:
        """Return who is behind a key."""


class Groups(Protocol):
    """The stored groups."""

    async def permissions(self, user_id: str) -> Sequence[dict[str, Any]]:
        """Return the permission trees of an account's groups."""

    async def list(self, member_id: str | None = None, share: bool | None = None) -> Sequence[Group]:
        """Return groups, last changed first: all, or those of a member; with or without sharing."""

    async def find(self, group_id: str) -> Group:
        """Return a group; raise NotFound."""

    async def members(self, group_id: str) -> Sequence[Account]:
        """Return the members by name."""

    async def add(self, group: Group, event: AuditEvent) -> Group:
        """Store a group; raise AlreadyExists when its name is taken."""

    async def change(self, group: Group, event: AuditEvent) -> Group:
        """Store new values; absent JSON keeps the stored one."""

    async def delete(self, group_id: str, event: AuditEvent) -> None:
        """Delete a group; its members stay."""

    async def add_members(self, group_id: str, user_ids: Sequence[str], event: AuditEvent) -> Group:
        """Add the accounts that exist."""

    async def remove_members(self, group_id: str, user_ids: Sequence[str], event: AuditEvent) -> Group:
        """Remove accounts."""


class Directory(Protocol):
    """Lists and counts of people."""

    async def list(self, listing: Listing) -> tuple[Sequence[Account], int]:
        """Return a page of accounts and the number of all that match."""

    async def count(self) -> int:
        """Return the number of accounts."""

    async def count_active(self, now: int) -> int:
        """Return the number of accounts that were seen in the last three minutes."""

    async def first_administrator(self, email: str) -> Account | None:
        """Return the administrator with an address; the first one when no address is given."""

    async def missing(self, user_ids: Sequence[str]) -> Sequence[str]:
        """Return those of these identifiers that no account has."""


class Preferences(Protocol):
    """What people store about themselves."""

    async def merge(self, user_id: str, column: Literal["settings", "info"], change: dict[str, Any]) -> str:
        """Replace the keys that `change` names; return the whole object as JSON text."""

    async def set_status(
        self, user_id: str, emoji: str | None, message: str | None, expires_at: int | None
    ) -> Account:
        """Store a status; return the account."""


class AuditLog(Protocol):
    """The append-only record of security-relevant actions."""

    async def append(self, event: AuditEvent) -> None:
        """Write an event down."""


class PasswordHashes(Protocol):
    """Slow hashes of passwords, computed beside the event loop."""

    async def hash(self, password: str) -> str:
        """Return a hash to store; raise Exhausted when too many wait."""

    async def verify(self, stored: str, password: str) -> bool:
        """Whether the password belongs to the hash; takes as long when `stored` is empty."""

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash should be replaced by one of the current kind."""


class Attempts(Protocol):
    """Counts attempts to sign in; the same verdict on every replica."""

    async def reserve(self, account: str, address: str) -> None:
        """Count an attempt; raise Exhausted with the seconds to wait when there were too many."""

    async def refund(self, account: str, address: str) -> None:
        """Take an attempt back, because it was right."""


class Tokens(Protocol):
    """Signs and verifies session tokens."""

    def sign(self, session: Session) -> str:
        """Return the token of a session; always the same one."""

    def verify(self, token: str) -> TokenClaims:
        """Return what a token says; raise Unauthenticated for any that is not ours or has ended."""


class Announcements(Protocol):
    """Tells the other processes what they must know at once; never fails."""

    async def revoked(self, user_id: str, credential_id: str | None) -> None:
        """A credential, or all of a person, are worth nothing any more."""


class Activity(Protocol):
    """Writes down signs of life beside the request, at most once a minute for each account and key."""

    def seen(self, owner: CredentialOwner, *, by_key: bool, now: int) -> None:
        """Somebody used a credential."""


class Sealer(Protocol):
    """Encrypts secrets at rest."""

    def encrypt(self, text: str) -> str:
        """Return sealed text."""

    def decrypt(self, sealed: str) -> str:
        """Return the text."""
