"""Who is asking, as far as access to what people share is concerned."""

from owui_chassis.access_control import Caller
from owui_chassis.identity import Principal


class Callers:
    """Administrators are unrestricted, unless `bypass` is off."""

    def __init__(self, *, bypass: bool) -> None:
        self._bypass = bypass

    def __call__(self, principal: Principal) -> Caller:
        """Return who is asking."""
        return Caller(
            user_id=principal.user_id,
            group_ids=frozenset(principal.group_ids),
            unrestricted=principal.is_admin and self._bypass,
        )
