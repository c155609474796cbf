"""Fixtures of the documentation's tests."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))  # the tools import each other as scripts do


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository."""
    return ROOT
