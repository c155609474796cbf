"""Guessing passwords is slow, whatever address the guesser claims to have."""

import asyncio
import sys

import aiohttp
import pytest

from tests.integration.clients.people import Person
from tests.integration.clients.rest import Answer, Rest
from tests.integration.world import World

PER_ACCOUNT, PER_ADDRESS = 15, 60
SIGN_IN = "/api/v1/auths/signin"


async def guess(rest: Rest, email: str, forwarded: str) -> Answer:
    """Try a wrong password as a client behind a proxy on this machine."""
    form = {"email": email, "password": "wrong password"}
    return await rest.post(SIGN_IN, form, headers={"X-Forwarded-For": forwarded})


class TestSignIn:
    async def test_an_account_is_closed_to_guessers_after_some_attempts(
        self, platform: World, ada: Person
    ) -> None:
        nobody = platform.nobody
        answers = [await guess(nobody, ada.email, f"203.0.113.{n}") for n in range(PER_ACCOUNT + 3)]
        assert [answer.status for answer in answers] == [400] * PER_ACCOUNT + [429] * 3
        assert int(answers[-1].headers["Retry-After"]) >= 1
        # Case and blanks make no other account of it.
        assert (await guess(nobody, ada.email.upper(), "203.0.113.77")).status == 429
        # Who is signed in stays so.
        assert (await ada.rest.get("/api/v1/auths/")).status == 200

    async def test_an_unknown_account_answers_like_a_known_one(self, platform: World, bob: Person) -> None:
        known = await guess(platform.nobody, bob.email, "198.51.100.1")
        unknown = await guess(platform.nobody, "nobody@example.com", "198.51.100.1")
        assert (known.status, known.body) == (unknown.status, unknown.body)

    async def test_a_forged_header_does_not_make_another_address(self, platform: World) -> None:
        nobody = platform.nobody
        # The proxy appends the address it sees; what stands before that is the client's own invention.
        answers = [
            await guess(nobody, f"a{n}@example.com", f"10.0.0.{n}, 192.0.2.200")
            for n in range(PER_ADDRESS + 3)
        ]
        assert [answer.status for answer in answers] == [400] * PER_ADDRESS + [429] * 3
        assert (await guess(nobody, "b@example.com", "192.0.2.201")).status == 400

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has more than one loopback address")
    async def test_a_client_that_is_no_proxy_is_not_believed_at_all(self, platform: World) -> None:
        connector = aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))
        async with aiohttp.ClientSession(connector=connector) as http:
            direct = Rest(http, platform.base_url)
            answers = [
                await guess(direct, f"c{n}@example.com", f"192.0.2.{n}") for n in range(PER_ADDRESS + 1)
            ]
        assert [answer.status for answer in answers] == [400] * PER_ADDRESS + [429]

    async def test_many_guesses_at_once_are_counted_each(self, platform: World) -> None:
        person = await platform.person(name="Carol")
        answers = await asyncio.gather(
            *(guess(platform.nobody, person.email, f"198.51.100.{n + 10}") for n in range(30))
        )
        assert sorted(answer.status for answer in answers) == [400] * PER_ACCOUNT + [429] * (30 - PER_ACCOUNT)
