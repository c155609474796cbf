"""Which account of the operating system runs the embedded stores, and what that account can reach."""

import os
import pwd
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from owui_local.errors import LocalError


@dataclass(frozen=True)
class Account:
    """A user of this machine; `switch` says whether a process must give up root to become it."""

    name: str
    uid: int
    gid: int
    switch: bool


def current_name() -> str:
    """Return the login name of whoever runs us; raise LocalError when the system has no such user."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError as error:
        raise LocalError(
            f"User id {os.geteuid()} has no entry in /etc/passwd, and Postgres needs one. "
            "Run as a user the system knows."
        ) from error


def store_account() -> Account:
    """Return who runs Postgres and Redis: ourselves or, for root, `nobody` (Postgres refuses root)."""
    if os.geteuid() != 0:
        return Account(current_name(), os.geteuid(), os.getegid(), switch=False)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise LocalError(
            "Postgres refuses to run as root, and this machine has no user 'nobody'. Run as a normal user."
        ) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


class Identity(TypedDict, total=False):
    """The arguments of `subprocess.run` that make a program run as somebody else."""

    user: int
    group: int
    extra_groups: list[int]


def identity(account: Account) -> Identity:
    """Return what `subprocess.run` needs to run a program as the account."""
    return Identity(user=account.uid, group=account.gid, extra_groups=[]) if account.switch else Identity()


def can_reach(account: Account, path: Path) -> bool:
    """Say whether the account may enter every folder above `path` (which itself may not exist yet)."""
    if not account.switch:
        return True
    for folder in path.resolve().parents:
        if not folder.exists():
            continue
        status = folder.stat()
        owned = status.st_uid == account.uid
        if not status.st_mode & (0o100 if owned else 0o001):
            return False
    return True


def hand_over(path: Path, account: Account) -> None:
    """Make `account` the owner of a folder and of all that lies in it, when it is not already."""
    if not account.switch or path.stat().st_uid == account.uid:
        return
    for folder, _folders, files in os.walk(path):
        for name in files:
            shutil.chown(Path(folder) / name, account.uid, account.gid)
        shutil.chown(folder, account.uid, account.gid)


def private_folder(account: Account, prefix: str = "owui-") -> Path:
    """Make a folder with a short path (a socket's has at most 107 bytes) for the account and root only."""
    usual = Path(tempfile.gettempdir())
    place = usual if len(str(usual)) < 60 and can_reach(account, usual / "x") else Path("/tmp")  # noqa: S108
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    hand_over(folder, account)
    return folder
