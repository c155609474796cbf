"""Deletes files with everything that was made of them."""

import logging
from collections.abc import Awaitable, Callable, Sequence

from owui_chassis.access_control import Caller
from owui_chassis.errors import ServiceError

from owui_rag.ports import BlobStore, FileRemoval, IngestQueue

log = logging.getLogger(__name__)
_EVERYTHING = Caller(user_id="", unrestricted=True)


class Erase:
    """Rows first, then bytes: the reconciler finds bytes without a row, nobody a row without bytes."""

    def __init__(self, removal: FileRemoval, blobs: BlobStore, queue: IngestQueue) -> None:
        self._removal = removal
        self._blobs = blobs
        self._queue = queue

    async def files(self, caller: Caller, file_ids: Sequence[str], *, only_alone: bool = False) -> list[str]:
        """Delete those of these files that the caller may change; return which.

        With `only_alone` those that a knowledge base still holds stay.
        """
        removed = await self._removal.remove(caller, file_ids, only_alone=only_alone)
        if not removed:
            return []
        await self._tell_queue(list(removed))
        keys = [key for key in removed.values() if key]
        try:
            await self._blobs.delete(keys)
        except ServiceError as error:
            log.warning("the bytes of %d deleted files are left to the reconciler: %s", len(keys), error)
        return list(removed)

    async def user(self, user_id: str) -> None:
        """Delete everything of a person; doing it again changes nothing."""
        await self._removal.remove_belongings(user_id)
        await self._all(lambda: self._removal.next_of_user(user_id))

    async def everything(self) -> None:
        """Delete all files of everybody; knowledge bases stay, empty."""
        await self._all(self._removal.next_of_all)

    async def contents(self) -> None:
        """Forget all texts, chunks and vectors; files and knowledge bases stay."""
        await self._removal.remove_contents()

    async def _all(self, some: Callable[[], Awaitable[list[str]]]) -> None:
        while file_ids := await some():
            await self.files(_EVERYTHING, file_ids)

    async def _tell_queue(self, file_ids: Sequence[str]) -> None:
        try:
            await self._queue.cancel(file_ids)
        except ServiceError as error:
            # Whoever reads one of them finds that its row is gone.
            log.info("the queue was not told of deleted files: %s", error.message)
