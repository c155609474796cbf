"""Fixtures of the browser journeys: the browser, its windows, the platform and the provider behind it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio
from owui_local.stack import Stack
from owui_local.surroundings import REPOSITORY
from owui_testkit.fake_provider import FakeProvider
from playwright.async_api import Browser, async_playwright, expect

from .installation import Account, Installation
from .window import Records, Window

# Machines that run tests are busy; what works is shown long before.
PATIENCE = 30_000  # milliseconds
PROVIDER_KEY = "fake-provider-key"
MODEL, SECOND_MODEL = "fake-model", "second-model"
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
KEPT = REPOSITORY / "build" / "e2e"
FAILED = pytest.StashKey[bool]()

OpenWindow = Callable[..., Awaitable[Window]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """One Chromium with a profile of its own for the whole run."""
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=chromium_path, headless=True, chromium_sandbox=False, args=FLAGS
        )
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_provider() -> AsyncIterator[FakeProvider]:
    """The scripted provider behind the shared platform."""
    provider = FakeProvider(models=(MODEL, SECOND_MODEL), api_key=PROVIDER_KEY)
    await provider.start()
    yield provider
    await provider.stop()


@pytest.fixture
def provider(shared_provider: FakeProvider) -> FakeProvider:
    """The provider without the script and the requests of the test before."""
    shared_provider.reset()
    return shared_provider


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def installation(shared_provider: FakeProvider) -> AsyncIterator[Installation]:
    """A platform with an administrator and one model that everybody may use; what a test leaves, stays."""
    environment = {
        "OPENAI_API_BASE_URLS": shared_provider.base_url,
        "OPENAI_API_KEYS": PROVIDER_KEY,
        "USER_PERMISSIONS_FEATURES_API_KEYS": "true",
        # So that a test's script holds its answers only.
        "ENABLE_TITLE_GENERATION": "false",
    }
    async with Installation(Stack("one-process", environment)) as started:
        await started.open_model(MODEL)
        yield started


@pytest_asyncio.fixture(loop_scope="session")
async def grace(installation: Installation) -> Account:
    """A new account of role user."""
    return await installation.person()


@pytest_asyncio.fixture(loop_scope="session")
async def open_window(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[OpenWindow]:
    """Opens windows: `await open_window(base_url, account)`; more arguments are those of a browser context.

    Console errors that a test did not announce fail it; a failed test leaves pictures and traces.
    """
    windows: list[Window] = []

    async def opened(base_url: str, account: Account | None = None, **options: object) -> Window:
        storage = [{"name": "token", "value": account.token}] if account else []
        state = {"cookies": [], "origins": [{"origin": base_url, "localStorage": storage}]}
        settings = {"viewport": {"width": 1280, "height": 800}, **options}
        context = await browser.new_context(storage_state=state, reduced_motion="reduce", **settings)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        await context.tracing.start(snapshots=True)
        windows.append(Window(context, await context.new_page(), base_url))
        return windows[-1]

    yield opened
    errors = [error for window in windows for error in window.unexpected_errors]
    if errors or request.node.stash.get(FAILED, True):
        await Records(KEPT).keep(request.node.name, windows)
    for window in windows:
        await window.context.close()
    assert errors == [], "errors in the browser's console"


@pytest_asyncio.fixture(loop_scope="session")
async def window(open_window: OpenWindow, installation: Installation, grace: Account) -> Window:
    """A window in which Grace is signed in, on the page of a new chat."""
    opened = await open_window(installation.base_url, grace)
    await opened.visit()
    return opened
