"""Password hashes: argon2id for new ones, bcrypt for those that came from elsewhere."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

import bcrypt
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from owui_chassis.errors import Exhausted

T = TypeVar("T")
# The second recommendation of the OWASP password storage cheat sheet: 19 MiB, two passes, one lane.
_ARGON2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_BCRYPT_BYTES = 72
_BCRYPT_MARKS = ("$2a$", "$2b$", "$2y$")
_NICENESS = 10


class PasswordHashPool:
    """Hashes in a few threads of low priority, so that streams on the event loop do not wait.

    `workers` hashes run at once and `waiting` more may queue; beyond that callers are told to come back.
    """

    def __init__(self, workers: int = 2, waiting: int = 64) -> None:
        self._limit = workers + waiting
        self._running = 0
        self._threads = ThreadPoolExecutor(workers, "password", initializer=_step_back)
        self._stand_in = ""

    async def __aenter__(self) -> Self:
        self._stand_in = await self.hash("a password that nobody has")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def hash(self, password: str) -> str:
        """Return a hash to store; raise Exhausted when too many wait."""
        return await self._run(lambda: _ARGON2.hash(password))

    async def verify(self, stored: str, password: str) -> bool:
        """Whether the password belongs to the hash; takes as long when `stored` is empty."""
        matches = await self._run(lambda: _matches(stored or self._stand_in, password))
        return matches and bool(stored)

    def is_outdated(self, stored: str) -> bool:
        """Whether a hash should be replaced by one of the current kind."""
        try:
            return _ARGON2.check_needs_rehash(stored)
        except InvalidHashError:
            return True

    async def _run(self, work: Callable[[], T]) -> T:
        if self._running >= self._limit:
            raise Exhausted("Too many sign-ins at once; try again in a moment", "busy", retry_after=2)
        self._running += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._running -= 1


def _matches(stored: str, password: str) -> bool:
    if stored.startswith(_BCRYPT_MARKS):
        # bcrypt never looked further than 72 bytes; the hashes that came from elsewhere were made that way.
        try:
            return bcrypt.checkpw(password.encode()[:_BCRYPT_BYTES], stored.encode())
        except ValueError:
            return False
    try:
        return _ARGON2.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _step_back() -> None:
    # On Linux priority belongs to the thread, and the event loop then wins over the hashes.
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
