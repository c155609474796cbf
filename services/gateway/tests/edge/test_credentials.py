"""Who is asking: the forms of a credential, what is remembered of it, and how it ends."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from .fakes import account
from .world import World, until

ME = "/api/v1/auths/"
FORMS = {
    "bearer": lambda credential: {"authorization": f"Bearer {credential}"},
    "lower case bearer": lambda credential: {"authorization": f"bearer   {credential} "},
    "upper case bearer": lambda credential: {"authorization": f"BEARER {credential}"},
    "cookie": lambda credential: {"cookie": f"token={credential}"},
    "key header": lambda credential: {"x-api-key": credential},
}


async def whoami(world: World, **headers: str) -> tuple[int, str]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await world.get(ME, headers=names)
    return answer.status, answer.json["id"] if answer.status == 200 else answer.detail


class TestForms:
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("credential", ["ada-token", "sk-ada"])
    async def test_each_is_understood(self, world: World, form: str, credential: str) -> None:
        assert await whoami(world, **FORMS[form](credential)) == (200, "ada")

    @pytest.mark.parametrize("form", FORMS)
    async def test_a_restricted_key_is_refused_in_each(self, world: World, form: str) -> None:
        status, detail = await whoami(world, **FORMS[form]("sk-restricted"))
        assert (status, detail) == (403, "API key not allowed to access this endpoint.")

    async def test_the_header_wins_over_the_cookie(self, world: World) -> None:
        assert await whoami(world, authorization="Bearer bob-token", cookie="token=ada-token") == (200, "bob")
        assert (await whoami(world, authorization="Bearer garbage", cookie="token=ada-token"))[0] == 401

    async def test_another_scheme_or_an_empty_one_leaves_the_cookie(self, world: World) -> None:
        for header in ("Basic YTpi", "Bearer", "Bearer  "):
            assert await whoami(world, authorization=header, cookie="token=ada-token") == (200, "ada")

    async def test_strange_cookies_of_others_do_not_hide_ours(self, world: World) -> None:
        cookie = 'prefs={"a":[1,2]}; b@d=x; =; a b=c; token=ada-token; last="'
        assert await whoami(world, cookie=cookie) == (200, "ada")

    async def test_a_cookie_of_another_name_is_not_ours(self, world: World) -> None:
        assert await whoami(world, cookie="mytoken=ada-token; token2=ada-token") == (
            401,
            "Not authenticated",
        )


class TestRefusals:
    async def test_nobody_is_told_so(self, world: World) -> None:
        answer = await world.get(ME)
        assert (answer.status, answer.json) == (401, {"detail": "Not authenticated"})
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("garbage", ["x", "a.b.c", "sk-", "é", "%00", "' OR 1=1 --"])
    async def test_garbage_is_401(self, world: World, garbage: str) -> None:
        assert await whoami(world, authorization=f"Bearer {garbage}") == (401, "401 Unauthorized")

    async def test_what_is_too_long_is_not_even_asked_about(self, world: World) -> None:
        assert (await whoami(world, authorization="Bearer " + "x" * 8193))[0] == 401
        assert not world.auth.asked

    async def test_pending_people_may_ask_who_they_are_and_little_else(self, world: World) -> None:
        assert (await world.get(ME, "pia-token")).status == 200
        assert (await world.get("/api/usage", "pia-token")).status == 401

    async def test_a_worthless_credential_makes_a_stranger_where_everybody_may_ask(
        self, world: World
    ) -> None:
        answer = await world.get("/api/config", "garbage")
        assert answer.status == 200
        assert "permissions" not in answer.json

    async def test_when_auth_is_away_says_so(self, world: World) -> None:
        world.auth.down = True
        assert await whoami(world, authorization="Bearer ada-token") == (503, "auth is away")


async def heard(world: World) -> int:
    """Return how many replicas listen for revocations."""
    [(_, number)] = await world.redis.pubsub_numsub("caching:revocations")
    return int(number)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_caching(redis_url: str) -> AsyncIterator[World]:
    environ = {"GATEWAY_CREDENTIAL_CACHE_SECONDS": "60", "REDIS_KEY_PREFIX": "caching"}
    async with World(redis_url, None, environ) as world:
        await until(lambda: heard(world))
        yield world


@pytest_asyncio.fixture(loop_scope="module")
async def caching(module_caching: World) -> World:
    module_caching.reset()
    for user_id in ("ada", "bob", "root", "pia"):
        await module_caching.revoke(user_id)
    await asyncio.sleep(0.05)
    return module_caching


class TestRemembering:
    async def test_a_credential_is_asked_about_once(self, caching: World) -> None:
        for _ in range(3):
            assert await whoami(caching, authorization="Bearer ada-token") == (200, "ada")
        assert caching.auth.asked == {"ada-token": 1}

    async def test_requests_that_come_together_ask_once(self, caching: World) -> None:
        caching.auth.gate = asyncio.Event()
        asking = [asyncio.create_task(caching.get(ME, "ada-token")) for _ in range(20)]
        await until(lambda: caching.auth.asked)
        # One that leaves does not take the answer away from the others.
        asking.pop().cancel()
        await asyncio.sleep(0.05)
        caching.auth.gate.set()
        assert {answer.status for answer in await asyncio.gather(*asking)} == {200}
        assert caching.auth.asked == {"ada-token": 1}

    async def test_an_api_key_is_remembered_for_its_path_only(self, caching: World) -> None:
        await whoami(caching, authorization="Bearer sk-ada")
        await whoami(caching, authorization="Bearer sk-ada")
        await caching.get("/api/usage", "sk-ada")
        assert caching.auth.asked == {"sk-ada": 2}
        assert caching.auth.paths == [ME, "/api/usage"]

    async def test_nothing_is_remembered_past_the_end_of_a_session(self, caching: World) -> None:
        caching.auth.accounts["ada-token"] = account("ada", expire_time_seconds=1)
        await whoami(caching, authorization="Bearer ada-token")
        await whoami(caching, authorization="Bearer ada-token")
        assert caching.auth.asked == {"ada-token": 2}

    async def test_refusals_are_not_remembered(self, caching: World) -> None:
        await whoami(caching, authorization="Bearer late-token")
        caching.auth.accounts["late-token"] = account("late")
        assert await whoami(caching, authorization="Bearer late-token") == (200, "late")


class TestRevocation:
    async def until_refused(self, world: World, token: str) -> None:
        async def refused() -> bool:
            return (await world.get(ME, token)).status == 401

        await until(refused)

    async def test_of_a_session_is_heard_at_once(self, caching: World) -> None:
        await whoami(caching, authorization="Bearer ada-token")
        caching.auth.accounts["other-token"] = account("ada", credential_id="another")
        await caching.get(ME, "other-token")
        del caching.auth.accounts["ada-token"]
        await caching.revoke("ada", "session-of-ada")
        await self.until_refused(caching, "ada-token")
        assert (await caching.get(ME, "other-token")).status == 200
        assert caching.auth.asked["other-token"] == 1

    async def test_of_a_user_ends_all_credentials(self, caching: World) -> None:
        for token in ("ada-token", "sk-ada"):
            await caching.get(ME, token)
        caching.auth.accounts.clear()
        await caching.revoke("ada")
        for token in ("ada-token", "sk-ada"):
            await self.until_refused(caching, token)

    async def test_overtakes_an_answer_that_is_on_its_way(self, caching: World) -> None:
        caching.auth.gate = asyncio.Event()
        asking = asyncio.create_task(caching.get(ME, "ada-token"))
        await until(lambda: caching.auth.asked)
        await caching.revoke("ada")
        await asyncio.sleep(0.05)
        caching.auth.gate.set()
        await asking
        await caching.get(ME, "ada-token")
        assert caching.auth.asked == {"ada-token": 2}

    async def test_garbage_in_the_channel_does_no_harm(self, caching: World) -> None:
        for garbage in (b"", b"{", b"[]", b'{"user_id": 5}', b"\xff"):
            await caching.redis.publish("caching:revocations", garbage)
        await whoami(caching, authorization="Bearer ada-token")
        del caching.auth.accounts["ada-token"]
        await caching.revoke("ada")
        await self.until_refused(caching, "ada-token")


class TestProxies:
    @pytest.mark.parametrize(
        ("sent", "seen"),
        [
            ({}, "127.0.0.1"),
            ({"x-forwarded-for": "192.0.2.7"}, "192.0.2.7"),
            # What the client itself wrote stands left of what the proxy added.
            ({"x-forwarded-for": "10.0.0.1, 192.0.2.7"}, "192.0.2.7"),
            ({"x-forwarded-for": "192.0.2.7, 127.0.0.1"}, "192.0.2.7"),
            ({"x-forwarded-for": "127.0.0.1"}, "127.0.0.1"),
            ({"x-forwarded-for": " , ,"}, "127.0.0.1"),
        ],
    )
    async def test_a_known_one_says_who_the_client_is(
        self, world: World, sent: dict[str, str], seen: str
    ) -> None:
        answer = await world.get(ME, "ada-token", headers=sent)
        assert answer.json["name"] == seen

    async def test_lines_are_read_together(self, world: World) -> None:
        headers = [
            ("authorization", "Bearer ada-token"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-for", "192.0.2.7"),
        ]
        async with aiohttp.request("GET", world.url + ME, headers=headers) as answer:
            assert (await answer.json())["name"] == "192.0.2.7"

    async def test_an_unknown_one_is_not_believed(self, redis_url: str) -> None:
        async with World(redis_url, None, {"FORWARDED_ALLOW_IPS": "198.51.100.0/24"}) as world:
            headers = {"x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https"}
            answer = await world.get(ME, "ada-token", headers=headers)
            assert answer.json["name"] == "127.0.0.1"
            signed_in = await world.post(
                "/api/v1/auths/signin", {"email": "a@b.org", "password": "right"}, headers=headers
            )
            assert "Secure" not in signed_in.headers["set-cookie"]

    async def test_when_all_are_believed_the_first_hop_is_the_client(self, redis_url: str) -> None:
        async with World(redis_url, None, {"FORWARDED_ALLOW_IPS": "*"}) as world:
            answer = await world.get(ME, "ada-token", headers={"x-forwarded-for": "192.0.2.7, 192.0.2.8"})
            assert answer.json["name"] == "192.0.2.7"


class TestCookies:
    SIGN_IN = ("/api/v1/auths/signin", {"email": "ada@x.org", "password": "right"})

    async def test_signing_in_sets_one_that_scripts_cannot_read(self, world: World) -> None:
        answer = await world.post(*self.SIGN_IN)
        parts = answer.headers["set-cookie"].split("; ")
        assert parts[0] == "token=ada-token"
        assert {"Path=/", "HttpOnly", "SameSite=lax"} <= set(parts)
        assert "Expires=Wed, 18 May 2033 03:33:20 GMT" in parts
        assert "Secure" not in parts

    @pytest.mark.parametrize(("scheme", "secure"), [("https", True), ("https, http", True), ("http", False)])
    async def test_behind_https_it_is_for_https_only(self, world: World, scheme: str, secure: bool) -> None:
        answer = await world.post(*self.SIGN_IN, headers={"x-forwarded-proto": scheme})
        assert ("Secure" in answer.headers["set-cookie"].split("; ")) is secure

    async def test_failing_sets_none(self, world: World) -> None:
        answer = await world.post(self.SIGN_IN[0], {"email": "ada@x.org", "password": "wrong"})
        assert answer.status == 400
        assert "set-cookie" not in answer.headers

    async def test_signing_out_clears_it(self, world: World) -> None:
        answer = await world.get("/api/v1/auths/signout")
        assert "token=;" in answer.headers["set-cookie"]
        assert "1970" in answer.headers["set-cookie"]

    async def test_settings_decide_the_rest(self, redis_url: str) -> None:
        environ = {"WEBUI_AUTH_COOKIE_SAME_SITE": "strict", "WEBUI_AUTH_COOKIE_SECURE": "true"}
        async with World(redis_url, None, environ) as world:
            cookie = (await world.post(*self.SIGN_IN)).headers["set-cookie"].split("; ")
            assert {"SameSite=strict", "Secure"} <= set(cookie)
