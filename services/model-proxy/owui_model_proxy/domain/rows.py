"""Rows of the workspace: what people say about models, and who may read and write them."""

from typing import Any

import msgspec
from owui_chassis.access_control import Caller, admits

MAXIMUM_ID_LENGTH = 256


class ModelRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table `model`."""

    id: str
    user_id: str
    base_model_id: str | None
    name: str
    params: dict[str, Any]
    meta: dict[str, Any]
    access_control: dict[str, Any] | None
    is_active: bool
    updated_at: int
    created_at: int
    # Whether an administrator has put this model on its base, and so lends access to the base with it.
    lends_base: bool = False

    def readable_by(self, caller: Caller) -> bool:
        """Whether the caller may use and read it."""
        return caller.unrestricted or self._admits(caller, "read")

    def writable_by(self, caller: Caller) -> bool:
        """Whether the caller may change it; neither right includes the other."""
        return caller.unrestricted or self._admits(caller, "write")

    def _admits(self, caller: Caller, right: str) -> bool:
        if caller.user_id == self.user_id:
            return True
        if self.access_control is None:
            return right == "read"
        return admits(self.access_control.get(right), caller)
