"""Which changes of an account end its sessions."""

from dataclasses import replace

import pytest
from owui_auth.domain.account import Account, AccountChange

BEFORE = Account(id="u1", number=2, email="ada@example.com", name="Ada", role="user")
SAME = AccountChange(email=BEFORE.email, name="Ada", role="user", profile_image_url=None)


class TestAccountChange:
    def test_approval_and_promotion_keep_people_signed_in(self) -> None:
        assert not SAME.ends_sessions(replace(BEFORE, role="pending"))
        assert not replace(SAME, role="admin").ends_sessions(BEFORE)

    @pytest.mark.parametrize(
        "change",
        [
            replace(SAME, role="pending"),
            replace(SAME, email="lovelace@example.com"),
            replace(SAME, password_hash="a new one"),
        ],
    )
    def test_fewer_rights_another_address_or_password_end_sessions(self, change: AccountChange) -> None:
        assert change.ends_sessions(BEFORE)

    def test_a_new_name_ends_nothing(self) -> None:
        assert not replace(SAME, name="Ada Lovelace").ends_sessions(BEFORE)
