"""The embedded Postgres: made once in the data folder, reached only through a socket in a private folder."""

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from owui_local.account import current_name, hand_over, identity, store_account
from owui_local.errors import LocalError
from owui_local.process import ChildProcess, wait_until_gone
from owui_local.store_programs import installation

MAJOR_VERSION = "18"
START_SECONDS = 120.0  # recovery after a crash may read up to max_wal_size

# Modest: a laptop runs this beside a browser and a model.
SETTINGS = {
    "listen_addresses": "",  # no TCP: nothing but the socket reaches it
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "512MB",
    "min_wal_size": "32MB",
    "max_wal_size": "512MB",
    "wal_compression": "lz4",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}


class EmbeddedPostgres:
    """One cluster in `folder`; `prepare()`, `start()`, `wait_ready()`, in the end `stop()`.

    For root the server runs as `nobody`. It is started inside its folder and told that its data lie in
    `/proc/self/cwd`, so it needs no right to enter the folders above (a checkout in /root works).
    """

    def __init__(self, folder: Path, sockets: Path, log: Path, *, durable: bool = True) -> None:
        """Keep the cluster in `folder`; `durable=False`, for tests, is quick and not safe."""
        self.folder = folder
        self.sockets = sockets
        self.durable = durable
        self.account = store_account()
        self.log = log
        self.created = False
        self._process: ChildProcess | None = None

    def prepare(self) -> None:
        """Unpack the programs, create the cluster when there is none, and refuse one that cannot be used."""
        programs = installation(self.account, self.folder.parent)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        hand_over(self.folder, self.account)
        if not any(self.folder.iterdir()):
            self._create(programs)
            self.created = True
        self._check_cluster()
        self._end_orphan()
        self._write_access_rules()
        settings = dict(SETTINGS)
        settings["unix_socket_directories"] = str(self.sockets)
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = ChildProcess(
            name="postgres",
            command=[str(programs / "bin" / "postgres"), "-D", self._place(), *options],
            log=self.log,
            folder=self.folder,
            environment=environment(programs),
            account=self.account,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        )

    @property
    def process(self) -> ChildProcess:
        """The server's process; only after `prepare()`."""
        if self._process is None:
            raise RuntimeError("prepare() comes first")
        return self._process

    def start(self) -> None:
        """Start the server without waiting for it."""
        self.process.start()

    def is_ready(self) -> bool:
        """Say whether the server takes connections; raise LocalError when it has ended instead."""
        with contextlib.suppress(OSError):
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
            if len(lines) >= 8 and lines[7].strip() == "ready" and lines[0] == str(self.process.pid):
                return True
        if not self.process.running:
            raise LocalError(
                f"Postgres does not start with the data in {self.folder}: {self.process.last_words()} "
                f"(log: {self.log})."
            )
        return False

    def wait_ready(self) -> None:
        """Block until the server takes connections."""
        end = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if time.monotonic() > end:
                raise LocalError(f"Postgres was not ready after {START_SECONDS:.0f} s (log: {self.log}).")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server cleanly."""
        if self._process is not None:
            self._process.stop()

    def _place(self) -> str:
        return "/proc/self/cwd" if self.account.switch else str(self.folder)

    def _create(self, programs: Path) -> None:
        command = [str(programs / "bin" / "initdb"), "-D", self._place(), "--username=postgres"]
        command += ["--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        result = subprocess.run(
            command,
            cwd=self.folder,
            env=environment(programs),
            capture_output=True,
            text=True,
            check=False,
            **identity(self.account),
        )
        if result.returncode != 0:
            lines = [line for line in result.stderr.splitlines() if "rror" in line or "FATAL" in line]
            reason = lines[-1] if lines else result.stderr.strip()[-300:]
            raise LocalError(f"The database cannot be created in {self.folder}: {reason}")

    def _check_cluster(self) -> None:
        version = self.folder / "PG_VERSION"
        if not version.exists() or not (self.folder / "global" / "pg_control").exists():
            raise LocalError(
                f"{self.folder} is not empty but holds no complete Postgres database. Restore a backup, "
                "move it away, or choose another folder with DATA_DIR=…"
            )
        found = version.read_text(errors="replace").strip()
        if found != MAJOR_VERSION:
            raise LocalError(
                f"{self.folder} belongs to Postgres {found[:20]!r}, this edition runs {MAJOR_VERSION}. "
                "Choose another folder with DATA_DIR=… or restore a dump of it."
            )

    def _end_orphan(self) -> None:
        """End a server that outlived whoever started it; our lock on the data folder says nobody uses it."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
            if Path(f"/proc/{pid}/cwd").resolve() != self.folder.resolve():
                return
            os.kill(pid, signal.SIGINT)
            if not wait_until_gone(pid, 15):
                os.kill(pid, signal.SIGKILL)
                wait_until_gone(pid, 5)

    def _write_access_rules(self) -> None:
        """Let our own account, and nobody else, connect as any role: the kernel vouches for who it is."""
        (self.folder / "pg_hba.conf").write_text("local all all peer map=owui\n")
        (self.folder / "pg_ident.conf").write_text(f"owui {current_name()} all\n")


def environment(programs: Path) -> dict[str, str]:
    """Return all that the programs of Postgres need to know about their surroundings."""
    return {
        "LD_LIBRARY_PATH": str(programs / "lib"),
        "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "TZ": "UTC",
    }
