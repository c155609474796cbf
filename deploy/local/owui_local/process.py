"""A child process with a log file that ends with us, even when we are killed."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from owui_local.account import Account

LAUNCHER = Path(__file__).with_name("launch.py")
LOG_LIMIT = 10_000_000  # bytes; a longer log is moved aside once at the next start


@dataclass
class ChildProcess:
    """How to start a program, and the running one; `start()` may be called again after it ended."""

    name: str
    command: Sequence[str]
    log: Path
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    nice: int = 0
    input_text: str = ""
    echo: Callable[[str], None] | None = None  # takes each line of output too
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _log_start: int = field(default=0, init=False)

    def start(self) -> None:
        """Start the program; from the main thread, as Linux ends children with the thread that made them."""
        options = ["--parent", str(os.getpid()), "--death-signal", self.stop_signal.name]
        if self.account is not None and self.account.switch:
            options += ["--uid", str(self.account.uid), "--gid", str(self.account.gid)]
        if self.nice:
            options += ["--nice", str(self.nice)]
        rotate(self.log)
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(LAUNCHER), *options, "--", *self.command],
                cwd=self.folder,
                env=dict(self.environment),
                stdin=subprocess.PIPE,
                stdout=log if self.echo is None else subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        if self.echo is not None:
            threading.Thread(target=self._copy_output, args=(self._process, self.echo), daemon=True).start()
        pipe = self._process.stdin
        # A program that ended at once breaks the pipe; whoever waits for it reports that with its log.
        with contextlib.suppress(BrokenPipeError):
            if pipe is not None:
                pipe.write(self.input_text.encode())
                pipe.close()

    def _copy_output(self, process: subprocess.Popen[bytes], echo: Callable[[str], None]) -> None:
        if process.stdout is None:
            return
        with self.log.open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                echo(line.decode(errors="replace").rstrip("\n"))

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by that signal), or None."""
        return None if self._process is None else self._process.poll()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal if it still runs."""
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def stop(self, grace: float = 15.0) -> None:
        """End it in its own way, and by force after `grace` seconds; returns when it is gone."""
        if self._process is None:
            return
        self.signal(self.stop_signal)
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it by force (as a crash would) and wait until it is gone."""
        if self._process is not None:
            self.signal(signal.SIGKILL)
            self._process.wait()

    def last_words(self, lines: int = 3) -> str:
        """Return the end of what it logged since its last start, on one line, for an error message."""
        with contextlib.suppress(OSError):
            text = self.log.read_bytes()[self._log_start :].decode(errors="replace")
            return " | ".join(text.strip().splitlines()[-lines:])
        return ""


def rotate(log: Path) -> None:
    """Move a log aside that has grown too long, and make sure its folder exists."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(log.name + ".1"))


def wait_until_gone(pid: int, seconds: float) -> bool:
    """Wait for a process that may not be our child; say whether it ended in time."""
    end = time.monotonic() + seconds
    while has_process(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def has_process(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be reaped by its parent does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return sys.platform != "linux"
