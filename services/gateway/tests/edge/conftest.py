"""Fixtures: a gateway that runs for real over fake services."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from .world import PAGE, World


@pytest.fixture(scope="module")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built web interface, the smallest there is."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "index.html").write_text(PAGE)
    (folder / "app.js").write_text("start = () => 1;\n" * 20_000)
    (folder / "_app" / "immutable").mkdir(parents=True)
    (folder / "_app" / "immutable" / "chunk.abc.js").write_text("export default 1;\n")
    (folder.parent / "secret.txt").write_text("not for you")
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def module_world(redis_url: str, web_folder: Path) -> AsyncIterator[World]:
    """One gateway for a whole module."""
    async with World(redis_url, web_folder, {}) as world:
        yield world


@pytest.fixture
def world(module_world: World) -> World:
    """The module's gateway without the traces of the test before."""
    module_world.reset()
    return module_world
