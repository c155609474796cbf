"""Fixtures of the security tests: the same platform, with the wordiest logs and small uploads."""

from collections.abc import AsyncIterator

import pytest_asyncio
from owui_local.stack import Shape

from tests.integration.fixtures import ada, bob, platform, providers
from tests.integration.world import Providers, World

__all__ = ["ada", "bob", "platform", "providers", "shared_platform"]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_platform(stack_shape: Shape, providers: Providers) -> AsyncIterator[World]:
    """One platform per shape; whatever may be written to a log is."""
    settings = {"GLOBAL_LOG_LEVEL": "DEBUG", "RAG_UPLOAD_MAX_BYTES": "5000000"}
    world = World(stack_shape, providers, settings)
    try:
        await world.start()
        yield world
    finally:
        await world.stop()
