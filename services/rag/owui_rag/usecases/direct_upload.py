"""Uploads that go to the object store without passing through us, and are taken over afterwards."""

import asyncio
import logging
import uuid
from dataclasses import dataclass
from typing import Protocol

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.background import Background
from owui_chassis.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable

from owui_rag.domain.files import FileRow, metadata_problem
from owui_rag.domain.quotas import Quota
from owui_rag.domain.texts import NOT_FOUND
from owui_rag.ports import BlobStore, FileStore
from owui_rag.usecases.receive_file import Announced, ReceiveFile

log = logging.getLogger(__name__)
_INCOMING = "incoming/"
_SWEPT_AT_ONCE = 1000


class Promise(msgspec.Struct, frozen=True):
    """What was announced of a file whose bytes are on their way to the store."""

    user_id: str
    name: str
    size: int
    content_type: str
    metadata: str = ""
    knowledge_id: str | None = None
    folder: str = ""


class PromiseStore(Protocol):
    """Remembers promises for a while, a little longer than their addresses are good."""

    async def add(self, file_id: str, promise: Promise) -> None:
        """Remember a promise."""

    async def get(self, file_id: str) -> Promise | None:
        """Return a promise; None when there is none any more."""

    async def claim(self, file_id: str) -> bool:
        """Begin to redeem a promise; return False when somebody is doing so."""

    async def release(self, file_id: str, *, redeemed: bool) -> None:
        """End that; a promise that was redeemed is forgotten."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to PUT the bytes of a file."""

    file_id: str
    url: str
    content_type: str


class DirectUploads:
    """The client writes to a place of its own; what is kept is a copy that it cannot change any more."""

    def __init__(
        self,
        blobs: BlobStore,
        files: FileStore,
        promises: PromiseStore,
        receive: ReceiveFile,
        background: Background,
    ) -> None:
        self._blobs = blobs
        self._files = files
        self._promises = promises
        self._receive = receive
        self._background = background

    async def start(
        self, caller: Caller, quota: Quota, announced: Announced, metadata: bytes
    ) -> Address | None:
        """Return where to put the bytes, None where the store offers no such way; raise as uploads do."""
        announced = await self._receive.check(caller, quota, announced)
        if metadata and (problem := metadata_problem(metadata)):
            raise Invalid(problem, "bad_metadata")
        if not announced.size:
            raise Invalid("The file is empty.", "file_empty")
        file_id = str(uuid.uuid4())
        kind = _header_value(announced.content_type)
        url = await self._blobs.presign_put(_INCOMING + file_id, announced.size, kind)
        if url is None:
            return None
        promise = Promise(
            user_id=caller.user_id,
            name=announced.name,
            size=announced.size,
            content_type=kind,
            metadata=metadata.decode(),
            knowledge_id=announced.knowledge_id,
            folder=announced.folder,
        )
        await self._promises.add(file_id, promise)
        return Address(file_id, url, kind)

    async def finish(self, caller: Caller, quota: Quota, file_id: str) -> FileRow:
        """Take over the bytes; raise NotFound for what was not announced or has not come, else as uploads do.

        Asked again afterwards, it returns the file again.
        """
        if known := await self._known(caller, file_id):
            return known
        promise = await self._promises.get(file_id)
        if promise is None or promise.user_id != caller.user_id:
            # Who finished it meanwhile has forgotten the promise after he had written the row.
            if known := await self._known(caller, file_id):
                return known
            raise NotFound(NOT_FOUND, "upload_not_found")
        if not await self._promises.claim(file_id):
            raise Conflict("This upload is being finished already", "upload_busy")
        # The bytes are there: that the client leaves now changes nothing.
        redeeming = self._background.spawn(self._redeem(caller, quota, file_id, promise), "direct upload")
        outcome: FileRow | ServiceError = await asyncio.shield(redeeming)
        if isinstance(outcome, ServiceError):
            raise outcome
        return outcome

    async def _known(self, caller: Caller, file_id: str) -> FileRow | None:
        row = await self._files.read(caller, file_id)
        return row if row is not None and row.user_id == caller.user_id else None

    async def _redeem(
        self, caller: Caller, quota: Quota, file_id: str, promise: Promise
    ) -> FileRow | ServiceError:
        redeemed = False
        try:
            # The one who held the claim before may have finished.
            known = await self._known(caller, file_id)
            row = known or await self._take_over(caller, quota, file_id, promise)
            redeemed = True
        except ServiceError as error:
            return error
        finally:
            await self._promises.release(file_id, redeemed=redeemed)
        try:
            await self._blobs.delete([_INCOMING + file_id])
        except Unavailable as error:
            log.warning("the bytes of a finished upload are left to the sweep: %s", error.message)
        return row

    async def _take_over(self, caller: Caller, quota: Quota, file_id: str, promise: Promise) -> FileRow:
        announced = Announced(
            name=promise.name,
            content_type=promise.content_type,
            size=promise.size,
            knowledge_id=promise.knowledge_id,
            folder=promise.folder,
        )
        parts = self._blobs.read(_INCOMING + file_id)
        said = promise.metadata.encode()
        return await self._receive.run(
            caller, quota, announced, parts, metadata=lambda: said, file_id=file_id
        )

    async def sweep(self) -> None:
        """Delete bytes whose promise was never redeemed."""
        stale = []
        async for key in self._blobs.keys(_INCOMING):
            if await self._promises.get(key.removeprefix(_INCOMING)) is None:
                stale.append(key)
            if len(stale) >= _SWEPT_AT_ONCE:
                break
        if stale:
            await self._blobs.delete(stale)
            log.info("%d uploads that were never finished are deleted", len(stale))


def _header_value(content_type: str) -> str:
    """Return a content type that can be a header and part of a signature."""
    plain = content_type.partition(";")[0].strip().lower()
    is_good = plain.isascii() and plain.isprintable() and "/" in plain and " " not in plain
    return plain if is_good and len(plain) < 100 else "application/octet-stream"
