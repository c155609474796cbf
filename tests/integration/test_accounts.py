"""From the first account to the last sign-out."""

import asyncio

import pytest

from .clients.people import PASSWORD, Person
from .clients.rest import Rest
from .clients.sockets import Refused
from .world import World, eventually

CUT_SECONDS = 5.0


class TestSignUp:
    async def test_the_first_account_is_administrator(self, platform: World) -> None:
        me = await platform.admin.rest.fetch("/api/v1/auths/")
        assert (me["role"], me["email"]) == ("admin", "admin@example.com")

    async def test_sign_up_is_closed_after_the_first_account(self, platform: World) -> None:
        form = {"name": "Eve", "email": "eve@example.com", "password": PASSWORD}
        before = await platform.row_counts()
        answer = await platform.nobody.post("/api/v1/auths/signup", form)
        assert answer.status == 403, answer
        assert isinstance(answer.detail, str)
        assert await platform.row_counts() == before
        config = await platform.nobody.fetch("/api/config")
        assert config["features"]["enable_signup"] is False

    async def test_an_open_sign_up_gives_accounts_that_wait_for_approval(self, platform: World) -> None:
        rest = platform.admin.rest
        config = await rest.fetch("/api/v1/auths/admin/config")
        await rest.send("/api/v1/auths/admin/config", {**config, "ENABLE_SIGNUP": True})
        try:
            form = {"name": "Wanda", "email": "wanda@example.com", "password": PASSWORD}
            session = await platform.nobody.send("/api/v1/auths/signup", form)
            stranger = platform.nobody.with_token(session["token"])
            assert session["role"] == "pending"
            assert (await stranger.get("/api/models")).status == 401
            assert (await stranger.get("/api/v1/auths/")).status == 200
            await self._approve(platform, session["id"])
            credentials = {"email": "wanda@example.com", "password": PASSWORD}
            session = await platform.nobody.send("/api/v1/auths/signin", credentials)
            await stranger.with_token(session["token"]).fetch("/api/models")
        finally:
            await rest.send("/api/v1/auths/admin/config", config)

    @staticmethod
    async def _approve(platform: World, user_id: str) -> None:
        users = await platform.admin.rest.fetch("/api/v1/users/")
        [waiting] = [user for user in users["users"] if user["id"] == user_id]
        form = {key: waiting[key] for key in ("name", "email", "profile_image_url")}
        await platform.admin.rest.send(f"/api/v1/users/{user_id}/update", {**form, "role": "user"})


class TestAdministration:
    async def test_accounts_that_an_administrator_adds_can_sign_in(
        self, platform: World, ada: Person
    ) -> None:
        session = await ada.sign_in()
        me = await session.fetch("/api/v1/auths/")
        assert (me["id"], me["role"]) == (ada.id, "user")
        users = await platform.admin.rest.fetch(f"/api/v1/users/?query={ada.email}")
        assert [user["id"] for user in users["users"]] == [ada.id]

    async def test_a_deleted_account_leaves_nothing(self, platform: World, ada: Person) -> None:
        await ada.converse()
        answer = await platform.admin.rest.delete(f"/api/v1/users/{ada.id}")
        assert answer.status == 200, answer
        assert (await ada.rest.get("/api/v1/auths/")).status == 401

        async def erased() -> bool:
            [row] = await platform.query("SELECT count(*) FROM chat.chat WHERE user_id = $1", ada.id)
            return bool(row["count"] == 0)

        await eventually(erased, "the chats of the deleted account to go", 10)


class TestProfile:
    async def test_a_changed_name_is_seen_everywhere(self, platform: World, ada: Person) -> None:
        form = {"name": "Ada Lovelace", "profile_image_url": "/user.png", "bio": "Counts, ünïcode"}
        await ada.rest.send("/api/v1/auths/update/profile", form)
        me = await ada.rest.fetch("/api/v1/auths/")
        assert (me["name"], me["bio"]) == ("Ada Lovelace", "Counts, ünïcode")
        users = await platform.admin.rest.fetch(f"/api/v1/users/?query={ada.email}")
        assert users["users"][0]["name"] == "Ada Lovelace"

    async def test_settings_of_the_user_interface_are_kept(self, ada: Person) -> None:
        settings = {"ui": {"theme": "dark", "big": 12345678901234567890, "text": "ß ✓"}}
        await ada.rest.send("/api/v1/users/user/settings/update", settings)
        assert await ada.rest.fetch("/api/v1/users/user/settings") == settings


class TestPasswordChange:
    async def test_old_tokens_and_the_old_password_are_worth_nothing(self, ada: Person) -> None:
        other = await ada.sign_in()
        async with ada.socket() as socket:
            form = {"password": PASSWORD, "new_password": "a quite different one"}
            assert await ada.rest.send("/api/v1/auths/update/password", form) is True
            await asyncio.wait_for(socket.closed.wait(), CUT_SECONDS)
        for session in (ada.rest, other):
            await eventually(lambda: refused(session), "the old token to be refused", CUT_SECONDS)  # noqa: B023 - awaited at once
        sign_in = {"email": ada.email, "password": PASSWORD}
        assert (await ada.rest.with_token("").post("/api/v1/auths/signin", sign_in)).status == 400
        ada.password = "a quite different one"
        assert (await (await ada.sign_in()).get("/api/v1/auths/")).status == 200

    async def test_a_wrong_current_password_changes_nothing(self, ada: Person) -> None:
        form = {"password": "not this one", "new_password": "a quite different one"}
        answer = await ada.rest.post("/api/v1/auths/update/password", form)
        assert answer.status == 400, answer
        assert (await ada.rest.get("/api/v1/auths/")).status == 200

    @pytest.mark.parametrize("password", ["", "1", "x" * 10_000])
    async def test_a_password_that_is_too_weak_or_too_long_is_refused(
        self, ada: Person, password: str
    ) -> None:
        form = {"password": PASSWORD, "new_password": password}
        answer = await ada.rest.post("/api/v1/auths/update/password", form)
        assert answer.status == 400, answer


class TestSignOut:
    async def test_the_session_ends_on_all_replicas_for_requests_and_sockets_and_only_it(
        self, platform: World, ada: Person
    ) -> None:
        other = await ada.sign_in()
        replicas = [ada.rest, platform.elsewhere(ada.rest)]
        for rest in replicas:
            assert (await rest.get("/api/v1/auths/")).status == 200
        async with ada.socket() as here, ada.socket(platform.other_url) as there:
            assert (await ada.rest.get("/api/v1/auths/signout")).status == 200
            for socket in (here, there):
                await asyncio.wait_for(socket.closed.wait(), CUT_SECONDS)
        for rest in replicas:
            await eventually(lambda: refused(rest), "the token to be refused", CUT_SECONDS)  # noqa: B023 - awaited at once
        for url in (platform.base_url, platform.other_url):
            with pytest.raises(Refused):
                await ada.socket(url).connect()
        assert (await platform.elsewhere(other).get("/api/v1/auths/")).status == 200


async def refused(rest: Rest) -> bool:
    """Whether the credential is worth nothing any more."""
    return (await rest.get("/api/v1/auths/")).status == 401
