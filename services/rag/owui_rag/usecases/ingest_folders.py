"""Folders for files while they are read; those that a killed worker left behind are removed by the next."""

import os
import re
import shutil
import tempfile
from pathlib import Path

_PREFIX = "owui-ingest-"
_OWNED = re.compile(rf"{_PREFIX}(\d+)-")


def new_folder() -> Path:
    """Make a private folder that tells whose it is."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_left_folders() -> int:
    """Remove the folders of processes that are gone; return how many. To be called before files are read.

    A folder under our own number is of an earlier process too: in a container all are number 1.
    """
    left = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        owner = _OWNED.match(folder.name)
        if owner is not None and (int(owner[1]) == os.getpid() or not _runs(int(owner[1]))):
            shutil.rmtree(folder, ignore_errors=True)
            left += 1
    return left


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
