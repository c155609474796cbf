"""Parts of the product that administrators switch off for everybody, or permit only to some."""

from typing import Protocol

from owui_chassis.call import current_principal
from owui_chassis.errors import Forbidden
from owui_chassis.identity import Principal

from owui_chat.domain.texts import PROHIBITED


class Switches(Protocol):
    """What an administrator has switched on."""

    async def is_on(self, feature: str) -> bool:
        """Tell whether "folders" or "notes" are on; raise Unavailable when nobody can say."""


class Features:
    """Asked for with each call: who is refused here has no other way to what is switched off."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    async def has(self, principal: Principal, feature: str) -> bool:
        """Tell whether somebody may use "folders" or "notes"."""
        return principal.may(f"features.{feature}") and await self._switches.is_on(feature)

    async def require(self, feature: str) -> Principal:
        """Return who is calling; raise Forbidden unless he may use it."""
        principal = current_principal()
        # The gateway asks the same by the access option; whoever comes another way is asked here.
        if not principal.may(f"features.{feature}"):
            raise Forbidden(PROHIBITED, "permission_missing")
        if not await self._switches.is_on(feature):
            raise Forbidden(
                f"{feature.capitalize()} are switched off on this installation", f"{feature}_disabled"
            )
        return principal
