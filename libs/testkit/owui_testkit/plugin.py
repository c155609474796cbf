"""The pytest plugin: fixtures that every service's tests may name."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from owui_testkit.browser import chromium_path
from owui_testkit.fake_provider import FakeProvider
from owui_testkit.object_store import s3_server
from owui_testkit.running_stack import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_generate_tests,
    session_provider,
    shared_stack,
    stack,
)
from owui_testkit.stores import (
    claim_redis_database,
    create_database,
    drop_database,
    flush_redis,
    postgres_server,
    redis_server,
)

# pytest finds hooks and fixtures by name in this module.
__all__ = [
    "chromium_path",
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_generate_tests",
    "session_provider",
    "shared_stack",
    "stack",
]


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """The superuser's address of a Postgres server shared by the whole run."""
    with postgres_server() as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def postgres_url(postgres_server_url: str) -> AsyncIterator[str]:
    """A new database, empty but for the extensions, for one test module; the user is a superuser."""
    url = await create_database(postgres_server_url)
    yield url
    await drop_database(postgres_server_url, url)


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """The address of a Redis server shared by the whole run, without a database number."""
    with redis_server() as url:
        yield url


@pytest.fixture(scope="module")
def redis_url(redis_server_url: str) -> Iterator[str]:
    """An empty Redis database for one test module (channels are shared by the whole server)."""
    url = claim_redis_database(redis_server_url)
    yield url
    flush_redis(url)


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The address of an S3-compatible server shared by the whole run; see `owui_testkit.object_store`."""
    with s3_server() as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_fake_provider() -> AsyncIterator[FakeProvider]:
    """One scripted provider for a whole test module; it remembers everything since its start or `reset()`."""
    provider = FakeProvider()
    await provider.start()
    yield provider
    await provider.stop()


@pytest.fixture
def fake_provider(shared_fake_provider: FakeProvider) -> FakeProvider:
    """The module's scripted provider without the script and the requests of the test before."""
    shared_fake_provider.reset()
    return shared_fake_provider
