"""Celery's consumer in a thread of its own; what it brings is done on the event loop of the worker."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge, Histogram

from owui_rag import tasks
from owui_rag.adapters.queue_turns import room
from owui_rag.settings import RagSettings

if TYPE_CHECKING:
    from celery import Celery

log = logging.getLogger(__name__)
FILES = Counter("owui_rag_ingested_files", "Messages served, by what became of the file.", ["outcome"])
SECONDS = Histogram(
    "owui_rag_ingest_seconds",
    "Time to read a file.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800),
)
QUEUED = Gauge("owui_rag_queue_length", "Messages that wait in all queues, at the last look.")
RUNNING = Gauge("owui_rag_ingesting_files", "Files being read.")
_CANCELLED_SECONDS = 10.0


class Consumer:
    """Takes messages while it runs; when it stops, files that are not read in time are for other workers."""

    def __init__(self, app: "Celery", settings: RagSettings, ingest: Callable[[str], Awaitable[str]]) -> None:
        self.ended = asyncio.Event()
        self._app = app
        self._settings = settings
        self._ingest = ingest
        self._loop = asyncio.get_running_loop()
        self._reading: set[asyncio.Task[Any]] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._consume, name="celery", daemon=True)
        room.limit = settings.ingest_heavy_concurrency
        tasks.register(app, self._run)

    def start(self) -> None:
        """Begin to take messages."""
        self._thread.start()

    async def stop(self, patience: float) -> None:
        """Take no more, let files finish for so many seconds, then put the others back."""
        from celery.worker import state

        self._stopping = True
        state.should_stop = 0  # the exit code; what Celery does at SIGTERM when it has the main thread
        if self._reading:
            await asyncio.wait(self._reading, timeout=patience)
        for task in self._reading:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CANCELLED_SECONDS):
                await self.ended.wait()

    def _run(self, file_id: str, queue: str) -> None:
        """Read a file; called in a thread of Celery's pool, which waits."""
        from celery.exceptions import Reject

        future = asyncio.run_coroutine_threadsafe(self._kept(file_id), self._loop)
        try:
            with room.reading(queue):
                future.result()
        except CancelledError:
            # The row has been put back by now, so that the next worker to take the message finds it waiting.
            log.info("%s is left to another worker", file_id)
            raise Reject("the worker stops", requeue=True) from None

    async def _kept(self, file_id: str) -> None:
        task = asyncio.current_task()
        if task is None or self._stopping:
            # Celery had taken one more message before it heard that it shall stop.
            raise asyncio.CancelledError
        self._reading.add(task)
        try:
            await self._measured(file_id)
        finally:
            self._reading.discard(task)

    async def _measured(self, file_id: str) -> None:
        began = time.monotonic()
        with RUNNING.track_inprogress():
            try:
                outcome = await self._ingest(file_id)
            except BaseException:
                FILES.labels("interrupted").inc()
                raise
        FILES.labels(outcome).inc()
        if outcome != "nothing":
            SECONDS.observe(time.monotonic() - began)

    def _consume(self) -> None:
        try:
            self._controller().start()
        except BaseException:
            log.exception("Celery's consumer failed")
        finally:
            self._loop.call_soon_threadsafe(self.ended.set)

    def _controller(self) -> Any:
        from celery import signals

        # Celery would replace our log handlers.
        signals.setup_logging.connect(_leave_logging, weak=False)
        for chatty in ("celery.worker.strategy", "celery.worker.consumer.connection"):
            logging.getLogger(chatty).setLevel(logging.WARNING)
        # It warns of messages that are given back when this worker stops.
        logging.getLogger("celery.app.trace").setLevel(logging.ERROR)
        return self._app.WorkController(
            pool_cls="threads",
            concurrency=self._settings.ingest_concurrency,
            queues=list(self._settings.ingest_queues),
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            task_events=False,
            quiet=True,
        )


def _leave_logging(**_: object) -> None:
    """Receive the signal that tells Celery that logging is set up."""


def resident_mb() -> int:
    """Return the resident memory of this process in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * 4096 // 2**20
