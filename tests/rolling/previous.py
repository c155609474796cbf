"""The previous release as the tests see it: unpacked, with a Python of its own."""

import functools
import subprocess
import sys
from pathlib import Path

import pytest
from owui_local.services import package
from owui_local.surroundings import REPOSITORY

TOOL = REPOSITORY / "tools" / "previous_release.py"


@functools.cache
def previous_release() -> Path:
    """Return its folder; fail with the tool's sentence when it cannot be had."""
    found = subprocess.run([sys.executable, str(TOOL), "unpack"], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        pytest.fail(found.stderr.strip() or found.stdout.strip(), pytrace=False)
    return Path(found.stdout.strip().splitlines()[-1])


def previous_revisions(schema: str) -> set[str]:
    """Return the names of the revisions that the previous release has of a schema."""
    name = package(schema)
    return {file.name for file in previous_release().glob(f"services/*/{name}/migrations/versions/[0-9]*.py")}
