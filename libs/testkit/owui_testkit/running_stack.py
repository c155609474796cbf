"""Fixtures of the whole platform with a scripted provider behind it, in both shapes."""

import inspect
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from owui_local.stack import SHAPES, Shape, Stack

from owui_testkit.fake_provider import FakeProvider

PROVIDER_KEY = "fake-provider-key"


@dataclass(frozen=True)
class RunningStack:
    """A running platform (`platform`) whose only connection is the scripted `provider`."""

    platform: Stack
    provider: FakeProvider

    @property
    def base_url(self) -> str:
        """The address of the gateway, without a slash at the end."""
        return self.platform.base_url


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--stack-shape`, to run the integration tests in one shape only."""
    parser.addoption("--stack-shape", choices=SHAPES, default=None, help="run the platform in one shape")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses the platform once per shape."""
    if "stack_shape" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--stack-shape")
        metafunc.parametrize("stack_shape", [chosen] if chosen else SHAPES, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that use the shared platform run on the event loop on which its provider lives."""
    for item in items:
        function = getattr(item, "function", None)
        if "session_provider" in getattr(item, "fixturenames", ()) and inspect.iscoroutinefunction(function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def session_provider() -> AsyncIterator[FakeProvider]:
    """The scripted provider behind the shared platform."""
    provider = FakeProvider(models=("fake-model", "second-model"), api_key=PROVIDER_KEY)
    await provider.start()
    yield provider
    await provider.stop()


@pytest.fixture(scope="session")
def shared_stack(stack_shape: Shape, session_provider: FakeProvider) -> Iterator[RunningStack]:
    """One platform per shape for the whole run; what a test leaves in it, the next one finds."""
    environment = {
        "OPENAI_API_BASE_URLS": session_provider.base_url,
        "OPENAI_API_KEYS": PROVIDER_KEY,
    }
    with Stack(stack_shape, environment) as platform:
        yield RunningStack(platform, session_provider)


@pytest.fixture
def stack(shared_stack: RunningStack) -> RunningStack:
    """The shared platform; its provider has forgotten the script and the requests of the test before."""
    shared_stack.provider.reset()
    return shared_stack
