"""The embedded Redis (Valkey): on disk every second, bounded in memory, reached through a private socket."""

import socket
import time
from pathlib import Path

from owui_local.account import hand_over, store_account
from owui_local.errors import LocalError
from owui_local.process import ChildProcess
from owui_local.store_programs import installation

START_SECONDS = 60.0
SOCKET_NAME = "redis.sock"


class EmbeddedRedis:
    """One server with its files in `folder`; `prepare()`, `start()`, `wait_ready()`, in the end `stop()`."""

    def __init__(
        self, folder: Path, sockets: Path, log: Path, password: str, *, durable: bool = True
    ) -> None:
        """Listen in `sockets`; `durable=False` keeps everything in memory, for tests."""
        self.folder = folder
        self.socket = sockets / SOCKET_NAME
        self.password = password
        self.durable = durable
        self.account = store_account()
        self.log = log
        self._process: ChildProcess | None = None

    def url(self, database: int = 0) -> str:
        """Return the address for redis-py and Celery-like clients."""
        return f"unix://:{self.password}@{self.socket}?db={database}"

    def prepare(self) -> None:
        """Make the folder and settle how the server is started."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        hand_over(self.folder, self.account)
        self._process = ChildProcess(
            name="redis",
            command=[str(installation(self.account, self.folder.parent) / "bin" / "valkey-server"), "-"],
            log=self.log,
            folder=self.folder,
            environment={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            account=self.account,
            input_text=self._configuration(),
        )

    @property
    def process(self) -> ChildProcess:
        """The server's process; only after `prepare()`."""
        if self._process is None:
            raise RuntimeError("prepare() comes first")
        return self._process

    def start(self) -> None:
        """Start the server without waiting for it."""
        self.socket.unlink(missing_ok=True)
        self.process.start()

    def is_ready(self) -> bool:
        """Say whether the server answers; raise LocalError when it has ended instead."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(1)
                client.connect(str(self.socket))
                client.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = client.recv(200)
                if b"PONG" not in answer:
                    answer += client.recv(200)
                return b"PONG" in answer
        except OSError:
            pass
        if not self.process.running:
            raise LocalError(
                f"Redis does not start with the data in {self.folder}: {self.process.last_words(2)} "
                f"(log: {self.log})."
            )
        return False

    def wait_ready(self) -> None:
        """Block until the server answers."""
        end = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if time.monotonic() > end:
                raise LocalError(f"Redis was not ready after {START_SECONDS:.0f} s (log: {self.log}).")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the server; it writes what it holds first."""
        if self._process is not None:
            self._process.stop()

    def _configuration(self) -> str:
        lines = [
            "port 0",  # no TCP: nothing but the socket reaches it
            f"unixsocket {self.socket}",
            "unixsocketperm 777",  # the folder around it is private
            f"requirepass {self.password}",
            "daemonize no",
            'logfile ""',
            "loglevel notice",
            "dir .",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            "aof-load-truncated yes",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "maxclients 2000",
            "databases 256",
            "timeout 0",
            "tcp-keepalive 60",
        ]
        return "\n".join(lines) + "\n"
