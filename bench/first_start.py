"""How long `make up` takes in a fresh copy, and what it leaves on disk: `python -m bench first-start`."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from time import monotonic

from bench.load.http import Address, HttpConnection
from bench.systems import free_port

ROOT = Path(__file__).parents[1]


def copy_sources(target: Path) -> None:
    """Copies what a clone of the working tree would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in listed.stdout.decode().split("\0"):
        source = ROOT / name
        if name and source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


async def wait_healthy(process: subprocess.Popen[bytes], address: Address, limit: float) -> float:
    """Seconds until /health answers; SystemExit when `make up` ends before or `limit` passes."""
    started = monotonic()
    while process.poll() is None and monotonic() - started < limit:
        http = HttpConnection(address)
        try:
            if (await http.request("GET", "/health", timeout=5)).status == 200:
                return monotonic() - started
        except (OSError, TimeoutError, EOFError):
            await asyncio.sleep(0.1)
        finally:
            http.close()
    raise SystemExit(f"`make up` was not healthy after {monotonic() - started:.0f} s (exit {process.poll()})")


def disk_mib(folder: Path) -> float:
    """MiB of disk blocks below a folder; a file with several names counts once."""
    blocks: dict[tuple[int, int], int] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            status = Path(place, name).lstat()
            blocks[status.st_dev, status.st_ino] = status.st_blocks
    return sum(blocks.values()) * 512 / 2**20


def main() -> None:
    """Starts twice in a folder of its own with empty caches, prints seconds and MiB, removes the folder."""
    with tempfile.TemporaryDirectory(prefix="first start ") as name:
        folder = Path(name)
        copy_sources(folder / "clone")
        caches = {
            "UV_CACHE_DIR": str(folder / "uv"),
            "npm_config_cache": str(folder / "npm"),
            "PIP_NO_CACHE_DIR": "1",
        }
        for attempt in ("first", "second"):
            port = free_port()
            process = subprocess.Popen(
                ["make", "up", f"PORT={port}", f"DATA_DIR={folder / 'data'}"],
                cwd=folder / "clone",
                env={**os.environ, **caches},
                start_new_session=True,
            )
            try:
                seconds = asyncio.run(wait_healthy(process, Address("127.0.0.1", port), 900))
                print(f"{attempt} `make up`: healthy after {seconds:.1f} s")
            finally:
                os.killpg(process.pid, signal.SIGINT)
                process.wait(60)
        for part in ("clone", "data", "uv", "npm"):
            if (folder / part).exists():
                print(f"{part}: {disk_mib(folder / part):.0f} MiB")


if __name__ == "__main__":
    main()
