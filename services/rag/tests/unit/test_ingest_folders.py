"""Folders of files that are being read: private, and not left behind."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from owui_rag.usecases.ingest_folders import new_folder, remove_left_folders


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nobody_else_reads_them(temporary: Path) -> None:
    folder = new_folder()
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o077 == 0


def test_those_of_the_dead_are_removed_and_those_of_the_living_stay(temporary: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    left = [temporary / f"owui-ingest-{number}-abc" for number in (dead.pid, os.getpid())]
    living = temporary / f"owui-ingest-{os.getppid()}-abc"
    other = temporary / "owui-ingest-notes"
    for folder in (*left, living, other):
        (folder / "inside").mkdir(parents=True)
    assert remove_left_folders() == 2
    assert sorted(temporary.iterdir()) == sorted([living, other])
