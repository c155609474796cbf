"""Keeps the bytes of files in a folder."""

import asyncio
import contextlib
import errno
import os
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO, Self, TypeVar

from owui_chassis.errors import NotFound, ServiceError, Unavailable

from owui_rag.adapters.blobs.keys import checked
from owui_rag.adapters.blobs.pieces import READ_BYTES, pieces

T = TypeVar("T")
_WRITE_BYTES = 1024 * 1024
# Begins with a dot, as no key does.
_INCOMING = ".incoming"
_LEFTOVER_SECONDS = 86_400.0
_THREADS = 8


class LocalBlobs:
    """A blob is a file; it appears under its name only when it is complete and on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # A disk that is slow to sync must not hold up what else waits for a thread of this process.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="blobs")

    async def __aenter__(self) -> Self:
        await self._run(partial(_remove_leftovers, self._folder / _INCOMING))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False)

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""
        target = self._path(key)
        temporary = self._folder / _INCOMING / secrets.token_hex(16)
        size = 0
        file = await self._run(lambda: _create(temporary))
        try:
            async for piece in pieces(parts, _WRITE_BYTES):
                await self._run(partial(file.write, piece))
                size += len(piece)
            await self._run(lambda: _finish(file, temporary, target))
        finally:
            # Also after a cancellation, during which nothing may be waited for; both are quick.
            with contextlib.suppress(OSError):
                file.close()
            temporary.unlink(missing_ok=True)
        return size

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""
        path = self._path(key)
        left = (1 << 62 if end is None else end) - start
        file = await self._run(lambda: _open(path, start))
        try:
            while left > 0 and (part := await self._run(partial(file.read, min(READ_BYTES, left)))):
                left -= len(part)
                yield part
        finally:
            file.close()

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        paths = [self._path(key) for key in keys]

        def remove() -> None:
            for path in paths:
                path.unlink(missing_ok=True)

        await self._run(remove)

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""
        for folder in await self._run(partial(_folders, self._folder, prefix)):
            # One folder at a time: there may be millions of files.
            for key in await self._run(partial(_keys, self._folder, folder)):
                if key.startswith(prefix):
                    yield key

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return None: a folder cannot be written to from elsewhere."""
        return None

    def _path(self, key: str) -> Path:
        return self._folder / checked(key)

    async def _run(self, work: Callable[[], T]) -> T:
        """Do what waits for the disk in a thread; raise ServiceError for what goes wrong there."""
        task = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # The thread goes on: what it works with must not be taken away from under it.
            await asyncio.wait([task])
            raise
        except FileNotFoundError:
            raise NotFound("The content of this file is not there", "blob_not_found") from None
        except OSError as error:
            raise _refusal(error) from error


def _refusal(error: OSError) -> ServiceError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unavailable("The storage of files is full", "storage_full")
    if error.errno == errno.EFBIG:
        return Unavailable("The storage does not take files of this size", "storage_full")
    return Unavailable(f"The storage of files does not work: {error.strerror}", "storage_away")


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "wb")


def _finish(file: BinaryIO, temporary: Path, target: Path) -> None:
    """Give the file its name when its bytes are on the disk, then put the name there too."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _open(path: Path, start: int) -> BinaryIO:
    file = path.open("rb")
    file.seek(start)
    return file


def _folders(root: Path, prefix: str) -> list[Path]:
    """Return the folders in which keys with a prefix can lie."""
    if not root.is_dir():
        return []
    first, slash, _ = prefix.partition("/")
    with os.scandir(root) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and entry.name[0] != "."]
    return [root / name for name in sorted(names) if (name == first if slash else name.startswith(first))]


def _keys(root: Path, folder: Path) -> list[str]:
    found = os.walk(folder)
    return [str((Path(path) / name).relative_to(root)) for path, _, names in found for name in names]


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed have left; others may be writing at this moment."""
    old = time.time() - _LEFTOVER_SECONDS
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < old:
                path.unlink()
