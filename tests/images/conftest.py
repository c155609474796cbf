"""What stands in the images, installed once for all tests by the commands of the image build."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))  # the tools import each other as scripts do

from image_installs import install  # noqa: E402 - found by the line above
from image_locks import IMAGES  # noqa: E402
from owui_local.leftovers import temporary_folder  # noqa: E402

from web import build as build_web  # noqa: E402 - a tool like the others

# The one with torch is two to four gigabytes; of it the locks are checked.
INSTALLED = [image for image in IMAGES if image != "rag-ml"]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def workplace() -> Iterator[Path]:
    """A folder that every account of the machine may enter, removed in the end."""
    folder = temporary_folder("images")
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def installed(workplace: Path) -> Callable[[str], Path]:
    """Give the folder of an installed image, which is installed when it is first asked for.

    The gateway's has the web UI in it, as its image has.
    """

    def folder(image: str) -> Path:
        target = workplace / image
        if not target.exists():
            install(image, target)
            if image == "gateway":
                build_web()
                shutil.copytree(ROOT / "web" / "build", target / "web")
        return target

    return folder


@pytest.fixture(scope="session", params=INSTALLED)
def image(request: pytest.FixtureRequest) -> str:
    """Each image in turn."""
    return str(request.param)
