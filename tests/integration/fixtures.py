"""Fixtures shared by the journeys and the security tests."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from owui_local.stack import Shape
from owui_testkit.fake_provider import FakeProvider

from .clients.people import Person
from .world import DEMONSTRATION_MODEL, LOCAL_MODEL, SECOND_KEY, Providers, World


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def providers(session_provider: FakeProvider) -> AsyncIterator[Providers]:
    """Two OpenAI-compatible providers, an Ollama server and a demonstration model, all scripted."""
    found = Providers(
        session_provider,
        FakeProvider(models=("other-model",), api_key=SECOND_KEY),
        FakeProvider(models=(LOCAL_MODEL,)),
        FakeProvider(models=(DEMONSTRATION_MODEL,)),
    )
    await found.start()
    yield found
    await found.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_platform(stack_shape: Shape, providers: Providers) -> AsyncIterator[World]:
    """One platform per shape for the whole run; what a test leaves in it, the next one finds."""
    world = World(stack_shape, providers)
    try:
        await world.start()
        yield world
    finally:
        await world.stop()


@pytest.fixture
def platform(shared_platform: World) -> World:
    """The shared platform; its providers have forgotten the scripts and requests of the test before."""
    shared_platform.providers.reset()
    return shared_platform


@pytest_asyncio.fixture(loop_scope="session")
async def ada(platform: World) -> Person:
    """A new account of role user."""
    return await platform.person(name="Ada")


@pytest_asyncio.fixture(loop_scope="session")
async def bob(platform: World) -> Person:
    """Another new account of role user."""
    return await platform.person(name="Bob")
