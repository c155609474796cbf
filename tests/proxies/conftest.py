"""Fixtures of the tests of reverse proxies: a platform with two gateways, and each proxy in front of it."""

import inspect
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from owui_local.leftovers import temporary_folder
from owui_local.stack import StackError
from owui_testkit.certificates import Authority, ServerFiles

from tests.integration.clients.people import Person
from tests.integration.fixtures import providers
from tests.integration.world import Providers, World

from .front import Front, FrontError
from .kinds import KINDS, Kind
from .site import Site
from .tap import Tap

__all__ = ["providers"]

STARTS = 3
HSTS = "max-age=31536000"
SETTINGS = {
    "HSTS": HSTS,
    # A silent socket is heard of every second instead of every 25.
    "WEBSOCKET_SERVER_PING_INTERVAL": "1",
    "GATEWAY_MAX_BODY_BYTES": str(4 * 1024 * 1024),
    # As in production, but shorter: longer than a proxy takes to notice.
    "DRAIN_DELAY_SECONDS": "3",
    "DRAIN_SECONDS": "60",
    "CHAT_DEAD_SECONDS": "20",
    "CHAT_IDLE_SECONDS": "60",
    "ENABLE_TITLE_GENERATION": "false",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all of them on one event loop, that of the provider and the taps."""
    for item in items:
        waits = inspect.iscoroutinefunction(getattr(item, "function", None))
        if waits and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each proxy in turn."""
    return KINDS[request.param]


@pytest.fixture(scope="session")
def authority() -> Iterator[Authority]:
    """Who has signed the certificate of the proxies."""
    folder = temporary_folder("proxy-authority")
    yield Authority(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def certificate(authority: Authority) -> ServerFiles:
    """The certificate of the proxies."""
    return authority.server()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_platform(providers: Providers) -> AsyncIterator[World]:
    """One process per service, and two gateways."""
    world = await started_platform(providers)
    try:
        yield world
    finally:
        await world.stop()


async def started_platform(providers: Providers) -> World:
    """Start the platform, again when a machine that is too busy did not make it in time."""
    for left in reversed(range(STARTS)):
        world = World("per-service", providers, SETTINGS)
        try:
            await world.start()
        except BaseException as error:
            await world.stop()
            if not left or not isinstance(error, StackError):
                raise
        else:
            return world
    raise AssertionError("not reached: the last attempt returns or raises")


@pytest.fixture
def platform(shared_platform: World) -> World:
    """The platform; its providers have forgotten the scripts and requests of the test before."""
    shared_platform.providers.reset()
    return shared_platform


def started(kind: Kind, gateways: list[str], certificate: ServerFiles) -> Front:
    """Start a proxy, or fail with what it says."""
    front = Front(kind, gateways, certificate)
    try:
        front.start()
    except FrontError as error:
        front.stop()
        pytest.fail(str(error), pytrace=False)
    return front


@pytest.fixture(scope="session")
def front(kind: Kind, shared_platform: World, certificate: ServerFiles) -> Iterator[Front]:
    """The proxy in front of both gateways."""
    gateways = [url.removeprefix("http://") for url in shared_platform.stack.base_urls]
    front = started(kind, gateways, certificate)
    yield front
    front.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def site(platform: World, front: Front, authority: Authority) -> AsyncIterator[Site]:
    """The platform as people meet it behind the proxy."""
    async with Site(platform, front, authority.bundle) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def taps(platform: World) -> AsyncIterator[list[Tap]]:
    """Wires to the gateways at which one can see what passes."""
    ports = [int(url.rpartition(":")[2]) for url in platform.stack.base_urls]
    async with Tap(ports[0]) as first, Tap(ports[-1]) as second:
        yield [first, second]


@pytest_asyncio.fixture(loop_scope="session")
async def tapped_site(
    kind: Kind, platform: World, taps: list[Tap], certificate: ServerFiles, authority: Authority
) -> AsyncIterator[Site]:
    """The same behind another proxy of that kind, whose connections to the gateways can be seen."""
    front = started(kind, [tap.address for tap in taps], certificate)
    try:
        async with Site(platform, front, authority.bundle) as found:
            yield found
    finally:
        front.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def ada(site: Site) -> Person:
    """Somebody who knows only the address of the proxy."""
    return await site.person()
