"""Whose something is, as the caller may see it."""

from collections.abc import Iterable

from owui.rag.v1.file_pb2 import Owner
from owui_chassis.call import current_principal

from owui_rag.ports import OwnerNames


async def owner_messages(names: OwnerNames, user_ids: Iterable[str]) -> dict[str, Owner]:
    """Return who these people are; those whose accounts are gone are left out.

    E-mail addresses of others are nobody's business.
    """
    principal = current_principal()
    wanted = set(user_ids) - {principal.user_id}
    found = {user_id: Owner(id=user_id, name=name) for user_id, name in (await names.of(wanted)).items()}
    found[principal.user_id] = Owner(
        id=principal.user_id, name=principal.name, role=principal.role, email=principal.email
    )
    return found
