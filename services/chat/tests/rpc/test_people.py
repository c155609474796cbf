"""What chat asks auth: names once, and what is switched on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from owui_chassis.errors import Unavailable
from owui_chassis.grpc.client import RemoteChannels
from owui_chat.adapters.people import AuthNames, AuthSwitches


@pytest_asyncio.fixture
async def channel(platform: Any) -> AsyncIterator[Any]:
    """A channel to auth, where everything is switched on and nobody is known."""
    platform.auth.clear()
    async with RemoteChannels(platform.environ) as channels:
        yield channels("auth")
    platform.auth.clear()


class TestNames:
    async def test_are_asked_for_once(self, platform: Any, channel: Any) -> None:
        platform.auth.names = {"a": "Ada", "b": "Bob"}
        names = AuthNames(channel)
        assert await names.of({"a", "gone"}) == {"a": "Ada"}
        assert await names.of({"a", "b", "gone"}) == {"a": "Ada", "b": "Bob"}
        assert sorted(platform.auth.asked) == ["a", "b", "gone"]

    async def test_are_left_out_while_nobody_can_be_asked(self, platform: Any, channel: Any) -> None:
        platform.auth.names = {"a": "Ada"}
        names = AuthNames(channel)
        platform.auth.failure = Unavailable("auth is away", "away")
        assert await names.of({"a"}) == {}
        platform.auth.failure = None
        assert await names.of({"a"}) == {"a": "Ada"}


class TestSwitches:
    async def test_are_those_of_auth(self, platform: Any, channel: Any) -> None:
        platform.auth.switches = {"enable_folders": False, "enable_notes": True}
        switches = AuthSwitches(channel)
        assert (await switches.is_on("folders"), await switches.is_on("notes")) == (False, True)

    async def test_are_not_guessed(self, platform: Any, channel: Any) -> None:
        platform.auth.failure = Unavailable("auth is away", "away")
        with pytest.raises(Unavailable):
            await AuthSwitches(channel).is_on("folders")
