"""Identity tokens: who signed them, how long they hold, what they say."""

import base64
import json

import pytest
from owui_chassis import identity
from owui_chassis.errors import Unauthenticated
from owui_chassis.identity import Identities, Principal

ADA = Principal(
    user_id="ada",
    name="Ada 漢",
    email="ada@example.org",
    role="user",
    group_ids=("g",),
    permissions=frozenset({"chat.delete"}),
    credential_id="c",
    via="api_key",
)


class TestTokens:
    def test_carry_everything(self) -> None:
        assert Identities("secret").verify(Identities("secret").sign(ADA)) == ADA

    def test_of_another_deployment_are_refused(self) -> None:
        with pytest.raises(Unauthenticated, match="signature"):
            Identities("one").verify(Identities("two").sign(ADA))

    @pytest.mark.parametrize("position", [0, 10, -1, -20])
    def test_that_were_changed_are_refused(self, position: int) -> None:
        token = Identities("secret").sign(ADA)
        index = position % len(token)
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        with pytest.raises(Unauthenticated):
            Identities("secret").verify(changed)

    @pytest.mark.parametrize("garbage", ["", ".", "a.b", "a", "é.é", "\x00", "." * 5000])
    def test_that_are_garbage_are_refused(self, garbage: str) -> None:
        with pytest.raises(Unauthenticated):
            Identities("secret").verify(garbage)

    def test_without_a_signature_are_refused(self) -> None:
        claims = [9_999_999_999, {"user_id": "root", "role": "admin"}]
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        for token in (body, f"{body}.", f"{body}.{body}"):
            with pytest.raises(Unauthenticated):
                Identities("secret").verify(token)

    def test_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        identities = Identities("secret")
        token = identities.sign(ADA)
        identities.verify(token)
        ends = identity.time.time() + identity.LIFETIME_SECONDS + 2
        monkeypatch.setattr(identity.time, "time", lambda: ends)
        for _ in range(2):
            with pytest.raises(Unauthenticated, match="expired"):
                identities.verify(token)

    def test_are_remembered_in_bounded_number(self) -> None:
        identities = Identities("secret")
        tokens = [identities.sign(Principal(user_id=str(number))) for number in range(5000)]
        assert [identities.verify(token).user_id for token in tokens] == [str(n) for n in range(5000)]
        assert len(identities._verified) <= 4096


class TestPermissions:
    def test_administrators_have_all(self) -> None:
        assert Principal(user_id="root", role="admin").may("anything.at_all")

    def test_others_have_theirs(self) -> None:
        assert ADA.may("chat.delete")
        assert not ADA.may("chat.share")
        assert not ADA.is_admin
