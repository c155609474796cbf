"""What auth knows: which parts of the product are switched on, and what people are called."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Collection

from owui.auth.v1.public_config_service_pb2 import GetPublicConfigRequest
from owui.auth.v1.public_config_service_pb2_grpc import PublicConfigServiceStub
from owui.auth.v1.user_service_pb2 import GetUserRequest
from owui.auth.v1.user_service_pb2_grpc import UserServiceStub
from owui_chassis.errors import NotFound, ServiceError
from owui_chassis.grpc.channel import Channel

_SECONDS = 2.0
# As long as a changed setting may take to reach all replicas.
_SWITCHES_KEPT_SECONDS = 1.0
_NAMES_KEPT_SECONDS = 60.0
_NAMES_KEPT = 10_000
_ASKED_AT_ONCE = 60


class AuthSwitches:
    """Asks in the name of the caller of the current call; the answer is the same for everybody."""

    def __init__(self, channel: Channel) -> None:
        self._stub = PublicConfigServiceStub(channel)
        self._known: dict[str, bool] = {}
        self._until = 0.0

    async def is_on(self, feature: str) -> bool:
        """Tell whether "folders" or "notes" are on; raise Unavailable when auth is away."""
        if self._until < time.monotonic():
            found = await self._stub.GetPublicConfig(GetPublicConfigRequest(), timeout=_SECONDS)
            if not found.HasField("signed_in"):
                # Auth tells nothing to somebody whose account waits for approval.
                return False
            switches = found.signed_in
            self._known = {"folders": switches.enable_folders, "notes": switches.enable_notes}
            self._until = time.monotonic() + _SWITCHES_KEPT_SECONDS
        return self._known[feature]


class AuthNames:
    """Remembers names, and whose account is gone, for a while."""

    def __init__(self, channel: Channel) -> None:
        self._stub = UserServiceStub(channel)
        self._kept: OrderedDict[str, tuple[str | None, float]] = OrderedDict()

    async def of(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of those of these people who have an account, as far as auth can be asked."""
        unknown = [one for one in user_ids if self._remembered(one) is None]
        for start in range(0, len(unknown), _ASKED_AT_ONCE):
            await asyncio.gather(*map(self._ask, unknown[start : start + _ASKED_AT_ONCE]))
        found = {one: self._remembered(one) for one in user_ids}
        return {one: kept[0] for one, kept in found.items() if kept and kept[0] is not None}

    def _remembered(self, user_id: str) -> tuple[str | None, float] | None:
        kept = self._kept.get(user_id)
        return kept if kept and kept[1] > time.monotonic() else None

    async def _ask(self, user_id: str) -> None:
        name: str | None = None
        try:
            name = (await self._stub.GetUser(GetUserRequest(user_id=user_id), timeout=_SECONDS)).user.name
        except NotFound:
            pass
        except ServiceError:
            # A list without a name is better than none.
            return
        self._kept[user_id] = (name, time.monotonic() + _NAMES_KEPT_SECONDS)
        self._kept.move_to_end(user_id)
        if len(self._kept) > _NAMES_KEPT:
            self._kept.popitem(last=False)
