"""Asks auth for the names of people."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from owui.auth.v1 import user_service_pb2 as pb
from owui_chassis.errors import NotFound, ServiceError

_KEPT_SECONDS = 60.0
_KEPT_NAMES = 10_000
_AT_ONCE = 30
_PATIENCE_SECONDS = 2.0


class RememberedNames:
    """Names are remembered for a minute; `users` is a stub of auth's UserService."""

    def __init__(self, users: Any) -> None:
        self._users = users
        self._known: OrderedDict[str, tuple[float, str | None]] = OrderedDict()

    async def of(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of those of these people who have an account, as far as auth can be asked."""
        now = time.monotonic()
        new = [user_id for user_id in user_ids if self._known.get(user_id, (0.0, None))[0] < now]
        await asyncio.gather(*(self._ask(user_id) for user_id in new[:_AT_ONCE]))
        names = {user_id: self._known.get(user_id, (0.0, None))[1] for user_id in user_ids}
        return {user_id: name for user_id, name in names.items() if name is not None}

    async def _ask(self, user_id: str) -> None:
        try:
            request = pb.GetUserRequest(user_id=user_id)
            name = (await self._users.GetUser(request, timeout=_PATIENCE_SECONDS)).user.name
        except NotFound:
            name = None
        except ServiceError:
            # A list without names is better than none.
            return
        self._known[user_id] = (time.monotonic() + _KEPT_SECONDS, name)
        self._known.move_to_end(user_id)
        while len(self._known) > _KEPT_NAMES:
            self._known.popitem(last=False)
