"""Guessing passwords against a served auth."""

import asyncio

import pytest
from owui.auth.v1 import account_service_pb2
from owui_chassis.errors import Exhausted, Invalid, ServiceError, Unauthenticated


class TestBruteForce:
    async def test_an_account_is_closed_after_fifteen_wrong_guesses(self, auth, people):
        person = await people.add()
        results = await asyncio.gather(
            *(
                auth.sign_in(person.email, f"guess {number}", address=f"192.0.2.{number}")
                for number in range(40)
            ),
            return_exceptions=True,
        )
        assert sum(isinstance(result, Unauthenticated) for result in results) == 15
        assert sum(isinstance(result, Exhausted) for result in results) == 25
        with pytest.raises(Exhausted) as refused:
            await auth.sign_in(person.email, address="198.51.100.1")
        assert refused.value.retry_after > 0

    async def test_an_address_is_closed_after_sixty_wrong_guesses(self, auth, admin):
        outcomes = []
        for number in range(62):
            with pytest.raises(ServiceError) as refused:
                await auth.sign_in(f"guess{number}@example.com", "guess", address="198.51.100.77")
            outcomes.append(type(refused.value))
        assert outcomes == [Unauthenticated] * 60 + [Exhausted] * 2

    async def test_a_stolen_session_cannot_guess_the_password(self, auth, people):
        person = await people.add()
        request = account_service_pb2.UpdatePasswordRequest(password="guess", new_password="long enough one")
        for _ in range(15):
            with pytest.raises(Invalid):
                await auth.call(auth.accounts.UpdatePassword, request, person.token)
        with pytest.raises(Exhausted):
            await auth.call(auth.accounts.UpdatePassword, request, person.token)

    async def test_twenty_right_sign_ins_of_different_people_succeed(self, auth, people):
        persons = [await people.add() for _ in range(20)]
        again = await asyncio.gather(*(auth.sign_in(person.email) for person in persons))
        assert [user.id for user in again] == [person.id for person in persons]
