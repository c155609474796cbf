"""Rows of the workspace: what people say about models, and who may read and write them."""

from collections.abc import Mapping
from typing import Any

import msgspec

MAXIMUM_ID_LENGTH = 256


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as far as access to models depends on it; `unrestricted` callers may use every model."""

    user_id: str
    group_ids: frozenset[str] = frozenset()
    unrestricted: bool = False


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


def admits(rule: Any, caller: Caller) -> bool:
    """Whether a read or write rule {"group_ids": […], "user_ids": […]} names the caller."""
    if not isinstance(rule, Mapping):
        return False
    users = rule.get("user_ids")
    groups = rule.get("group_ids")
    if isinstance(users, list) and caller.user_id in users:
        return True
    return isinstance(groups, list) and any(group in caller.group_ids for group in groups)
