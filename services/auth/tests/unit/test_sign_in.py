"""Signing in by address and password."""

import pytest
from owui_auth.domain.account import NewAccount
from owui_auth.domain.audit import AuditEvent, Origin
from owui_auth.usecases.sessions import OpenSession, SignIn
from owui_chassis.errors import Exhausted, Forbidden, Unauthenticated

from .fakes import FakeAccounts, FakeAttempts, FakeAudit, FakePasswords, FakePolicy, FakeSessions, FakeTokens

ORIGIN = Origin(address="192.0.2.1")


class House:
    """The use case, and what stands behind it."""

    def __init__(self, limit=1000, **policy):
        self.accounts, self.passwords, self.audit = FakeAccounts(), FakePasswords(), FakeAudit()
        self.attempts, self.sessions, self.policy = FakeAttempts(limit), FakeSessions(), FakePolicy(**policy)
        opening = OpenSession(self.sessions, FakeTokens(), self.policy, lambda: 1000)
        self.sign_in = SignIn(
            accounts=self.accounts,
            passwords=self.passwords,
            attempts=self.attempts,
            audit=self.audit,
            open_session=opening,
            policy=self.policy,
        )

    async def add(self, password_hash):
        account = NewAccount(
            id="ada",
            email="ada@example.com",
            name="Ada",
            role="user",
            profile_image_url="/user.png",
            password_hash=password_hash,
            created_at=1,
        )
        await self.accounts.add(account, "", AuditEvent("added", ORIGIN))


class TestSignIn:
    async def test_opens_a_session_that_ends_when_the_installation_says(self):
        house = House()
        await house.add("new:secret")
        signed_in = await house.sign_in("Ada@Example.com ", "secret", ORIGIN)
        assert signed_in.session.expires_at == 1000 + 28 * 86_400
        assert signed_in.session.address == "192.0.2.1"
        assert [event.action for event in house.sessions.events] == ["sign_in.succeeded"]

    async def test_sessions_may_last_for_ever(self):
        house = House(jwt_expires_in=None)
        await house.add("new:secret")
        assert (await house.sign_in("ada@example.com", "secret", ORIGIN)).session.expires_at is None

    async def test_a_wrong_password_is_refused_and_written_down_without_it(self):
        house = House()
        await house.add("new:secret")
        with pytest.raises(Unauthenticated):
            await house.sign_in("ada@example.com", "guess", ORIGIN)
        (event,) = house.audit.events
        assert (event.action, event.subject_id) == ("sign_in.failed", "ada")
        assert "guess" not in str(event)
        assert not house.sessions.stored

    @pytest.mark.parametrize("email", ["nobody@example.com", "no address"])
    async def test_unknown_accounts_cost_a_verification_too(self, email):
        house = House()
        with pytest.raises(Unauthenticated):
            await house.sign_in(email, "guess", ORIGIN)
        assert house.passwords.verified == [""]

    async def test_passwords_of_senseless_length_are_never_hashed(self):
        house = House()
        await house.add("new:secret")
        for password in ("", "x" * 1_000_000):
            with pytest.raises(Unauthenticated):
                await house.sign_in("ada@example.com", password, ORIGIN)
        assert house.passwords.verified == []

    async def test_old_hashes_are_replaced(self):
        house = House()
        await house.add("old:secret")
        await house.sign_in("ada@example.com", "secret", ORIGIN)
        assert house.accounts.hashes["ada"] == "new:secret"

    async def test_a_busy_moment_leaves_the_old_hash_for_the_next_time(self):
        house = House()
        await house.add("old:secret")
        house.passwords.busy = True
        assert (await house.sign_in("ada@example.com", "secret", ORIGIN)).account.id == "ada"
        assert house.accounts.hashes["ada"] == "old:secret"

    async def test_limits_hold_before_the_password_is_looked_at(self):
        house = House(limit=2)
        await house.add("new:secret")
        for _ in range(2):
            with pytest.raises(Unauthenticated):
                await house.sign_in("ada@example.com", "guess", ORIGIN)
        with pytest.raises(Exhausted):
            await house.sign_in("ada@example.com", "secret", ORIGIN)
        assert len(house.passwords.verified) == 2

    async def test_right_passwords_do_not_count(self):
        house = House(limit=1)
        await house.add("new:secret")
        for _ in range(5):
            await house.sign_in("ada@example.com", "secret", ORIGIN)

    async def test_can_be_switched_off(self):
        house = House(enable_password_auth=False)
        await house.add("new:secret")
        with pytest.raises(Forbidden):
            await house.sign_in("ada@example.com", "secret", ORIGIN)
