"""Who may read and write what people have made: the access control of the public interface.

An access control is null (everybody may read), {} (the owner alone) or
{"read": {"group_ids": […], "user_ids": […]}, "write": {…}}; neither right includes the other.
"""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Right = Literal["read", "write"]


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks, as far as access depends on it; `unrestricted` callers may do everything."""

    user_id: str
    group_ids: frozenset[str] = frozenset()
    unrestricted: bool = False


def admits(rule: Any, caller: Caller) -> bool:
    """Whether a read or write rule {"group_ids": […], "user_ids": […]} names the caller."""
    if not isinstance(rule, Mapping):
        return False
    users = rule.get("user_ids")
    groups = rule.get("group_ids")
    if isinstance(users, list) and caller.user_id in users:
        return True
    return isinstance(groups, list) and any(group in caller.group_ids for group in groups)


def problem_of(control: Mapping[str, Any] | None) -> str | None:
    """Return in one sentence what is wrong with an access control; None when nothing is."""
    for right in ("read", "write"):
        rule = (control or {}).get(right)
        if rule is None:
            continue
        lists = (
            [rule.get(name, []) for name in ("group_ids", "user_ids")] if isinstance(rule, dict) else [None]
        )
        if not all(isinstance(ids, list) and all(isinstance(one, str) for one in ids) for ids in lists):
            return f"access_control.{right} has to hold lists of group_ids and user_ids."
    return None


def granted(table: str, right: Right) -> str:
    """Return the SQL condition that a row's column access_control names the caller for a right.

    It is null where the row has no access control. `table` is a name or alias of our own; the parameters are
    those of `sql_values`.
    """
    control = f"{table}.access_control"
    return (
        f"(jsonb_exists({control} #> '{{{right},user_ids}}', :user_id)"
        f" OR jsonb_exists_any({control} #> '{{{right},group_ids}}', CAST(:group_ids AS text[])))"
    )


def allowed(table: str, right: Right) -> str:
    """Return the SQL condition that the caller has a right to a row with columns user_id and access_control.

    Unrestricted callers and the owner have every right; a row without access control is read by everybody.
    """
    anybody = f" OR {table}.access_control IS NULL" if right == "read" else ""
    return f"(:unrestricted OR {table}.user_id = :user_id{anybody} OR {granted(table, right)})"


def sql_values(caller: Caller) -> dict[str, Any]:
    """Return the parameters of these conditions."""
    return {
        "unrestricted": caller.unrestricted,
        "user_id": caller.user_id,
        "group_ids": sorted(caller.group_ids),
    }
