"""A reverse proxy that runs."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from owui_local.leftovers import temporary_folder
from owui_local.listening import free_ports
from owui_local.process import LAUNCHER
from owui_testkit.certificates import ServerFiles

from .kinds import ROOT, Kind, Machine

_START_SECONDS = 60.0
_ATTEMPTS = 5  # ports may be taken by somebody else between the choice and the start
_TAKEN = "already in use"


class FrontError(Exception):
    """The proxy did not start; the text says what it wrote."""


@cache
def program(name: str) -> str:
    """Return the path of a proxy; raise FrontError with the remedy when none can be had."""
    finder = [sys.executable, str(ROOT / "tools" / "proxies.py"), name]
    found = subprocess.run(finder, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise FrontError(found.stderr.strip())
    # {"nginx": "/usr/sbin/nginx"}
    return found.stdout.strip().splitlines()[-1].split('"')[3]


class Front:
    """One proxy in front of gateways (`host:port` each)."""

    def __init__(self, kind: Kind, gateways: Sequence[str], certificate: ServerFiles) -> None:
        self.kind = kind
        self._gateways = gateways
        self._certificate = certificate
        self.machine: Machine
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = temporary_folder("proxy")

    @property
    def base_url(self) -> str:
        """Where people reach the platform."""
        return f"https://localhost:{self.machine.port}"

    @property
    def plain_url(self) -> str:
        """Where people come who did not write https."""
        return f"http://localhost:{self.machine.plain_port}"

    @property
    def output(self) -> str:
        """What the proxy has written."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it and wait until it listens."""
        for _ in range(_ATTEMPTS):
            self._prepare()
            # In a group of its own, by which its workers are found, and ended when we are.
            launch = [sys.executable, "-I", "-S", str(LAUNCHER), "--parent", str(os.getpid()), "--"]
            with (self.folder / "log").open("wb") as log:
                self._process = subprocess.Popen(
                    [*launch, program(self.kind.name), *self.kind.start(self.machine)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment(),
                )
            if self._listens():
                return
            self._end()
            if _TAKEN not in self.output.lower():
                break
        raise FrontError(f"{self.kind.name} does not start: {self.output[-3000:]}")

    def check(self) -> subprocess.CompletedProcess[str]:
        """Let the program check the configuration."""
        self._prepare()
        return subprocess.run(
            [program(self.kind.name), *self.kind.check(self.machine)],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=_START_SECONDS,
        )

    def stop(self) -> None:
        """End it and remove its folder."""
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def spooled(self) -> list[str]:
        """The files in which the proxy keeps bodies now, also those whose names it has removed already."""
        spool = self.machine.spool
        found = {str(path) for path in spool.rglob("*") if path.is_file()}
        for pid in self._pids():
            with contextlib.suppress(OSError):
                targets = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
                found |= {target for target in targets if target.startswith(str(spool))}
        return sorted(found)

    def _prepare(self) -> None:
        plain_port, port = free_ports(2)
        self.machine = Machine(self.folder, plain_port, port, self._gateways, self._certificate)
        self.machine.spool.mkdir(exist_ok=True)
        self.kind.write(self.machine)

    def _environment(self) -> dict[str, str]:
        homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
        return {"PATH": os.environ["PATH"], "TMPDIR": str(self.machine.spool)} | dict.fromkeys(
            homes, str(self.folder)
        )

    def _listens(self) -> bool:
        """Wait until both ports are its own; say whether it still runs."""
        assert self._process is not None
        waiting = {self.machine.port, self.machine.plain_port}
        end = time.monotonic() + _START_SECONDS
        while waiting and time.monotonic() < end:
            if self._process.poll() is not None:
                return False
            waiting -= listening_ports()
            time.sleep(0.02)
        return not waiting

    def _pids(self) -> Iterator[int]:
        assert self._process is not None
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(ValueError, ProcessLookupError):
                if os.getpgid(int(entry.name)) == self._process.pid:
                    yield int(entry.name)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        # By force, as they would wait for whoever is still connected.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()


def listening_ports() -> set[int]:
    """The TCP ports on which somebody listens."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(FileNotFoundError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A":
                    found.add(int(fields[1].rpartition(":")[2], 16))
    return found
