"""The whole platform as a child process in either shape, for integration tests and benches."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from owui_local.dev import is_ready
from owui_local.leftovers import temporary_folder
from owui_local.run_state import read_state

Shape = Literal["one-process", "per-service"]
SHAPES: tuple[Shape, ...] = ("one-process", "per-service")
MODULES = {"one-process": "owui_local.up", "per-service": "owui_local.dev"}
START_SECONDS = 120.0
STOP_SECONDS = 60.0
# What a child may know of the tester's own surroundings: no keys and addresses of real providers.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "CI")


class StackError(Exception):
    """The platform did not start or did not do what was waited for; the text holds the end of its output."""


class Stack:
    """Started by `with` or `start()`; tests use `base_url`, `pids`, `kill()`, `restart()` and `stop()`."""

    def __init__(
        self,
        shape: Shape = "one-process",
        environment: Mapping[str, str] | None = None,
        *,
        replicas: Mapping[str, int] | None = None,
        data_dir: Path | None = None,
        demo_model: bool = False,
        command: Sequence[str] = (),
    ) -> None:
        """Use a temporary data folder unless one is given; `replicas` counts for "per-service" only.

        `command` is another program than the one of the shape in this environment.
        """
        self.shape = shape
        self.data_dir = data_dir or temporary_folder("stack")
        self._temporary = data_dir is None
        self._environment = dict(environment or {})
        self._replicas = dict(replicas or {})
        self._demo_model = demo_model
        self._command = command or [sys.executable, "-m", MODULES[shape]]
        self._process: subprocess.Popen[bytes] | None = None
        self.output = self.data_dir.with_name(self.data_dir.name + ".log")

    @property
    def base_urls(self) -> list[str]:
        """The addresses of all gateways."""
        ports, _ = read_state(self.data_dir)
        return [f"http://127.0.0.1:{port}" for port in ports]

    @property
    def base_url(self) -> str:
        """The address of the first gateway, without a slash at the end."""
        return self.base_urls[0]

    @property
    def pids(self) -> dict[str, int]:
        """The running processes: main, postgres, redis, demo-model; per service also chat-1 and so on."""
        return read_state(self.data_dir)[1]

    @property
    def logs(self) -> Path:
        """The folder with the log of each process; `output` has what the main process wrote."""
        return self.data_dir / "logs"

    def start(self) -> None:
        """Start everything and wait until it is ready; raise StackError with the reason when it is not."""
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        environment |= {
            "PORT": "0",  # the platform chooses
            "DATA_DIR": str(self.data_dir),
            "ENV_FILE": os.devnull,
            "DEMO_MODEL": "on" if self._demo_model else "off",
            **self._environment,
        }
        command = [*self._command, "--end-with-parent"]
        if self.shape == "per-service":
            command += [f"--replicas={name}={count}" for name, count in self._replicas.items()]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        try:
            self.wait_until(self._answers, START_SECONDS, "the start")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int:
        """Stop as Ctrl-C does; return the exit code. A temporary data folder is removed."""
        process = self._process
        if process is None:
            return 0
        process.send_signal(signal.SIGINT)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._process = None
        if self._temporary:
            shutil.rmtree(self.data_dir, ignore_errors=True)
            self.output.unlink(missing_ok=True)
        return process.returncode

    def kill(self, name: str) -> None:
        """End a process as a crash would (SIGKILL); all but "main" come back by themselves."""
        self.signal(name, signal.SIGKILL)

    def restart(self, name: str) -> None:
        """End a process in good order and wait until a new one runs and the platform is ready again."""
        before = self.pids[name]
        self.signal(name, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        self.wait_for_new(name, before)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[name], number)

    def wait_for_new(self, name: str, before: int, seconds: float = 60.0) -> None:
        """Wait until the process `name` is another one than `before` and every gateway is ready."""
        self.wait_until(lambda: self.pids.get(name, before) != before, seconds, f"a new {name}")
        self.wait_until(self._answers, seconds, f"readiness after {name} ended")

    def wait_until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Ask until the condition holds; raise StackError when the time is over or the platform has ended."""
        end = time.monotonic() + seconds
        while not condition():
            if self._process is None or self._process.poll() is not None:
                raise StackError(f"the platform ended while waiting for {what}: {self._tail()}")
            if time.monotonic() > end:
                raise StackError(f"waited {seconds:.0f} s for {what}: {self._tail()}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            ports, _ = read_state(self.data_dir)
        except FileNotFoundError:
            return False
        return all(is_ready(port) for port in ports)

    def _tail(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")[-3000:]

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()
