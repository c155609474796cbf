"""Installs the peer: `python -m bench install-peer [--torch-index URL] [--find-links FOLDER]`."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

PEER = Path(__file__).parents[1] / ".peer"
VERSION = "0.6.42"
# Its wheel pins langchain releases without modules it imports; these have them. torch is pinned so that
# a CPU build can be offered with --torch-index or --find-links: the plain one is several GB.
OVERRIDES = (
    "langchain==1.2.0",
    "langchain-classic==1.0.0",
    "langchain-community==0.4.1",
    "langchain-text-splitters==1.1.0",
    "torch==2.13.0",
)


def program() -> Path:
    """The command that starts the peer; it exists once `install` was run."""
    return PEER / "venv" / "bin" / "open-webui"


def find_uv() -> str:
    """The uv that `make setup` brought, or the one in the PATH; SystemExit without either."""
    ours = PEER.parents[1] / "build" / "uv" / "bin" / "uv"
    uv = str(ours) if ours.exists() else shutil.which("uv")
    if not uv:
        raise SystemExit("uv is not installed: run `make setup`, or put uv in the PATH")
    return uv


def install(torch_index: str | None, find_links: str | None) -> None:
    """Creates the environment and installs the peer into it; CalledProcessError when that fails."""
    uv, python = find_uv(), PEER / "venv" / "bin" / "python"
    if not python.exists():
        subprocess.run([uv, "venv", "--python", "3.11", str(PEER / "venv")], check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as overrides:
        overrides.write("\n".join(OVERRIDES))
        overrides.flush()
        command = [uv, "pip", "install", "--python", str(python), "--override", overrides.name]
        if torch_index:
            command += ["--index", torch_index, "--index-strategy", "unsafe-best-match"]
        if find_links:
            command += ["--find-links", find_links]
        extra = [one for one in OVERRIDES if one.startswith(("langchain-classic", "langchain-text"))]
        subprocess.run([*command, f"open-webui=={VERSION}", *extra], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torch-index", help="an index that has a CPU build of torch")
    parser.add_argument(
        "--find-links",
        default=os.environ.get("PIP_FIND_LINKS"),
        help="a folder or page with a CPU build of torch",
    )
    options = parser.parse_args()
    install(options.torch_index, options.find_links)
    print(f"installed: {program()}")
