"""The first minutes of an installation, over gRPC."""

import asyncio
import json

import pytest
from owui.auth.v1 import public_config_service_pb2
from owui_chassis.errors import Forbidden, ServiceError
from sqlalchemy import text

CONTENDERS = 6


async def public_config(auth, credential=""):
    """Return auth's share of the public configuration."""
    request = public_config_service_pb2.GetPublicConfigRequest()
    return await auth.call(auth.public.GetPublicConfig, request, credential)


class TestOnboarding:
    async def test_of_many_first_sign_ups_at_once_exactly_one_becomes_an_account(self, auth):
        before = await public_config(auth)
        assert (before.onboarding, before.enable_signup) == (True, True)
        results = await asyncio.gather(
            *(auth.sign_up(f"contender{number}@example.com") for number in range(CONTENDERS)),
            return_exceptions=True,
        )
        winners = [result for result in results if not isinstance(result, ServiceError)]
        assert [winner.role for winner in winners] == ["admin"]
        assert all(isinstance(result, Forbidden) for result in results if isinstance(result, ServiceError))
        async with auth.database.connect() as connection:
            rows = (await connection.execute(text('SELECT role FROM "user"'))).scalars().all()
            closed = text("SELECT value FROM setting WHERE name = 'ui.enable_signup'")
            stored = (await connection.execute(closed)).scalar()
        assert rows == ["admin"]
        assert stored == "false"
        with pytest.raises(Forbidden):
            await auth.sign_up("late@example.com")
        await self.check_public_config(auth, winners[0].token)

    async def check_public_config(self, auth, admin):
        after = await public_config(auth)
        assert (after.onboarding, after.enable_signup) == (False, False)
        assert not after.HasField("signed_in")
        assert not after.HasField("pending_overlay")
        signed_in = (await public_config(auth, admin)).signed_in
        assert (signed_in.user_count, signed_in.active_entries) == (1, 1)
        assert json.loads(signed_in.permissions)["chat"]["delete"] is True
