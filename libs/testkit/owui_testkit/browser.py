"""The browser of the tests."""

import os
import subprocess
import sys

import pytest
from owui_local.surroundings import REPOSITORY


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium that starts without a screen: CHROMIUM, the machine's, or one fetched for us."""
    if named := os.environ.get("CHROMIUM"):
        return named
    finder = [sys.executable, str(REPOSITORY / "tools" / "chromium.py")]
    found = subprocess.run(finder, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        pytest.fail(found.stderr.strip(), pytrace=False)
    return found.stdout.strip().splitlines()[-1]
