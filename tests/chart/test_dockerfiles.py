"""The image builds follow the rules of hadolint."""

import subprocess
from pathlib import Path

import pytest

from .conftest import Locate
from .helm import ROOT

DOCKERFILES = sorted((ROOT / "deploy").rglob("*Dockerfile*"))


def test_there_is_an_image_build() -> None:
    assert (ROOT / "deploy" / "docker" / "Dockerfile") in DOCKERFILES


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hadolint_finds_nothing(tool: Locate, path: Path) -> None:
    command = [*tool("hadolint"), "--no-color", "--failure-threshold", "style", str(path.relative_to(ROOT))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_is_not_asleep(tool: Locate, tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian:latest\nRUN apt-get install curl\n", encoding="utf-8")
    done = subprocess.run([*tool("hadolint"), str(bad)], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "DL3007" in done.stdout
