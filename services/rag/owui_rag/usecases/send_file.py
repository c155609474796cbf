"""Gives the bytes of a file to those who may read it."""

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from owui_chassis.access_control import Caller

from owui_rag.domain.byte_ranges import Wanted, resolve
from owui_rag.domain.files import FileRow
from owui_rag.ports import BlobStore, FileStore
from owui_rag.usecases.finding import found

_PART_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Sending:
    """A file and the part of it that is wanted; nothing is read before `parts` is."""

    file: FileRow
    size: int
    etag: str
    start: int
    end: int
    parts: AsyncGenerator[bytes, None]


class SendFile:
    """Downloads."""

    def __init__(self, blobs: BlobStore, files: FileStore) -> None:
        self._blobs = blobs
        self._files = files

    async def open(self, caller: Caller, file_id: str, wanted: Wanted) -> Sending:
        """Return what will be sent; raise NotFound, or Invalid for a range without bytes."""
        file = found(await self._files.read(caller, file_id))
        if file.blob_key is None:
            return await self._open_text(caller, file_id, wanted)
        start, end = resolve(wanted, file.size)
        parts = self._blobs.read(file.blob_key, start, end)
        return Sending(file, file.size, (file.blob_hash or b"").hex(), start, end, parts)

    async def _open_text(self, caller: Caller, file_id: str, wanted: Wanted) -> Sending:
        """Send the text of a file that never had other bytes."""
        file = found(await self._files.read_with_text(caller, file_id))
        content = found(file.text or None).encode()
        start, end = resolve(wanted, len(content))
        etag = hashlib.sha256(content).hexdigest()
        return Sending(file, len(content), etag, start, end, _parts(content[start:end]))


async def _parts(content: bytes) -> AsyncGenerator[bytes, None]:
    for begin in range(0, len(content), _PART_BYTES):
        yield content[begin : begin + _PART_BYTES]
