"""The Python environment in .venv: what is in it, whether that is still right, and how it is made."""

import hashlib
import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path

from progress import ROOT, StepError, guard, run, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".workspace.json"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
DEV_ONLY = ("libs/testkit",)


def packages(wanted: str) -> list[Path]:
    """Return the folders of our own packages in the set."""
    patterns = ("libs/*", "services/*", "clients/*", "deploy/local")
    folders = [path.parent for pattern in patterns for path in ROOT.glob(f"{pattern}/pyproject.toml")]
    return sorted(f for f in folders if wanted == "dev" or str(f.relative_to(ROOT)) not in DEV_ONLY)


def fingerprint(wanted: str) -> str:
    """Return a digest of all that decides what .venv must hold."""
    digest = hashlib.sha256()
    for path in [LOCKS[wanted], *(folder / "pyproject.toml" for folder in packages(wanted))]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """Return what the last complete set-up recorded, or nothing when .venv was moved or is broken."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    usable = (
        PYTHON.exists() and stamp.get("root") == str(ROOT) and stamp.get("python") == os.path.realpath(PYTHON)
    )
    return stamp if usable else {}


def is_current(wanted: str, stamp: dict[str, str]) -> bool:
    """Say whether .venv holds the wanted set; the development set contains the other."""
    have = stamp.get("set", "")
    return have in {wanted, "dev"} and stamp.get("fingerprint") == fingerprint(have)


def create() -> None:
    """Make an empty .venv."""
    if importlib.util.find_spec("venv") is None:
        raise StepError("this Python lacks the venv module; on Debian: apt-get install python3-venv")
    shutil.rmtree(VENV, ignore_errors=True)
    run("Creating .venv", [sys.executable, "-m", "venv", "--without-pip", str(VENV)])


def install(wanted: str) -> None:
    """Bring .venv to exactly the locked set plus our own packages."""
    from uv_tool import find_uv, uv_environment

    uv = find_uv()
    lock = LOCKS[wanted]
    count = sum(line[0].isalpha() for line in lock.read_text(encoding="utf-8").splitlines() if line)
    target = ["--python", str(PYTHON)]
    run(
        f"Installing {count} Python packages (once; a few hundred MB)",
        [uv, "pip", "sync", *target, "--require-hashes", "--compile-bytecode", str(lock)],
        environment=uv_environment(),
        hint="Is the Python package index reachable, and is there room on the disk?",
    )
    own = [part for folder in packages(wanted) for part in ("--editable", str(folder))]
    run(
        "Installing our own packages",
        [uv, "pip", "install", *target, "--no-deps", "--offline", *own],
        environment=uv_environment(),
    )


def main(arguments: list[str]) -> None:
    """Make .venv right for `--dev` or for running only; quick when it already is."""
    guard(lambda: refresh("dev" if "--dev" in arguments else "runtime"))


def refresh(wanted: str) -> None:
    """Do what is missing."""
    stamp = read_stamp()
    if not is_current(wanted, stamp):
        wanted = "dev" if stamp.get("set") == "dev" else wanted
        say("Preparing the Python environment")
        if not stamp:
            create()
        STAMP.unlink(missing_ok=True)
        install(wanted)
        record = {
            "set": wanted,
            "root": str(ROOT),
            "python": os.path.realpath(PYTHON),
            "fingerprint": fingerprint(wanted),
        }
        STAMP.write_text(json.dumps(record), encoding="utf-8")
