"""Archives such as DOCX and EPUB, opened with bounds on what they unpack to."""

import zipfile
import zlib
from types import TracebackType
from typing import IO, Self

from owui_rag.adapters.extraction.limits import MEGABYTE
from owui_rag.adapters.extraction.source import Source, broken, encrypted
from owui_rag.domain.documents import Unreadable

# Deflate reaches 1,000 to 1 only on what repeats itself; documents stay below 100.
_HIGHEST_RATIO = 300
_RATIO_FREE = 16 * MEGABYTE
_ENCRYPTED = 0x1


class Archive:
    """The entries of a ZIP file."""

    def __init__(self, source: Source, what: str) -> None:
        """Open the archive of a `what` document; raise Unreadable when it is damaged, locked or a bomb."""
        self._what = what
        self._limit = source.limits.unpacked_mb * MEGABYTE
        try:
            self._zip = zipfile.ZipFile(source.path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise broken(what) from None
        entries = self._zip.infolist()
        total = sum(entry.file_size for entry in entries)
        packed = max(sum(entry.compress_size for entry in entries), 1)
        is_bomb = total > _RATIO_FREE and total > packed * _HIGHEST_RATIO
        if len(entries) > source.limits.archive_entries or total > self._limit or is_bomb:
            self._zip.close()
            raise Unreadable(
                f"The {what} document unpacks to far more than its size, or to too many parts.", "too_large"
            )
        self.names = frozenset(entry.filename for entry in entries)
        self._locked = any(entry.flag_bits & _ENCRYPTED for entry in entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def read(self, name: str) -> bytes:
        """Return the bytes of an entry; raise Unreadable when it is missing, locked or damaged."""
        try:
            with self.open(name) as entry:
                return entry.read(self._limit)
        except (zipfile.BadZipFile, EOFError, ValueError, OSError, zlib.error):
            raise broken(self._what) from None

    def open(self, name: str) -> IO[bytes]:
        """Open an entry for reading in parts."""
        if self._locked:
            raise encrypted(self._what)
        if name not in self.names:
            raise broken(self._what)
        try:
            return self._zip.open(name)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            raise broken(self._what) from None
