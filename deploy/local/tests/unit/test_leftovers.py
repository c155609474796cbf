"""Folders of killed test runs do not pile up."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from owui_local.leftovers import prefix_of, remove_leftovers, temporary_folder


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def make_old(path: Path) -> Path:
    os.utime(path, (1, 1))
    return path


def test_only_old_folders_of_ended_processes_go(place: Path) -> None:
    ended = subprocess.Popen(["/bin/true"])
    ended.wait()
    gone = place / f"owui-unit-{ended.pid}-a"
    gone.mkdir()
    make_old(gone)
    young = place / f"owui-unit-{ended.pid}-b"
    young.mkdir()
    ours = make_old(temporary_folder("unit"))
    remove_leftovers("unit")
    assert not gone.exists()
    assert young.exists()
    assert ours.exists()
    assert ours.name.startswith(prefix_of("unit"))
