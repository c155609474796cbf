"""The revisions of the services, and packages that end with an earlier one."""

import importlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from owui_local.services import SERVICES, package, snake

SCHEMAS = {snake(service): package(service) for service in SERVICES}


def revision_files(name: str) -> list[Path]:
    """Return the files of the revisions of a package, oldest first."""
    return sorted((Path(str(files(name))) / "migrations" / "versions").glob("[0-9]*.py"))


@contextmanager
def truncated(name: str, revisions: list[Path], folder: Path) -> Iterator[str]:
    """Yield the name of a package whose migrations are these files only."""
    shorter = f"{name}_until_{revisions[-1].name[:4] if revisions else '0000'}"
    target = folder / shorter / "migrations" / "versions"
    target.mkdir(parents=True, exist_ok=True)
    (folder / shorter / "__init__.py").touch()
    for file in revisions:
        shutil.copy(file, target)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield shorter
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop(shorter, None)
