"""Fixtures of the chart's tests: the tools, and helm with what it has rendered."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from .helm import CASES, ROOT, Helm
from .manifests import Rendered

Locate = Callable[[str], list[str]]


@pytest.fixture(scope="session")
def tool() -> Locate:
    """Return how a tool is called; it is fetched at first use."""
    known: dict[str, list[str]] = {}

    def locate(name: str) -> list[str]:
        if name not in known:
            command = [sys.executable, str(ROOT / "tools" / "kube_tools.py"), "locate", name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{name} cannot be had: {done.stderr.strip()}"
            known.update(json.loads(done.stdout.splitlines()[-1]))
        return known[name]

    return locate


@pytest.fixture(scope="session")
def helm(tool: Locate, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """The chart and what renders it."""
    return Helm(tool("helm"), tmp_path_factory.mktemp("helm"))


@pytest.fixture(params=[path.stem for path in CASES] or ["(there are no files in charts/open-webui/ci)"])
def case(request: pytest.FixtureRequest) -> str:
    """Every supported installation, by the name of its file in ci/."""
    return str(request.param)


@pytest.fixture
def rendered(helm: Helm, case: str) -> Rendered:
    """Every supported installation, rendered."""
    return helm.render(case)
