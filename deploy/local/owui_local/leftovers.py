"""Temporary folders that carry the id of their process, so that those of killed processes can be removed."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from owui_local.process import has_process

OLD_SECONDS = 3600  # younger ones stay: the process may live where we cannot see it (another container)


def prefix_of(kind: str) -> str:
    """Return how our own folders of a kind begin."""
    return f"owui-{kind}-{os.getpid()}-"


def temporary_folder(kind: str) -> Path:
    """Make a folder, after removing old ones of that kind whose processes are gone."""
    remove_leftovers(kind)
    return Path(tempfile.mkdtemp(prefix=prefix_of(kind)))


def remove_leftovers(kind: str) -> None:
    """Remove old folders (and logs beside them) of processes that are gone."""
    for path in Path(tempfile.gettempdir()).glob(f"owui-{kind}-*-*"):
        pid = path.name.split("-")[2]
        try:
            old = time.time() - path.lstat().st_mtime > OLD_SECONDS
        except FileNotFoundError:
            continue
        if old and pid.isdigit() and not has_process(int(pid)):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
