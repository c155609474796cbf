"""Has files read, and waits for those that somebody needs at once."""

import asyncio
import logging
from collections.abc import Sequence

from owui_chassis.access_control import Caller
from owui_chassis.errors import ServiceError

from owui_rag.domain.files import FileRow
from owui_rag.ports import FileStore, IngestQueue, Weight
from owui_rag.usecases.finding import found

log = logging.getLogger(__name__)
_FIRST_LOOK_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 1.0


class Reading:
    """The rows are the truth: what the queue loses is found there again."""

    def __init__(self, files: FileStore, queue: IngestQueue) -> None:
        self._files = files
        self._queue = queue

    async def submit(self, file_ids: Sequence[str], weight: Weight = "single") -> None:
        """Have files read that wait already; a queue that is away only delays that."""
        if not file_ids:
            return
        try:
            await self._queue.submit(file_ids, weight)
        except ServiceError as error:
            log.warning("%d files wait for the queue: %s", len(file_ids), error.message)

    async def cancel(self, file_ids: Sequence[str]) -> None:
        """Let go of files; a queue that is away finds later that they are not wanted any more."""
        try:
            await self._queue.cancel(file_ids)
        except ServiceError as error:
            log.warning("the queue was not told of %d cancelled files: %s", len(file_ids), error.message)

    async def again(self, file_ids: Sequence[str], weight: Weight = "single") -> None:
        """Have files read, whatever became of them before."""
        await self.submit(await self._files.pend(file_ids), weight)

    async def wait(self, caller: Caller, file_id: str, seconds: float) -> FileRow:
        """Return a file as soon as it is read, failed or cancelled, or as it is after that many seconds.

        Raises NotFound when it goes meanwhile, or is not the caller's to read.
        """
        clock = asyncio.get_running_loop().time
        end, pause = clock() + seconds, _FIRST_LOOK_SECONDS
        while True:
            row = found(await self._files.read(caller, file_id))
            left = end - clock()
            if row.is_settled or left <= 0:
                return row
            # The reader is another process, which tells windows but not us; the row is read by its key.
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
