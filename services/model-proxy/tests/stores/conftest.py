"""The schema of this service in a fresh database."""

from collections.abc import AsyncIterator

import pytest
from owui_chassis.database import Database
from owui_chassis.migrations import migrate


@pytest.fixture(scope="module")
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    await migrate("owui_model_proxy", "model_proxy", postgres_url)
    async with Database(postgres_url, "model_proxy", 4) as opened:
        yield opened
