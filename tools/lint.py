"""All checks that read the code without running it; each is run, the exit code says whether all passed."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from node import node_environment, npm_command
from progress import BUILD, ROOT, guard

from web import WEB, install_modules

BIN = Path(sys.executable).parent
PACKAGES = [
    "libs/chassis/owui_chassis",
    "libs/testkit/owui_testkit",
    "clients/sync/owui_sync",
    "deploy/local/owui_local",
]


def run(*command: str, folder: Path = ROOT, environment: Mapping[str, str] | None = None) -> bool:
    """Run a program with its output shown; say whether it was content."""
    surroundings = {**os.environ, **(environment or {})}
    return subprocess.run(command, cwd=folder, env=surroundings, check=False).returncode == 0


def mypy() -> bool:
    """Check the types of all packages, then of the tools, which are scripts in a folder of their own."""
    services = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "services").glob("*/owui_*"))
    program = str(BIN / "mypy")
    tools = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tools").glob("*.py"))
    return run(program, *PACKAGES, *services) & run(program, *tools, environment={"MYPYPATH": "tools"})


def buf() -> bool:
    """Lint the contracts; the protos of Google that they import come from a Python package."""
    spec = find_spec("google.api")
    if spec is None or not spec.submodule_search_locations:
        print("googleapis-common-protos is not installed")
        return False
    source = Path(spec.submodule_search_locations[0]).parents[1]
    target = BUILD / "googleapis"
    shutil.rmtree(target, ignore_errors=True)
    waiting = list((ROOT / "proto").rglob("*.proto"))
    while waiting:
        for name in re.findall(
            r'import "(google/(?:api|rpc)/[^"]+)"', waiting.pop().read_text(encoding="utf-8")
        ):
            if not (target / name).exists():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source / name, target / name)
                waiting.append(target / name)
    return run(str(BIN / "buf"), "lint")


def svelte() -> bool:
    """Check the components and types of the web UI."""
    if not (WEB / "package.json").exists():
        return True
    environment = node_environment()
    install_modules()
    return run(*npm_command(), "run", "--silent", "check", folder=WEB, environment=environment)


def scripts() -> list[str]:
    """Return the shell scripts of the repository."""
    found = [ROOT / ".ci" / "run", *(ROOT / "deploy").rglob("*.sh"), *(ROOT / "tools").glob("*.sh")]
    return [str(path) for path in found if path.exists()]


def docs() -> bool:
    """Check that what is generated from settings, the chart's comments and compose is as it would be now."""
    tools = ["generate_configuration.py", "chart_settings.py", "chart_readme.py", "engine_files.py"]
    fresh = [run(sys.executable, str(ROOT / "tools" / tool), "--check") for tool in tools]
    return all(fresh)


CHECKS: dict[str, Callable[[], bool]] = {
    "ruff check": lambda: run(str(BIN / "ruff"), "check", "--quiet", "."),
    "ruff format": lambda: run(str(BIN / "ruff"), "format", "--check", "--quiet", "."),
    "mypy": mypy,
    "import-linter": lambda: run(str(BIN / "lint-imports"), "--no-logo"),
    "buf lint": buf,
    "proto-check": lambda: run(sys.executable, str(ROOT / "tools" / "proto_check.py")),
    "docs": docs,
    "shellcheck": lambda: run(str(BIN / "shellcheck"), *scripts()),
    "svelte-check": svelte,
}


def main() -> None:
    """Run the checks named on the command line, or all."""
    failed = []
    for name in sys.argv[1:] or CHECKS:
        print(f"── {name}", flush=True)
        started = time.monotonic()
        if not CHECKS[name]():
            failed.append(name)
        print(
            f"   {'FAILED' if name in failed else 'ok'} after {time.monotonic() - started:.1f} s", flush=True
        )
    print(f"lint: {'failed: ' + ', '.join(failed) if failed else 'all checks passed'}")
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    guard(main)
