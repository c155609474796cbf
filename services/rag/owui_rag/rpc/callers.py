"""Who is asking, as far as files and knowledge are concerned."""

from typing import Any, Protocol

from owui_chassis.access_control import Caller
from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden
from owui_chassis.identity import Principal

from owui_rag.domain.quotas import Quota, quota_of
from owui_rag.domain.texts import PROHIBITED

# The settings as they are now, by attribute.
Values = Any


class Callers:
    """Turns the current principal into what the use cases ask for."""

    def __init__(self, values: Values) -> None:
        self.values = values

    def caller(self, principal: Principal | None = None) -> Caller:
        """Return who is asking; administrators are unrestricted unless the settings say otherwise."""
        principal = principal or current_principal()
        unrestricted = principal.is_admin and bool(self.values.bypass_admin_access_control)
        return Caller(
            user_id=principal.user_id, group_ids=frozenset(principal.group_ids), unrestricted=unrestricted
        )

    def quota(self) -> Quota:
        """Return how much the caller may keep."""
        principal = current_principal()
        return quota_of(self.values, principal.group_ids, is_admin=principal.is_admin)


class Patience(Protocol):
    """What a method can know about its deadline."""

    def time_remaining(self) -> float | None:
        """Return the seconds until the deadline; None without one."""


def seconds_to_wait(context: Patience, wanted: float) -> float:
    """Return how long a call may wait for something and still be answered before its deadline."""
    left = context.time_remaining()
    return wanted if left is None else max(0.0, min(wanted, left * 0.7))


def require_admin() -> Principal:
    """Return the caller; raise Forbidden unless he is an administrator."""
    principal = current_principal()
    if not principal.is_admin:
        raise Forbidden(PROHIBITED, "admin_required")
    return principal
