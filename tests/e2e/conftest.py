"""Fixtures and hooks of the browser journeys."""

from collections.abc import Generator
from pathlib import Path

import pytest

from .fixtures import FAILED, browser, grace, installation, open_window, provider, shared_provider, window

__all__ = ["browser", "grace", "installation", "open_window", "provider", "shared_provider", "window"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the journeys on one event loop, that of the browser and the provider."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed, for the fixtures that clean up after it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report
