"""The previous release, kept to be run beside this one: `freeze COMMIT` keeps it, `unpack` makes it runnable.

What is kept are its programs and its integration tests, packed in deploy/releases/ (docs/decisions/0011 says
why packed). Unpacked, they run in an environment of their own, with the third-party packages of this release,
and migrate with the programs of this release; with their own where PREVIOUS_RELEASE_MIGRATES is set.
"""

import hashlib
import io
import lzma
import re
import shutil
import subprocess
import sys
import tarfile
import venv
from importlib.util import find_spec
from pathlib import Path

from progress import BUILD, ROOT, StepError, guard

RELEASES = ROOT / "deploy" / "releases"
ARCHIVE, NOTE = RELEASES / "previous.tar.xz", RELEASES / "previous.txt"
TARGET = BUILD / "previous-release"
# The folders that hold packages, and what else the tests of the API need.
PACKAGES = (
    "services/auth", "services/chat", "services/gateway", "services/model-proxy", "services/rag",
    "libs/chassis", "libs/contracts", "libs/testkit", "deploy/local", "clients/sync",
)  # fmt: skip
KEPT = re.compile(
    r"(services|libs|clients)/[^/]+/owui[^/]*/.*|deploy/local/owui_local/.*|tests/integration/.*"
    r"|services/rag/tests/unit/extraction/documents\.py|pyproject\.toml"
)
_STUB = '''"""Migrates as the next release does, or as its own when it is told so."""

import os
import runpy
import sys
from pathlib import Path

if os.environ.get("PREVIOUS_RELEASE_MIGRATES"):
    runpy.run_module({package!r} + ".migrate_itself", run_name="__main__")
    sys.exit()
with Path({log!r}).open("a") as log:
    log.write({package!r} + "\\n")
os.execv({python!r}, [{python!r}, "-m", {package!r} + ".migrate"])
'''


def freeze(commit: str) -> None:
    """Keep a commit as the previous release; the only step that needs git."""
    git = ["git", "-C", str(ROOT)]
    found = subprocess.run(
        [*git, "rev-parse", f"{commit}^{{commit}}"], capture_output=True, text=True, check=False
    )
    if found.returncode != 0:
        raise StepError(f"{commit} is no commit of this repository; a shallow clone has only the newest.")
    name = found.stdout.strip()
    whole = subprocess.run([*git, "archive", name], capture_output=True, check=True).stdout
    packed = lzma.compress(chosen(whole), preset=9 | lzma.PRESET_EXTREME)
    RELEASES.mkdir(parents=True, exist_ok=True)
    ARCHIVE.write_bytes(packed)
    NOTE.write_text(f"commit {name}\nsha256 {hashlib.sha256(packed).hexdigest()}\n", encoding="utf-8")
    print(f"kept {name} in {ARCHIVE.relative_to(ROOT)}, {len(packed) // 1000} kB")


def chosen(archive: bytes) -> bytes:
    """Return a tar of the members that are kept; the same commit always gives the same bytes."""
    buffer = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as source,
        tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as target,
    ):
        for member in sorted(source.getmembers(), key=lambda one: one.name):
            if member.isfile() and KEPT.fullmatch(member.name) and not member.name.endswith(".pyi"):
                kept = tarfile.TarInfo(member.name)
                kept.size = member.size
                target.addfile(kept, source.extractfile(member))
    return buffer.getvalue()


def note() -> dict[str, str]:
    """Return what is written about the previous release: its commit and the hash of the archive."""
    return dict(line.split(" ", 1) for line in NOTE.read_text(encoding="utf-8").splitlines())


def unpack() -> Path:
    """Return the folder of the previous release, unpacked and runnable: `.venv/bin/python` is its Python."""
    packed = ARCHIVE.read_bytes()
    digest = hashlib.sha256(packed).hexdigest()
    if digest != note()["sha256"]:
        raise StepError(f"{ARCHIVE.relative_to(ROOT)} is not the archive that {NOTE.name} describes.")
    folder = TARGET / digest[:12]
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(packed))) as archive:
        archive.extractall(folder, filter="data")
    for service in folder.glob("services/*/owui_*/migrate.py"):
        package = service.parent.name
        log = str(folder / "migrated.txt")
        service.rename(service.with_name("migrate_itself.py"))
        service.write_text(_STUB.format(log=log, package=package, python=sys.executable), encoding="utf-8")
    make_environment(folder)
    return folder


def make_environment(folder: Path) -> None:
    """Give a tree a Python that finds its packages before those of this release."""
    venv.create(folder / ".venv", symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # A path that is named here is no site directory: the .pth files in it, ours among them, are not read.
    paths = [*(folder / package for package in PACKAGES), third_party()]
    lines = "".join(f"{path}\n" for path in paths)
    (folder / ".venv" / "lib" / version / "site-packages" / "release.pth").write_text(lines, encoding="utf-8")


def third_party() -> Path:
    """Return the folder of the packages that are not ours."""
    found = find_spec("pytest")
    if found is None or found.origin is None:
        raise StepError("The environment is not complete; run: make setup")
    return Path(found.origin).parents[1]


def main() -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["freeze", commit]:
            freeze(commit)
        case ["unpack"]:
            print(unpack())
        case _:
            raise StepError("usage: previous_release.py freeze COMMIT | unpack")


if __name__ == "__main__":
    guard(main)
