"""Fixtures of the tests of replacing replicas: two of each service, a process each."""

import os
from collections.abc import AsyncIterator

import pytest_asyncio
from owui_local.services import SERVICES

from tests.integration.fixtures import providers
from tests.integration.world import Providers, World

__all__ = ["providers", "replicated"]

SETTINGS = {
    "DRAIN_DELAY_SECONDS": "0.8",
    "DRAIN_SECONDS": "30",
    "GRPC_CONNECTION_AGE_SECONDS": "20",
    # These machines are small and busy: a silent replica is not a dead one.
    "CHAT_DEAD_SECONDS": "20",
    "CHAT_IDLE_SECONDS": "60",
    "ENABLE_TITLE_GENERATION": "false",
}


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


def environment_of(pid: int) -> dict[str, str]:
    """The environment with which a process was started."""
    with open(f"/proc/{pid}/environ", "rb") as file:
        pairs = (entry.partition("=") for entry in os.fsdecode(file.read()).split("\0") if entry)
        return {name: value for name, _, value in pairs}
