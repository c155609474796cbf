"""Fixtures of the tests of replacing replicas: two of each service, a process each."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest_asyncio
from owui_local.services import SERVICES

from tests.integration.fixtures import providers
from tests.integration.world import Providers, World

__all__ = ["providers", "replicated"]

DRAIN_DELAY = 1.5
SETTINGS = {
    "DRAIN_DELAY_SECONDS": str(DRAIN_DELAY),
    "DRAIN_SECONDS": "30",
    "GRPC_CONNECTION_AGE_SECONDS": "20",
    # These machines are small and busy: a silent replica is not a dead one.
    "CHAT_DEAD_SECONDS": "20",
    "CHAT_IDLE_SECONDS": "60",
    "ENABLE_TITLE_GENERATION": "false",
}
# For machines with other work to do.
REPLACED_SECONDS = 180.0
_LOG_LINES = 60


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def replicated(providers: Providers) -> AsyncIterator[World]:
    """Two replicas of each service and of the gateway, and one worker."""
    replicas = dict.fromkeys((*SERVICES, "gateway"), 2)
    world = World("per-service", providers, SETTINGS, replicas)
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


@contextmanager
def logs_told(world: World) -> Iterator[None]:
    """Add what the services logged of errors to an exception: their logs go with the platform."""
    try:
        yield
    except BaseException as error:
        for log in sorted(world.stack.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            first = next(
                (n for n, line in enumerate(lines) if " ERROR " in line or "Traceback" in line), None
            )
            if first is not None:
                error.add_note("\n".join([f"{log.name}:", *lines[first : first + _LOG_LINES]]))
        raise


def tell_to_leave(world: World, name: str) -> int:
    """Ask one process to end in good order; return its id."""
    leaving = world.stack.pids[name]
    world.stack.signal(name, signal.SIGTERM)
    return leaving


async def until_replaced(world: World, name: str, leaving: int) -> None:
    """Wait until its successor runs and the platform is ready again."""
    await asyncio.to_thread(world.stack.wait_for_new, name, leaving, REPLACED_SECONDS)


def environment_of(pid: int) -> dict[str, str]:
    """The environment with which a process was started."""
    with open(f"/proc/{pid}/environ", "rb") as file:
        pairs = (entry.partition("=") for entry in os.fsdecode(file.read()).split("\0") if entry)
        return {name: value for name, _, value in pairs}
