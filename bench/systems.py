"""What a benchmarked system is: a command with its environment that listens on a port and can be stopped."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bench.load.http import Address, HttpConnection
from bench.measure.process_tree import descendants


@dataclass(frozen=True)
class Launch:
    """How a system is started: command, additional environment, working folder."""

    command: list[str]
    environment: dict[str, str]
    folder: Path


class SystemFailedError(Exception):
    """A system did not start or did not stop; the message names its log."""


class RunningSystem:
    """A started system; `start_seconds` is from the command to the first good answer of /health."""

    def __init__(
        self, process: subprocess.Popen[bytes], address: Address, start_seconds: float, log: Path
    ) -> None:
        self.process, self.address, self.start_seconds, self._log = process, address, start_seconds, log

    async def stop(self, spared: frozenset[int]) -> list[str]:
        """Stops it with SIGTERM; names and kills what it left behind (`spared` is not its own)."""
        self.process.send_signal(signal.SIGTERM)
        complaints = []
        try:
            await asyncio.to_thread(self.process.wait, 30)
        except subprocess.TimeoutExpired:
            complaints.append("did not stop within 30 s")
        for left in descendants(os.getpid(), spared):
            if left.state != "Z":
                complaints.append(f"left process {left.pid} behind")
                os.kill(left.pid, signal.SIGKILL)
        await asyncio.to_thread(reap, self.process)
        return complaints


def reap(process: subprocess.Popen[bytes]) -> None:
    """Waits for a system's process and takes leave of the orphans that died below this process."""
    process.wait()
    for dead in descendants(os.getpid()):
        if dead.state == "Z" and dead.parent == os.getpid():
            os.waitpid(dead.pid, os.WNOHANG)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start_system(launch: Launch, port: int, log: Path, limit: float = 120) -> RunningSystem:
    """Starts a system and waits for /health; SystemFailedError after `limit` seconds or when it ends."""
    address = Address("127.0.0.1", port)
    with log.open("ab") as out:
        started = monotonic()
        process = subprocess.Popen(  # noqa: ASYNC220 - the start is what is measured
            launch.command,
            env={**os.environ, **launch.environment},
            cwd=launch.folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    while monotonic() - started < limit:
        if process.poll() is not None:
            raise SystemFailedError(f"ended with {process.returncode} before it was healthy: see {log}")
        http = HttpConnection(address)
        try:
            if (await http.request("GET", "/health", timeout=5)).status == 200:
                return RunningSystem(process, address, monotonic() - started, log)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            http.close()
        await asyncio.sleep(0.05)
    process.kill()
    raise SystemFailedError(f"not healthy after {limit} s: see {log}")
