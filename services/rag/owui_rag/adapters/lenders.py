"""Asks auth what those may who lend documents to others and are not there themselves."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from owui.auth.v1 import identity_service_pb2 as pb
from owui_chassis.access_control import Caller
from owui_chassis.errors import NotFound

# A right that is taken away ends for borrowers, too, as soon as credentials are looked at again elsewhere.
_KEPT_SECONDS = 5.0
_KEPT_LENDERS = 1000
_PATIENCE_SECONDS = 5.0


class Lenders:
    """`identities` is a stub of auth's IdentityService; `bypass_admin` gives the setting as it is now."""

    def __init__(self, identities: Any, bypass_admin: Callable[[], bool]) -> None:
        self._identities = identities
        self._bypass_admin = bypass_admin
        self._known: OrderedDict[str, tuple[float, Caller | None]] = OrderedDict()

    async def of(self, user_id: str) -> Caller | None:
        """Return what a person may read; None when there is no such person, or one without access.

        Raises Unavailable when auth is away.
        """
        ends, lender = self._known.get(user_id, (0.0, None))
        if ends > time.monotonic():
            return lender
        lender = await self._ask(user_id)
        self._known[user_id] = (time.monotonic() + _KEPT_SECONDS, lender)
        self._known.move_to_end(user_id)
        while len(self._known) > _KEPT_LENDERS:
            self._known.popitem(last=False)
        return lender

    async def _ask(self, user_id: str) -> Caller | None:
        request = pb.DescribeAccountRequest(user_id=user_id)
        try:
            found = await self._identities.DescribeAccount(request, timeout=_PATIENCE_SECONDS)
        except NotFound:
            return None
        if found.role == "pending":
            return None
        unrestricted = found.role == "admin" and self._bypass_admin()
        return Caller(user_id=user_id, group_ids=frozenset(found.group_ids), unrestricted=unrestricted)
