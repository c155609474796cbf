"""Takes a file in: checks, stores the bytes while they come, writes the row, has the file read."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.background import Background
from owui_chassis.errors import Invalid, ServiceError, Unavailable

from owui_rag.domain.arrival import Arrival, byte_limit, check_announced
from owui_rag.domain.content_types import content_type_of
from owui_rag.domain.files import FileRow, blob_key, extension_of, metadata_problem, safe_name
from owui_rag.domain.quotas import Quota
from owui_rag.ports import BlobStore, IngestQueue, NewFile, NewFileStore
from owui_rag.usecases.finding import folder_of

log = logging.getLogger(__name__)
_BUSY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Announced:
    """What a client says of a file before its bytes; `knowledge_id` names a base that shall hold it.

    What was `fetched` from the web has a title and no extension that could be allowed or not.
    """

    name: str
    content_type: str = ""
    size: int | None = None
    process: bool = True
    knowledge_id: str | None = None
    folder: str = ""
    fetched: bool = False


class ReceiveFile:
    """Nothing is left of an upload that does not end well: neither bytes nor a row."""

    def __init__(
        self,
        blobs: BlobStore,
        files: NewFileStore,
        queue: IngestQueue,
        background: Background,
        values: Any,
    ) -> None:
        """`values` has the attributes of FileSettings, as they are at the moment."""
        self._blobs = blobs
        self._files = files
        self._queue = queue
        self._background = background
        self._values = values
        self._running = 0

    def byte_limit(self, quota: Quota) -> int:
        """Return how many bytes a file may have now."""
        return byte_limit(quota, self._values.upload_max_bytes)

    async def check(self, caller: Caller, quota: Quota, announced: Announced) -> Announced:
        """Return it with a name and a folder that can be kept; raise what would be raised later anyway."""
        name = safe_name(announced.name)
        allowed = {extension.lower().lstrip(".") for extension in self._values.allowed_file_extensions} - {""}
        if allowed and not announced.fetched and extension_of(name) not in allowed:
            kinds = ", ".join(sorted(allowed))
            raise Invalid(
                f"Files of this kind are not allowed; allowed are {kinds}.", "extension_not_allowed"
            )
        check_announced(announced.size, quota, self._values.upload_max_bytes)
        folder = folder_of(announced.folder)
        if announced.knowledge_id:
            await self._files.check_base(caller, announced.knowledge_id)
        await self._files.check_room(caller.user_id, quota, announced.size or 0)
        return replace(announced, name=name, folder=folder)

    async def run(
        self,
        caller: Caller,
        quota: Quota,
        announced: Announced,
        parts: AsyncIterator[bytes],
        *,
        metadata: Callable[[], bytes],
        file_id: str = "",
    ) -> FileRow:
        """Store a file and return its row; `metadata` is asked when all parts have come.

        Raises Invalid, Exhausted, NotFound for the base, Unavailable.
        """
        if self._running >= self._values.upload_max_at_once:
            raise Unavailable(
                "Too many files are being uploaded at the moment", "too_many_uploads", _BUSY_SECONDS
            )
        self._running += 1
        try:
            announced = await self.check(caller, quota, announced)
            file_id = file_id or str(uuid.uuid4())
            arrival = Arrival(self.byte_limit(quota), announced.size)
            said: list[bytes] = []
            await self._blobs.put(blob_key(file_id), _noted(parts, arrival, metadata, said))
            # From here on the file is complete: whoever leaves now has uploaded it.
            new = _new_file(file_id, announced, arrival, said[0])
            ending = self._background.spawn(self._end(caller, quota, new), "end of an upload")
            outcome: FileRow | ServiceError = await asyncio.shield(ending)
        finally:
            self._running -= 1
        if isinstance(outcome, ServiceError):
            raise outcome
        return outcome

    async def _end(self, caller: Caller, quota: Quota, new: NewFile) -> FileRow | ServiceError:
        """Write the row and submit it, or remove the bytes and return why."""
        try:
            row = await self._files.add(caller, new, quota)
        except Exception as error:
            await self._blobs.delete([blob_key(new.id)])
            if isinstance(error, ServiceError):
                return error
            raise
        if row.status == "pending":
            try:
                await self._queue.submit([row.id], "bulk" if new.knowledge_id else "single")
            except Unavailable as error:
                # The row says that it waits; whoever looks for such rows submits it again.
                log.warning("a file waits for the queue: %s", error.message)
        return row


async def _noted(
    parts: AsyncIterator[bytes], arrival: Arrival, metadata: Callable[[], bytes], said: list[bytes]
) -> AsyncIterator[bytes]:
    """Pass the parts on; what is wrong with them is raised while nothing of them is to be seen yet."""
    async for part in parts:
        arrival.take(part)
        yield part
    arrival.end()
    said.append(metadata())
    if said[0] and (problem := metadata_problem(said[0])):
        raise Invalid(problem, "bad_metadata")


def _new_file(file_id: str, announced: Announced, arrival: Arrival, said: bytes) -> NewFile:
    kind = content_type_of(arrival.beginning, extension_of(announced.name), announced.content_type)
    # Written again, so that each member is there once.
    meta = {"data": msgspec.json.decode(said or b"{}")}
    return NewFile(
        id=file_id,
        filename=announced.name,
        content_type=kind,
        size=arrival.size,
        blob_key=blob_key(file_id),
        blob_hash=arrival.digest,
        status="pending" if announced.process else "completed",
        meta=msgspec.json.encode(meta).decode(),
        knowledge_id=announced.knowledge_id or None,
        folder=announced.folder,
    )
