"""What administrators decide: switches, default permissions, groups."""

import uuid
from collections.abc import Sequence
from typing import Any

from owui_chassis.errors import Invalid, NotFound

from owui_auth.domain.account import check_role
from owui_auth.domain.audit import AuditEvent, Origin
from owui_auth.domain.groups import Group, GroupDraft
from owui_auth.domain.permissions import FORM_DEFAULTS, PermissionTree, overlaid
from owui_auth.domain.texts import identifier, line, optional_text
from owui_auth.ports import AuditLog, Groups, Policy

_TEXT_CHARACTERS = 20_000
_SHORTEST_SESSION_SECONDS = 60


class Decide:
    """Changes settings and default permissions, with an audit event that names what changed."""

    def __init__(self, policy: Policy, audit: AuditLog) -> None:
        self._policy = policy
        self._audit = audit

    async def change_switches(self, values: dict[str, Any], origin: Origin) -> None:
        """Store new values by attribute name. Raises Invalid."""
        check_role(values["default_user_role"])
        lifetime = values["jwt_expires_in"]
        if lifetime is not None and lifetime.total_seconds() < _SHORTEST_SESSION_SECONDS:
            raise Invalid(
                "JWT_EXPIRES_IN: a session has to last a minute at least; -1 is for ever", "too_short"
            )
        for name, value in values.items():
            if isinstance(value, str):
                optional_text(value, name.upper(), _TEXT_CHARACTERS, lines=True)
        changed = sorted(name for name, value in values.items() if getattr(self._policy, name) != value)
        if changed:
            await self._policy.set(by=origin.actor_id, **{name: values[name] for name in changed})
            await self._audit.append(AuditEvent("settings.changed", origin, "", {"settings": changed}))

    async def change_default_permissions(self, wanted: PermissionTree, origin: Origin) -> PermissionTree:
        """Store what everybody may do; a switch that is left out takes the default of the form."""
        tree = overlaid(FORM_DEFAULTS, wanted)
        await self._policy.set(by=origin.actor_id, user_permissions=tree)
        await self._audit.append(AuditEvent("permissions.changed", origin, "", {"permissions": tree}))
        return tree


class ManageGroups:
    """Makes, changes and deletes groups."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups

    async def create(self, draft: GroupDraft, origin: Origin) -> Group:
        """Return the new group. Raises Invalid, AlreadyExists."""
        group = _group(str(uuid.uuid4()), draft, origin)
        event = AuditEvent("group.created", origin, group.id, {"name": group.name})
        return await self._groups.add(group, event)

    async def change(self, group_id: str, draft: GroupDraft, origin: Origin) -> Group:
        """Return the group as it is now; absent JSON keeps the stored one.

        Raises Invalid, NotFound, AlreadyExists.
        """
        group = _group(identifier(group_id), draft, origin)
        details = {"name": group.name, "permissions": draft.permissions is not None}
        return await self._groups.change(group, AuditEvent("group.updated", origin, group.id, details))

    async def delete(self, group_id: str, origin: Origin) -> None:
        """Raises NotFound."""
        await self._groups.delete(identifier(group_id), AuditEvent("group.deleted", origin, group_id))

    async def add_members(self, group_id: str, user_ids: Sequence[str], origin: Origin) -> Group:
        """Return the group as it is now; identifiers of nobody are left out. Raises NotFound."""
        users = possible(user_ids)
        event = AuditEvent("group.members_added", origin, group_id, {"users": users})
        return await self._groups.add_members(identifier(group_id), users, event)

    async def remove_members(self, group_id: str, user_ids: Sequence[str], origin: Origin) -> Group:
        """Return the group as it is now. Raises NotFound."""
        users = possible(user_ids)
        event = AuditEvent("group.members_removed", origin, group_id, {"users": users})
        return await self._groups.remove_members(identifier(group_id), users, event)


def _group(group_id: str, draft: GroupDraft, origin: Origin) -> Group:
    return Group(
        id=group_id,
        user_id=origin.actor_id,
        name=line(draft.name, "name"),
        description=optional_text(draft.description, "description", _TEXT_CHARACTERS, lines=True) or "",
        data=draft.data,
        permissions=draft.permissions,
    )


def possible(user_ids: Sequence[str]) -> list[str]:
    """Return the identifiers that can be looked up at all."""
    found = []
    for user_id in user_ids:
        try:
            found.append(identifier(user_id))
        except NotFound:
            continue
    return found
