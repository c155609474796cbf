"""Find uv, the package installer, or install the pinned one into build/uv."""

import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from progress import BUILD, ROOT, StepError, run

PIN = ROOT / "tools" / "uv.lock.txt"


def wanted_version() -> str:
    """Return the version that tools/uv.lock.txt pins."""
    version: str = PIN.read_text(encoding="utf-8").split("==")[1].split()[0]
    return version


def find_uv() -> str:
    """Return the path of a uv of the pinned minor release, installing it when the machine has none."""
    local = BUILD / "uv" / "bin" / "uv"
    for candidate in (str(local), shutil.which("uv")):
        if candidate and same_release(candidate):
            return candidate
    install(local.parent.parent)
    return str(local)


def same_release(program: str) -> bool:
    """Say whether the program runs and is of the release line we pin (its build backend is used too)."""
    try:
        output = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return output.split()[1].split(".")[:2] == wanted_version().split(".")[:2]


def install(target: Path) -> None:
    """Install the pinned uv with pip, checked by hash."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="pip-") as folder:
        pip = [pip_python(Path(folder) / "venv"), "-m", "pip", "--disable-pip-version-check", "install"]
        shutil.rmtree(target, ignore_errors=True)
        run(
            f"Fetching the installer uv {wanted_version()}",
            [*pip, "--quiet", "--no-deps", "--require-hashes", "--target", str(target), "-r", str(PIN)],
            hint="Is the Python package index reachable from here?",
        )


def pip_python(folder: Path) -> str:
    """Return a Python that has pip: one in a fresh environment, else the machine's own."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        try:
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
            return str(folder / "bin" / "python")
        except subprocess.CalledProcessError:
            pass  # Debian's module without its wheels: fall through to the machine's pip
    if importlib.util.find_spec("pip"):
        return sys.executable
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    package = (
        f"apt-get install python{version}-venv" if shutil.which("apt-get") else "install the venv module"
    )
    raise StepError(
        f"Python {platform.python_version()} here has neither ensurepip nor pip. Remedy: {package}."
    )


def uv_environment() -> dict[str, str]:
    """Return settings for uv: a company's own pip index counts for uv too."""
    extra = {"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "hardlink"), "UV_NO_PROGRESS": "1"}
    if "PIP_INDEX_URL" in os.environ and "UV_DEFAULT_INDEX" not in os.environ:
        extra["UV_DEFAULT_INDEX"] = os.environ["PIP_INDEX_URL"]
    return extra
