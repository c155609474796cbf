"""The data folder: who may use it, the lock that keeps a second start out, and the secrets made once."""

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from owui_local.account import private_folder, store_account
from owui_local.errors import LocalError

ROOM_BYTES = 500_000_000  # a new cluster takes 60 MB; below this, writing soon fails in worse ways
SECRETS = ("WEBUI_SECRET_KEY", "REDIS_PASSWORD")


class DataDirectory:
    """An opened data folder; nobody else can open it until this one is closed or its process has ended."""

    def __init__(self, path: Path, room: int = ROOM_BYTES) -> None:
        """Name the folder and the bytes that must be free there; nothing is touched before `with`."""
        self._room = room
        self.path = path.absolute()
        self.sockets = Path()
        self.secrets: dict[str, str] = {}
        self._lock: IO[str] | None = None

    def __enter__(self) -> Self:
        """Check, lock and read the folder; raise LocalError with one sentence when that cannot be."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._check_owner()
            self._check_room()
            self._take_lock()
            self.secrets = self._read_secrets()
            self._make_socket_folder()
        except OSError as error:
            self.close()
            raise LocalError(
                f"The data folder {self.path} cannot be used: {error.strerror or error}"
                f"{f' ({error.filename})' if error.filename else ''}. "
                "Choose another one with DATA_DIR=/some/folder"
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the folder free."""
        self.close()

    def close(self) -> None:
        """Remove the folder of sockets and give up the lock."""
        if self.sockets != Path():
            shutil.rmtree(self.sockets, ignore_errors=True)
            (self.path / "sockets").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def log(self, name: str) -> Path:
        """Return the log file of a part."""
        return self.path / "logs" / f"{name}.log"

    def _check_owner(self) -> None:
        """Refuse a folder that another user of this machine has filled: half of it would be unreadable."""
        owner = self.path.stat().st_uid
        if os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            file = self.path / "secrets"
            if not file.exists():
                return
            owner = file.stat().st_uid
        if owner == os.geteuid():
            return
        name = name_of(owner)
        raise LocalError(
            f"The data folder {self.path} belongs to {name}. Run as {name}, choose another folder "
            f"with DATA_DIR=…, or take it over: sudo chown -R \"$(id -un)\" '{self.path}'"
        )

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < self._room:
            raise LocalError(
                f"The disk of {self.path} has {free // 1_000_000} MB left, "
                f"{self._room // 1_000_000} MB are needed. "
                "Make room, or choose a folder on another disk with DATA_DIR=/some/folder"
            )

    def _take_lock(self) -> None:
        self._lock = (self.path / "lock").open("a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.seek(0)
            holder = self._lock.read().strip()
            self._lock.close()
            self._lock = None
            raise LocalError(
                f"The data folder {self.path} is in use by another start of the platform"
                f"{f' (process {holder})' if holder else ''}. "
                "Stop that one, or choose another folder with DATA_DIR=…"
            ) from None
        self._lock.truncate(0)
        self._lock.write(f"{os.getpid()}\n")
        self._lock.flush()

    def _read_secrets(self) -> dict[str, str]:
        file = self.path / "secrets"
        found: dict[str, str] = {}
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            found = dict(line.split("=", 1) for line in lines if "=" in line)
        missing = [name for name in SECRETS if not found.get(name)]
        if missing:
            found |= {name: secrets.token_urlsafe(32) for name in missing}
            draft = self.path / "secrets.new"
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as new:
                new.write("".join(f"{name}={value}\n" for name, value in found.items()))
                new.flush()
                os.fsync(new.fileno())
            draft.replace(file)
        return found

    def _make_socket_folder(self) -> None:
        """Make a new folder for sockets; remove one that a killed start has left behind."""
        note = self.path / "sockets"
        with contextlib.suppress(OSError):
            left = Path(note.read_text(encoding="utf-8").strip())
            if left.name.startswith("owui-") and left.is_dir() and not left.is_symlink():
                shutil.rmtree(left, ignore_errors=True)
        self.sockets = private_folder(store_account())
        note.write_text(f"{self.sockets}\n", encoding="utf-8")


def name_of(uid: int) -> str:
    """Return the login name of a user id, or the id when it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
