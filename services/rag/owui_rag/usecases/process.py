"""Makes files and texts findable while somebody waits for it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from owui_chassis.access_control import Caller
from owui_chassis.errors import Invalid, ServiceError, Unavailable

from owui_rag.domain.files import FileRow, public_error, public_status
from owui_rag.domain.quotas import Quota
from owui_rag.domain.texts import NOT_READ
from owui_rag.ports import FileStore
from owui_rag.usecases.erase import Erase
from owui_rag.usecases.finding import found
from owui_rag.usecases.knowledge_files import KnowledgeFiles
from owui_rag.usecases.reading import Reading
from owui_rag.usecases.take_text import TakeText

MAXIMUM_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with one file of several: "completed", "pending" or "failed"."""

    file_id: str
    status: str
    error: str | None = None


class Process:
    """What is named must be the caller's: a base that he may write, a file that he may change."""

    def __init__(
        self, files: FileStore, reading: Reading, texts: TakeText, contents: KnowledgeFiles, erase: Erase
    ) -> None:
        self._files = files
        self._reading = reading
        self._texts = texts
        self._contents = contents
        self._erase = erase

    async def file(
        self, caller: Caller, file_id: str, content: str | None, base_id: str | None, seconds: float
    ) -> FileRow:
        """Have a file read, or take `content` for its text, and put it into a base; return it with its text.

        Its own collection is no base; nothing in `content` counts as none, as clients of this interface know.
        Raises NotFound, Forbidden, Invalid for what cannot be read, Unavailable when it takes longer.
        """
        if content:
            found(await self._files.give_text(caller, file_id, content))
            await self._reading.submit([file_id])
        else:
            row = found(await self._files.writable(caller, file_id))
            if not row.is_read and row.is_settled:
                await self._reading.again([file_id])
        await self._read(caller, file_id, seconds)
        if base_id and base_id != f"file-{file_id}":
            await self._contents.add_many(caller, base_id, [(file_id, "")])
        return found(await self._files.read_with_text(caller, file_id))

    async def text(
        self,
        caller: Caller,
        name: str,
        text: str,
        collection: str | None,
        *,
        quota: Quota,
        seconds: float,
    ) -> str:
        """Make a text findable; return the name of its collection."""
        collection = collection or hashlib.sha256(text.encode()).hexdigest()
        row = await self._texts.run(caller, name, text, quota, {"collection_name": collection})
        await self._read(caller, row.id, seconds, erase=True)
        return collection

    async def fetched(self, caller: Caller, row: FileRow, collection: str, seconds: float) -> str:
        """Wait for a file that was made of a page; return its text."""
        await self._files.set_collection(row.id, collection)
        await self._read(caller, row.id, seconds, erase=True)
        return found(await self._files.read_with_text(caller, row.id)).text or ""

    async def files(self, caller: Caller, file_ids: Sequence[str], base_id: str) -> list[Outcome]:
        """Put files into a base and have those read that are not; none hinders the others."""
        if len(file_ids) > MAXIMUM_BATCH:
            raise Invalid(f"At most {MAXIMUM_BATCH} files can be processed at once", "too_many_files")
        outcomes, unread = [], []
        for file_id in dict.fromkeys(file_ids):
            try:
                row = found(await self._files.writable(caller, file_id))
                await self._contents.add_many(caller, base_id, [(file_id, "")])
                if row.is_settled and not row.is_read:
                    unread.append(file_id)
                outcomes.append(Outcome(file_id, "completed" if row.is_read else "pending"))
            except ServiceError as error:
                outcomes.append(Outcome(file_id, "failed", error.message))
        await self._reading.again(unread, "bulk")
        return outcomes

    async def _read(self, caller: Caller, file_id: str, seconds: float, *, erase: bool = False) -> None:
        """Wait until a file has been read; with `erase` one that fails is deleted again."""
        row = await self._reading.wait(caller, file_id, seconds)
        if row.is_read:
            return
        if public_status(row.status) == "failed":
            if erase:
                await self._erase.files(caller, [file_id])
            raise Invalid(public_error(row) or NOT_READ, "file_failed")
        raise Unavailable("This is still being read; it will be found when that is done", "still_reading", 5)
