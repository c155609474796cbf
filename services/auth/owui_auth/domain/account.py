"""People with an account, and the rules about their roles."""

from dataclasses import dataclass
from datetime import date

from owui_chassis.errors import Forbidden, Invalid

ROLES = ("pending", "user", "admin")
DEFAULT_PICTURE = "/user.png"
ACTIVE_SECONDS = 180
PROHIBITED = "The first and the last administrator cannot be demoted or deleted"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person with an account. Times are epoch seconds; JSON values are text.

    `profile_image_url` is what clients are shown: a picture kept here is shown as the path that serves it.
    """

    id: str
    number: int
    email: str
    name: str
    role: str
    profile_image_url: str = DEFAULT_PICTURE
    epoch: int = 0
    username: str | None = None
    profile_banner_image_url: str | None = None
    bio: str | None = None
    gender: str | None = None
    date_of_birth: date | None = None
    timezone: str | None = None
    presence_state: str | None = None
    status_emoji: str | None = None
    status_message: str | None = None
    status_expires_at: int | None = None
    info: str | None = None
    settings: str | None = None
    oauth: str | None = None
    last_active_at: int = 0
    updated_at: int = 0
    created_at: int = 0
    group_ids: tuple[str, ...] = ()

    def is_active(self, now: int) -> bool:
        """Whether the person was seen in the last three minutes."""
        return now - self.last_active_at < ACTIVE_SECONDS


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account that is about to be stored."""

    id: str
    email: str
    name: str
    role: str
    profile_image_url: str
    password_hash: str
    created_at: int


@dataclass(frozen=True, kw_only=True)
class AccountChange:
    """New values of an account; password and picture are None when they stay."""

    email: str
    name: str
    role: str
    profile_image_url: str | None
    password_hash: str | None = None

    def ends_sessions(self, before: Account) -> bool:
        """Whether whoever is signed in has to prove again who they are: not when they may only do more."""
        shrinks = ROLES.index(self.role) < ROLES.index(before.role)
        return shrinks or self.email != before.email or self.password_hash is not None


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a person tells about themselves; the picture is None when it stays."""

    name: str
    profile_image_url: str | None
    bio: str | None
    gender: str | None
    date_of_birth: date | None


@dataclass(frozen=True)
class Administration:
    """Who administers: the number of administrators and the account that came first."""

    administrators: int
    first_id: str


def check_role(role: str) -> str:
    """Return the role; raise Invalid for one that does not exist."""
    if role not in ROLES:
        raise Invalid(f"role: must be one of {', '.join(ROLES)}", "unknown_role")
    return role


def check_change(administration: Administration, actor_id: str, target: Account, role: str) -> None:
    """Raise Forbidden when the actor may not give the target this role, or may not touch it at all."""
    if target.id == administration.first_id and actor_id != target.id:
        raise Forbidden("Only the first administrator can change their own account", "first_administrator")
    if target.role == "admin" and role != "admin":
        _keep_administrators(administration, target)


def check_deletion(administration: Administration, actor_id: str, target: Account) -> None:
    """Raise Forbidden when the actor may not delete the target."""
    if actor_id == target.id:
        raise Forbidden("You cannot delete your own account", "own_account")
    if target.role == "admin":
        _keep_administrators(administration, target)


def _keep_administrators(administration: Administration, target: Account) -> None:
    if target.id == administration.first_id:
        raise Forbidden(PROHIBITED, "first_administrator")
    if administration.administrators <= 1:
        raise Forbidden(PROHIBITED, "last_administrator")
