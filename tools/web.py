"""Build the web UI into web/build, only when its sources or packages have changed."""

import hashlib
import shutil
import sys
from pathlib import Path

from node import node_environment, npm_command
from progress import BUILD, ROOT, guard, run

WEB = ROOT / "web"
MADE = {"node_modules", "build", ".svelte-kit", "test-results"}
PLACE = WEB / "build"
PACKAGED = ROOT / "deploy" / "local" / "owui_local" / "web"  # what an installation takes along
NEW, OLD = WEB / ".svelte-kit" / "new-build", WEB / ".svelte-kit" / "old-build"
MODULES_STAMP = WEB / "node_modules" / ".installed"
BUILD_STAMP = BUILD / "web.stamp"
PACKAGED_STAMP = BUILD / "web-packaged.stamp"


def sources() -> list[Path]:
    """Return all files that the build may read."""
    found = []
    for top in sorted(WEB.iterdir()):
        if top.name not in MADE:
            found += [top] if top.is_file() else sorted(path for path in top.rglob("*") if path.is_file())
    return found


def digest(files: list[Path]) -> str:
    """Return a digest of names and contents."""
    total = hashlib.sha256(str(ROOT).encode())
    for path in files:
        total.update(str(path.relative_to(WEB)).encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def read(stamp: Path) -> str:
    """Return what a stamp holds, or nothing."""
    return stamp.read_text(encoding="utf-8") if stamp.exists() else ""


def install_modules() -> None:
    """Install what package-lock.json names."""
    wanted = digest([WEB / "package.json", WEB / "package-lock.json"])
    if read(MODULES_STAMP) == wanted:
        return
    run(
        "Installing the packages of the web UI",
        [*npm_command(), "ci", "--no-audit", "--no-fund", "--prefer-offline"],
        folder=WEB,
        environment=node_environment(),
        hint="Is the npm registry reachable?",
    )
    MODULES_STAMP.write_text(wanted, encoding="utf-8")


def replace_build() -> None:
    """Put the new build in the place of the last one: a running server misses it for two renames at most."""
    shutil.rmtree(OLD, ignore_errors=True)
    if PLACE.exists():
        PLACE.rename(OLD)
    NEW.rename(PLACE)
    shutil.rmtree(OLD, ignore_errors=True)


def build() -> None:
    """Build when needed; a build that fails leaves the last good one."""
    if not (WEB / "package.json").exists():
        return
    wanted = digest(sources())
    if read(BUILD_STAMP) != wanted or not (PLACE / "index.html").exists():
        build_anew(wanted)
    if read(PACKAGED_STAMP) != wanted or not (PACKAGED / "index.html").exists():
        pack(wanted)


def build_anew(wanted: str) -> None:
    """Build, and note what of."""
    environment = {**node_environment(), "BUILD_FOLDER": str(NEW)}
    install_modules()
    shutil.rmtree(NEW, ignore_errors=True)
    run("Building the web UI", [*npm_command(), "run", "build"], folder=WEB, environment=environment)
    replace_build()
    BUILD.mkdir(exist_ok=True)
    BUILD_STAMP.write_text(wanted, encoding="utf-8")


def pack(wanted: str) -> None:
    """Copy the build into the package of the one-machine edition, which is built from its own files only."""
    PACKAGED_STAMP.unlink(missing_ok=True)
    shutil.rmtree(PACKAGED, ignore_errors=True)
    shutil.copytree(PLACE, PACKAGED)
    PACKAGED_STAMP.write_text(wanted, encoding="utf-8")


def main() -> None:
    """Build, or only install the packages with `--modules`."""
    if "--modules" in sys.argv[1:]:
        node_environment()
        install_modules()
    else:
        build()


if __name__ == "__main__":
    guard(main)
