"""Plain decisions."""

import base64
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from owui_auth.domain.account import Account, Administration, check_change, check_deletion, check_role
from owui_auth.domain.api_keys import digest, may_use, new_secret
from owui_auth.domain.passwords import check_new_password
from owui_auth.domain.permissions import FORM_DEFAULTS, combined, granted, overlaid
from owui_auth.domain.pictures import check_picture, decode_picture, draw_picture
from owui_auth.domain.texts import day, identifier, json_object, line, normal_email
from owui_chassis.errors import Forbidden, Invalid, NotFound


def account(user_id, role="admin"):
    """Return an account."""
    return Account(id=user_id, number=1, email=f"{user_id}@example.com", name=user_id, role=role)


class TestNormalEmail:
    @pytest.mark.parametrize(
        ("text", "email"),
        [
            (" Ada@Example.COM ", "ada@example.com"),
            ("grüße@müller.example", "grüße@müller.example"),
            ("用户@例え.テスト", "用户@例え.テスト"),
            ("ａｄｍｉｎ@example.com", "admin@example.com"),
            ("a.b+c'd@sub.example.co", "a.b+c'd@sub.example.co"),
            ("admin@localhost", "admin@localhost"),
        ],
    )
    def test_is_one_form(self, text, email):
        assert normal_email(text) == email

    @pytest.mark.parametrize(
        "text",
        [
            "", "@", "a@", "@b.com", "a@b", "a b@c.com", "a@b..com", "a@b.com\n", "a\x00@b.com", "a@@b.com",
            "a@b@c.com", "<a@b.com>", "x" * 65 + "@b.com", "a@" + "b" * 260 + ".com", "a,b@c.com",
        ],
    )  # fmt: skip
    def test_refuses_the_rest(self, text):
        if text == "a@b.com\n":  # space around an address is an accident, not a lie
            assert normal_email(text) == "a@b.com"
        else:
            with pytest.raises(Invalid):
                normal_email(text)

    @given(st.text())
    def test_never_fails_otherwise_and_is_stable(self, text):
        try:
            email = normal_email(text)
        except Invalid:
            return
        assert normal_email(email) == email
        assert "\x00" not in email


class TestTexts:
    @given(st.text())
    def test_lines_hold_no_controls(self, text):
        try:
            found = line(text, "name")
        except Invalid:
            return
        assert found
        assert not set(found) & {"\x00", "\n", "\r", "\x1b"}

    @given(st.text(max_size=300))
    def test_identifiers_can_be_looked_up(self, text):
        try:
            assert identifier(text) == text
        except NotFound:
            return
        assert "\x00" not in text

    @given(st.binary(max_size=200))
    def test_json_is_an_object_or_refused(self, raw):
        try:
            assert isinstance(json_object(raw, "settings"), dict)
        except Invalid:
            return

    def test_days(self):
        assert day("1990-12-31", "date_of_birth") == date(1990, 12, 31)
        assert day("", "date_of_birth") is None
        for text in ("31.12.1990", "1990-02-30", "x"):
            with pytest.raises(Invalid):
                day(text, "date_of_birth")


class TestPasswords:
    @pytest.mark.parametrize("password", ["12345678", "ÄÖÜäöüßé", "x" * 1024, "🔑" * 200])
    def test_long_ones_are_accepted(self, password):
        assert check_new_password(password, 8) == password

    @pytest.mark.parametrize("password", ["", "1234567", "x" * 1025, "🔑" * 300, " " * 10])
    def test_others_are_refused(self, password):
        with pytest.raises(Invalid):
            check_new_password(password, 8)

    def test_empty_ones_are_refused_whatever_the_minimum(self):
        with pytest.raises(Invalid):
            check_new_password("", 0)


class TestApiKeys:
    def test_secrets_have_the_form_that_clients_know(self):
        secrets = {new_secret() for _ in range(100)}
        assert len(secrets) == 100
        assert all(len(secret) == 35 and secret.startswith("sk-") for secret in secrets)
        assert len({digest(secret) for secret in secrets}) == 100

    @pytest.mark.parametrize(
        ("path", "open_"),
        [
            ("/api/models", True),
            ("/api/models/x", True),
            ("/api/modelsx", False),
            ("/api/models/../v1/users", False),
            ("/api/models/./x", False),
            ("/api//models", False),
            ("/api/models\\x", False),
            ("api/models", False),
            ("/API/models", False),
            ("", False),
        ],
    )
    def test_restrictions(self, path, open_):
        assert may_use(path, " /api/models/ ,/api/v1/chats") is open_

    def test_an_empty_list_opens_nothing(self):
        assert not may_use("/", "")
        assert not may_use("/api", " , ,/")


class TestPermissions:
    def test_groups_add_and_never_take(self):
        tree = combined(
            FORM_DEFAULTS, [{"chat": {"delete": False}, "features": {"api_keys": True}}, {"features": "all"}]
        )
        assert tree["chat"]["delete"] is True
        assert tree["features"]["api_keys"] is True
        assert "features.api_keys" in granted(tree)
        assert FORM_DEFAULTS["features"]["api_keys"] is False

    def test_only_true_grants(self):
        tree = combined(FORM_DEFAULTS, [{"features": {"api_keys": "false"}, "invented": {"root": True}}])
        assert tree["features"]["api_keys"] is False
        assert "invented" not in tree

    def test_stored_switches_replace_defaults(self):
        tree = overlaid(FORM_DEFAULTS, {"chat": {"delete": False, "invented": True}})
        assert tree["chat"]["delete"] is False
        assert tree["chat"]["edit"] is True
        assert "invented" not in tree["chat"]


class TestPictures:
    def test_default_when_absent(self):
        assert check_picture(None, "/user.png") == check_picture("", "/user.png") == "/user.png"

    @pytest.mark.parametrize(
        "url", ["/user.png", "/api/v1/files/1/content?x=1", "https://www.gravatar.com/avatar/1?d=mp"]
    )
    def test_paths_and_https_addresses_are_accepted(self, url):
        assert check_picture(url, "") == url
        assert decode_picture(url) is None

    @pytest.mark.parametrize("head", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP"])
    def test_a_picture_must_be_of_the_type_it_claims(self, head):
        url = "data:image/jpeg;base64," + base64.b64encode(head + b"data").decode()
        with pytest.raises(Invalid):
            check_picture(url, "")

    def test_large_ones_are_refused(self):
        with pytest.raises(Invalid):
            check_picture("data:image/png;base64," + "A" * 3_000_000, "")

    @given(st.text(), st.text())
    def test_drawn_ones_hold_no_markup_of_others(self, user_id, name):
        media_type, content = draw_picture(user_id, name)
        assert media_type == "image/svg+xml"
        assert content.count(b"<") == 5


class TestAdministration:
    def test_the_first_and_the_last_stay(self):
        both = Administration(2, "first")
        first, second = account("first"), account("second")
        check_change(both, "first", second, "user")
        check_deletion(both, "first", second)
        for refused in (
            lambda: check_change(both, "first", first, "user"),
            lambda: check_change(both, "second", first, "admin"),
            lambda: check_deletion(both, "second", first),
            lambda: check_deletion(both, "second", second),
            lambda: check_change(Administration(1, "gone"), "second", second, "user"),
            lambda: check_deletion(Administration(1, "gone"), "other", second),
        ):
            with pytest.raises(Forbidden):
                refused()

    @pytest.mark.parametrize("role", ["", "root", "Admin", "admin ", "user\x00"])
    def test_unknown_roles_are_refused(self, role):
        with pytest.raises(Invalid):
            check_role(role)
