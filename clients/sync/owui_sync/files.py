"""What lies in the folder: the files that count, and why others do not."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Choice:
    """Which files count; patterns are those of shells, for the whole path or the name alone."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    hidden: bool = False
    max_bytes: int | None = None

    def takes(self, path: str) -> bool:
        """Tell whether a path counts, by its name."""
        parts = path.split("/")
        if not self.hidden and any(part.startswith(".") for part in parts):
            return False
        if any(_matches(path, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(_matches(path, pattern) for pattern in self.include)


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file of the folder; `path` is its NFC spelling with "/", relative to the folder."""

    path: str
    location: Path
    size: int
    stamp: tuple[int, int, int]


@dataclass(slots=True)
class Folder:
    """What was found: files that count, files passed over with the reason, and what could not be read."""

    files: list[LocalFile] = field(default_factory=list)
    passed_over: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)

    def keeps(self, path: str) -> bool:
        """Tell whether a file of the base must stay since nobody knows whether it is still in the folder."""
        return any(not gone or path == gone or path.startswith(f"{gone}/") for gone in self.unreadable)


def scan(root: Path, choice: Choice) -> Folder:
    """Look through a folder; links are never followed, so that nothing outside of it is read."""
    folder = Folder()
    seen: dict[str, LocalFile] = {}
    for file in _walk(root, "", folder, choice):
        if file.path in seen:
            folder.unreadable[file.path] = "two files differ only in the spelling of an accent"
        elif file.size == 0:
            folder.passed_over[file.path] = "is empty"
        elif choice.max_bytes is not None and file.size > choice.max_bytes:
            folder.passed_over[file.path] = f"is larger than {choice.max_bytes} bytes"
        seen.setdefault(file.path, file)
    left_out = folder.passed_over.keys() | folder.unreadable.keys()
    folder.files = [file for path, file in sorted(seen.items()) if path not in left_out]
    return folder


def _walk(directory: Path, inside: str, folder: Folder, choice: Choice) -> Iterator[LocalFile]:
    try:
        entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
    except OSError as error:
        folder.unreadable[inside] = error.strerror or "cannot be read"
        return
    for entry in entries:
        path = f"{inside}/{_spelled(entry.name)}" if inside else _spelled(entry.name)
        try:
            if entry.is_symlink():
                if choice.takes(path):
                    folder.passed_over[path] = "is a link"
            elif entry.is_dir(follow_symlinks=False):
                if choice.hidden or not entry.name.startswith("."):
                    yield from _walk(directory / entry.name, path, folder, choice)
            elif not choice.takes(path):
                continue
            elif not entry.is_file(follow_symlinks=False):
                folder.passed_over[path] = "is no file"
            else:
                status = entry.stat(follow_symlinks=False)
                stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
                yield LocalFile(path, directory / entry.name, status.st_size, stamp)
        except OSError as error:
            folder.unreadable[path] = error.strerror or "cannot be read"


def open_inside(root: Path, file: LocalFile) -> BinaryIO:
    """Open a file of the folder; raise OSError when it is a link by now, or lies outside through one."""
    if not file.location.parent.resolve(strict=True).is_relative_to(root.resolve(strict=True)):
        raise OSError(f"{file.path} lies outside of the folder")
    # A pipe that took the file's place would make the opening wait for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    return os.fdopen(os.open(file.location, flags), "rb")


class Digests:
    """SHA-256 of files; what has not changed since the last time is not read again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[str, tuple[tuple[int, int, int], str]] = {}

    def of(self, file: LocalFile) -> str:
        """Return the digest as hexadecimal digits; raise OSError."""
        known = self._known.get(file.path)
        if known is not None and known[0] == file.stamp:
            return known[1]
        digest = hashlib.sha256()
        with open_inside(self._root, file) as stream:
            while part := stream.read(_READ_BYTES):
                digest.update(part)
        self._known[file.path] = (file.stamp, digest.hexdigest())
        return digest.hexdigest()


def _matches(path: str, pattern: str) -> bool:
    name = path.rpartition("/")[2]
    inside = pattern.rstrip("/") + "/*"
    return fnmatchcase(path, pattern) or fnmatchcase(name, pattern) or fnmatchcase(path, inside)


def _spelled(name: str) -> str:
    """Return a name in the one spelling that the server keeps."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode(errors="replace"))
