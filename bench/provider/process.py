"""The stub provider as a process of its own, so that its cost is not the load generator's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load.http import Address

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class RunningProvider:
    """Where the stub listens, and its process id."""

    address: Address
    pid: int

    @property
    def url(self) -> str:
        """The base URL of an OpenAI-compatible connection."""
        return f"http://{self.address.host}:{self.address.port}/v1"


@contextmanager
def running_provider() -> Iterator[RunningProvider]:
    """Starts the stub on a port of the system's choice and stops it in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.provider"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield RunningProvider(Address("127.0.0.1", int(process.stdout.readline())), process.pid)
    finally:
        process.terminate()
        process.wait()
