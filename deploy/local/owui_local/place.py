"""Where this edition lies, in a checkout or installed, and so where it keeps data and finds the web UI."""

import os
from collections.abc import Mapping
from pathlib import Path

from owui_local.errors import LocalError

PACKAGE = Path(__file__).resolve().parent


def checkout(package: Path = PACKAGE) -> Path | None:
    """Return the repository the package is part of; None when it was installed and needs none."""
    if package.parent.parts[-2:] != ("deploy", "local"):
        return None
    root = package.parents[2]
    return root if (root / "pyproject.toml").is_file() else None


def home_folder(environ: Mapping[str, str], package: Path = PACKAGE) -> Path:
    """Return the folder with .env: the checkout or, as updates replace what is installed, one at home."""
    if root := checkout(package):
        return root
    shared = environ.get("XDG_DATA_HOME", "")
    # Its specification says that a relative one is invalid.
    home = Path(shared if os.path.isabs(shared) else os.path.expanduser("~/.local/share")) / "owui"
    if not home.is_absolute():
        raise LocalError("It is not known where your home folder is. Set HOME or XDG_DATA_HOME.")
    return home


def default_data(environ: Mapping[str, str], package: Path = PACKAGE) -> Path:
    """Return the data folder of somebody who has named none."""
    home = home_folder(environ, package)
    return home / "data" if checkout(package) else home


def web_folder(package: Path = PACKAGE) -> Path:
    """Return where the built web UI is, if there is one; `make web` puts it into both places."""
    root = checkout(package)
    return root / "web" / "build" if root else package / "web"


def web_remedy(package: Path = PACKAGE) -> str:
    """Return what to do when there is none."""
    if checkout(package):
        return "The web UI is not built (make web)"
    return "The web UI was not installed (make web in the checkout, then install again)"
