"""Password hashes, old and new."""

import asyncio
import threading

import bcrypt
import pytest
from owui_auth.adapters.password_hashes import PasswordHashPool
from owui_chassis.errors import Exhausted


class TestPasswordHashPool:
    async def test_new_hashes_are_argon2id_and_current(self):
        async with PasswordHashPool() as pool:
            stored = await pool.hash("secret")
            assert stored.startswith("$argon2id$")
            assert not pool.is_outdated(stored)
            assert await pool.verify(stored, "secret")
            assert not await pool.verify(stored, "Secret")

    @pytest.mark.parametrize("password", ["secret", "ß" * 50, "x" * 100])
    async def test_bcrypt_hashes_stay_valid_and_are_outdated(self, password):
        stored = bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(4)).decode()
        async with PasswordHashPool() as pool:
            assert await pool.verify(stored, password)
            assert not await pool.verify(stored, "other")
            assert pool.is_outdated(stored)

    @pytest.mark.parametrize("stored", ["", "plain", "$2b$broken", "$argon2id$broken"])
    async def test_broken_hashes_match_nothing(self, stored):
        async with PasswordHashPool() as pool:
            for password in ("", "plain", stored, "a password that nobody has"):
                assert not await pool.verify(stored, password)

    async def test_the_queue_is_bounded(self):
        async with PasswordHashPool(workers=1, waiting=3) as pool:
            results = await asyncio.gather(*(pool.hash("secret") for _ in range(10)), return_exceptions=True)
            assert sum(isinstance(result, Exhausted) for result in results) == 6
            assert await pool.hash("secret")

    async def test_hashes_are_computed_beside_the_event_loop(self):
        async with PasswordHashPool() as pool:
            await pool.hash("secret")
            names = {thread.name for thread in threading.enumerate()}
            assert any(name.startswith("password") for name in names)
            hashing = asyncio.create_task(pool.hash("secret"))
            turns = 0
            while not hashing.done():
                await asyncio.sleep(0)
                turns += 1
            assert turns > 10
