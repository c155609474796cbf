"""Creating the account of a stranger."""

import pytest
from owui_auth.domain.audit import Origin
from owui_auth.usecases.sessions import OpenSession, SignUp
from owui_chassis.errors import Exhausted, Forbidden, Invalid

from .fakes import FakeAccounts, FakeAttempts, FakePasswords, FakePolicy, FakeSessions, FakeTokens

PASSWORD = "long enough"
ORIGIN = Origin(address="192.0.2.1")


def make(accounts=None, policy=None, attempts=None):
    """Return the use case with what stands behind it."""
    accounts, policy = accounts or FakeAccounts(), policy or FakePolicy()
    clock = lambda: 1000  # noqa: E731 - the shortest clock there is
    sign_up = SignUp(
        accounts=accounts,
        passwords=FakePasswords(),
        attempts=attempts or FakeAttempts(),
        open_session=OpenSession(FakeSessions(), FakeTokens(), policy, clock),
        policy=policy,
        clock=clock,
    )
    return sign_up, accounts, policy


async def sign(sign_up, email="a@example.com", *, password=PASSWORD, name="Ada"):
    """Sign somebody up."""
    return await sign_up(name, email, password, None, ORIGIN)


class TestSignUp:
    async def test_the_first_account_becomes_administrator_and_closes_sign_up(self):
        sign_up, _, policy = make()
        first = await sign(sign_up)
        assert first.account.role == "admin"
        assert policy.enable_signup is False
        with pytest.raises(Forbidden):
            await sign(sign_up, "b@example.com")

    async def test_who_was_overtaken_on_the_first_sign_up_is_refused(self):
        sign_up, accounts, _ = make(FakeAccounts(overtaken=True))
        with pytest.raises(Forbidden):
            await sign(sign_up)
        assert not accounts.by_email

    async def test_others_get_the_default_role_and_group(self):
        sign_up, _, policy = make()
        await sign(sign_up)
        policy.enable_signup, policy.default_user_role, policy.default_group_id = True, "user", "everybody"
        other = await sign(sign_up, "b@example.com")
        assert (other.account.role, other.account.group_ids) == ("user", ("everybody",))

    async def test_an_unknown_default_role_means_pending(self):
        sign_up, _, policy = make()
        await sign(sign_up)
        policy.enable_signup, policy.default_user_role = True, "superuser"
        assert (await sign(sign_up, "b@example.com")).account.role == "pending"

    @pytest.mark.parametrize(
        ("values", "open_"),
        [
            ({"enable_signup": False}, False),
            ({"enable_signup": False, "enable_initial_admin_signup": True}, True),
            ({"enable_login_form": False}, False),
            ({"enable_password_auth": False}, False),
        ],
    )
    async def test_the_first_sign_up_can_be_closed_too(self, values, open_):
        sign_up, accounts, _ = make(policy=FakePolicy(**values))
        if open_:
            assert (await sign(sign_up)).account.role == "admin"
        else:
            with pytest.raises(Forbidden):
                await sign(sign_up)
            assert not accounts.by_email

    @pytest.mark.parametrize(
        "values",
        [{"password": "short"}, {"password": ""}, {"email": "nobody"}, {"name": " "}, {"name": "a\nb"}],
    )
    async def test_senseless_values_store_nothing(self, values):
        sign_up, accounts, policy = make()
        with pytest.raises(Invalid):
            await sign(sign_up, **values)
        assert not accounts.by_email
        assert policy.enable_signup is True

    async def test_the_pattern_of_the_installation_holds(self):
        sign_up, _, _ = make(policy=FakePolicy(enable_password_validation=True))
        with pytest.raises(Invalid):
            await sign(sign_up, password="no digit here")
        assert await sign(sign_up, password="1 digit here")

    async def test_too_many_accounts_from_one_address_are_refused(self):
        sign_up, _, policy = make(attempts=FakeAttempts(limit=1))
        await sign(sign_up)
        policy.enable_signup = True
        with pytest.raises(Exhausted):
            await sign(sign_up, "b@example.com")
