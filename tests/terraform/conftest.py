"""Fixtures of the tests of Terraform: the parsed files, and Terraform with stub providers."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import pytest

from .planning import Installation, Planner
from .sources import ROOT, TERRAFORM, Folder, folders

Locate = Callable[[str], list[str]]
Installations = Callable[[str], dict[str, Installation]]
PLACES = sorted({str(path.parent.relative_to(TERRAFORM)) for path in TERRAFORM.rglob("versions.tf")})
ENVIRONMENTS = [place for place in PLACES if place.startswith("environments/")]


@pytest.fixture(scope="session")
def tool() -> Locate:
    """Return how a tool is called; it is fetched at first use."""

    @cache
    def locate(name: str) -> list[str]:
        command = [sys.executable, str(ROOT / "tools" / "kube_tools.py"), "locate", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name} cannot be had: {done.stderr.strip()}"
        return list(json.loads(done.stdout.splitlines()[-1])[name])

    return locate


@pytest.fixture(scope="session")
def all_folders(tool: Locate) -> dict[str, Folder]:
    """Every module and environment, by its place."""
    return {folder.name: folder for folder in folders(tool("hcl2json"))}


@pytest.fixture(params=PLACES)
def folder(request: pytest.FixtureRequest, all_folders: dict[str, Folder]) -> Folder:
    """Each module and environment."""
    return all_folders[request.param]


@pytest.fixture(params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest, all_folders: dict[str, Folder]) -> Folder:
    """Each environment."""
    return all_folders[request.param]


@pytest.fixture(scope="session")
def planner(tool: Locate, tmp_path_factory: pytest.TempPathFactory) -> Planner:
    """Terraform on a copy of our files."""
    return Planner(tool("terraform"), tmp_path_factory.mktemp("terraform"))


@pytest.fixture(scope="session")
def installations(planner: Planner, all_folders: dict[str, Folder]) -> Installations:
    """What an environment would create, by the name of the run; "example" is examples/complete.tfvars."""

    @cache
    def of(place: str) -> dict[str, Installation]:
        home = planner.copy / place
        text = (home / "tests" / "installation.tftest.hcl").read_text(encoding="utf-8")
        mocks = text[: text.index("variables {")]
        example = (home / "examples" / "complete.tfvars").read_text(encoding="utf-8")
        if place == "environments/eks":
            example = example.replace('"global-bundle.pem"', '"tests/mocks/certificate.pem"')
        (home / "tests" / "example.tftest.hcl").write_text(
            f'{mocks}\nvariables {{\n{example}\n}}\nrun "example" {{}}\n', encoding="utf-8"
        )
        return planner.installations(place)

    return of


@pytest.fixture(scope="session")
def aks(installations: Installations) -> dict[str, Installation]:
    """What the environment for AKS would create, by the name of the run."""
    return installations("environments/aks")


@pytest.fixture(scope="session")
def eks(installations: Installations) -> dict[str, Installation]:
    """What the environment for EKS would create, by the name of the run."""
    return installations("environments/eks")
