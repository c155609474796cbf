"""What stands in each image, installed into a folder without a container engine, and how much it weighs."""

import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from progress import ROOT, run
from uv_tool import find_uv, uv_environment

INSTALL = ROOT / "deploy" / "docker" / "install.sh"
# What the steps may know of the surroundings: where packages come from, and no more.
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "UV_CACHE_DIR",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "SSL_CERT_FILE",
)
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Size:
    """Bytes of an image's own files, by what they are."""

    image: str
    total: int
    packages: int
    bytecode: int
    heaviest: str


def clean_environment() -> dict[str, str]:
    """Return an environment without anything that describes this checkout or its .venv."""
    kept = {name: value for name, value in os.environ.items() if name in INHERITED}
    python = os.path.realpath(sys.executable)
    return {**kept, **uv_environment(), "PYTHON": python, "UV": find_uv(), "UV_PYTHON_DOWNLOADS": "never"}


def install(image: str, target: Path, step: str = "all") -> None:
    """Run the steps of the image build that install an image's packages, into a folder."""
    command = ["env", "-i", *(f"{name}={value}" for name, value in clean_environment().items())]
    run(f"Installing {image} ({step})", [*command, str(INSTALL), step, image, str(target)])


def weigh(paths: Iterable[Path]) -> int:
    """Return the bytes of files; a link weighs nothing."""
    return sum(path.lstat().st_size for path in paths if path.is_file() and not path.is_symlink())


def size_of(image: str, target: Path) -> Size:
    """Weigh an installed image."""
    packages = next(target.glob("lib/python3.*/site-packages"))
    each = {entry.name: weigh([entry, *entry.rglob("*")]) for entry in packages.iterdir()}
    heaviest = sorted(each, key=lambda name: -each[name])[:4]
    shown = ", ".join(f"{name} {each[name] / MEGABYTE:.0f}" for name in heaviest)
    return Size(image, weigh(target.rglob("*")), sum(each.values()), weigh(packages.rglob("*.pyc")), shown)


def measure(images: Iterable[str]) -> list[Size]:
    """Install images one after another and weigh each; the gateway carries the web UI."""
    found = []
    with tempfile.TemporaryDirectory(prefix="owui-images-") as folder:
        for image in images:
            target = Path(folder) / image
            install(image, target)
            size = size_of(image, target)
            web = weigh((ROOT / "web" / "build").rglob("*")) if image == "gateway" else 0
            found.append(Size(image, size.total + web, size.packages, size.bytecode, size.heaviest))
    return found


def show(sizes: Iterable[Size]) -> str:
    """Return the table for docs/performance.md."""
    lines = ["| image | MB | of it bytecode | heaviest packages (MB) |", "|---|---|---|---|"]
    for size in sizes:
        total, bytecode = size.total / MEGABYTE, size.bytecode / MEGABYTE
        lines.append(f"| {size.image} | {total:.0f} | {bytecode:.0f} | {size.heaviest} |")
    return "\n".join(lines)
