"""Runs an installed image without a container engine, as closely as this machine allows.

As root: in a mount namespace with a root of its own, read-only, in which stand the system's libraries, the
interpreter, and the image's files at their place; as user 10001 without any capability; with nothing in the
environment but what is given. Otherwise: as ourselves, with the same environment and no home.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

USER = 10001
HOME = Path("/opt/owui")
INTERPRETER = Path(os.path.realpath(sys.executable))
# What an image has of its base: programs, libraries, certificates.
BASE = [Path(name) for name in ("/usr", "/lib", "/lib64", "/bin", "/etc") if Path(name).exists()]

_SCRIPT = """
set -eu
root=$1; shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root/tmp" "$root/dev" "$root/proc" "$root/data"
mount -t tmpfs -o mode=1777,size=512m tmpfs "$root/tmp"
bind() { # from, to, options
    mkdir -p "$root$2"
    mount --rbind "$1" "$root$2"
    [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
}
while [ "$1" != -- ]; do bind "$1" "$2" "$3"; shift 3; done
shift
mount --rbind /proc "$root/proc"
for name in null zero urandom random; do
    touch "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
[ -z "${DATA:-}" ] || mount --bind "$DATA" "$root/data"
mount -o remount,ro "$root"
exec chroot "$root" \\
    setpriv "--reuid=$USER" "--regid=$USER" --clear-groups --no-new-privs --bounding-set=-all "$@"
"""


def can_confine() -> bool:
    """Say whether this account may make a mount namespace with a root of its own."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "chroot"))):
        return False
    probe = ["unshare", "--mount", "sh", "-c", "mount --make-rprivate / && mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


CONFINED = can_confine()


@dataclass
class Container:
    """One program of an image: `args` are those that come after the image's entrypoint."""

    files: Path
    args: Sequence[str]
    environment: Mapping[str, str]
    folder: Path  # of its own, for its root and its log
    mounts: Sequence[Path] = ()  # shared with it at the same place, writable
    data: Path | None = None  # mounted at /data
    name: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def command(self) -> list[str]:
        """Return what is executed, with an environment made from nothing."""
        place = HOME if CONFINED else self.files
        program = [str(place / "bin" / "python"), "-m", *self.args]
        given = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        given |= {"HOME": "/tmp" if CONFINED else "/nonexistent", **self.environment}
        if self.data is not None:
            given["DATA_DIR"] = "/data" if CONFINED else str(self.data)
        clean = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in given.items()), *program]
        if not CONFINED:
            return clean
        root = self.folder / f"root-{self.name}"
        root.mkdir()
        binds = [part for path in self._read_only() for part in (str(path), str(path), "ro")]
        binds += [str(self.files), str(HOME), "ro"]
        binds += [part for path in self.mounts for part in (str(path), str(path), "rw")]
        return ["unshare", "--mount", "sh", "-c", _SCRIPT, "container", str(root), *binds, "--", *clean]

    def _read_only(self) -> list[Path]:
        inside = any(INTERPRETER.is_relative_to(path) for path in BASE)
        return BASE if inside else [*BASE, INTERPRETER.parents[1]]

    def start(self) -> None:
        """Start it."""
        environment = {"PATH": os.environ["PATH"], "USER": str(USER), "DATA": str(self.data or "")}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    @property
    def log(self) -> Path:
        """What it wrote."""
        return self.folder / f"{self.name}.log"

    def words(self) -> str:
        """Return the end of what it wrote."""
        return self.log.read_text(errors="replace")[-2000:]

    def identity(self) -> dict[str, str]:
        """Return the lines of /proc about the process, by their name."""
        assert self.process is not None
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def run(self, seconds: float = 120) -> int:
        """Start it and wait for its end; return the exit code."""
        self.start()
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self, seconds: float = 60) -> int:
        """Ask it to end as an engine does; return the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@contextlib.contextmanager
def started(containers: Sequence[Container]) -> Iterator[None]:
    """Start containers; whatever still runs in the end is killed."""
    try:
        for container in containers:
            container.start()
        yield
    finally:
        for container in containers:
            if container.process is not None and container.process.poll() is None:
                container.process.kill()
                container.process.wait()
