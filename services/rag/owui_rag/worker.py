"""The worker that reads files: `python -m owui_rag.worker`, until it is told to stop."""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping

import uvloop
from owui_chassis.garbage import settle
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.logs import configure_logging
from owui_chassis.outages import outage
from owui_chassis.runtime import Runtime
from owui_chassis.serve import stop_signal
from owui_chassis.service import Service
from owui_chassis.settings import SettingsError
from owui_chassis.tracing import configure_tracing
from prometheus_client import start_http_server

from owui_rag.adapters.index.merging import MERGE_SECONDS
from owui_rag.adapters.index.nearest_index import INDEX_SECONDS
from owui_rag.settings import RagSettings
from owui_rag.usecases.ingest_folders import remove_left_folders
from owui_rag.worker_loop import QUEUED, Consumer, resident_mb
from owui_rag.worker_parts import WorkerParts, open_worker_parts

log = logging.getLogger(__name__)
_BUILD_SECONDS = 30.0
_MEMORY_SECONDS = 30.0


async def run(environ: Mapping[str, str]) -> bool:
    """Serve the queues until told to stop; return whether a new worker shall take this one's place."""
    stopped = stop_signal()
    settings = RagSettings.read(environ)
    async with RemoteChannels(environ) as channels:
        service = Service("rag-worker", settings)
        try:
            parts = await open_worker_parts(service, settings, Runtime(environ, channels))
            consumer = Consumer(parts.celery, settings, parts.ingest.run)
            sweep = settings.ingest_sweep.total_seconds()
            service.background.every(sweep, lambda: look_around(parts), "looking for lost files")
            service.background.every(_BUILD_SECONDS, parts.build.run, "building vectors")
            service.background.every(MERGE_SECONDS, parts.merger.run, "merging the index of words")
            service.background.every(INDEX_SECONDS, parts.generations.index, "indexing vectors")
            if settings.worker_metrics_port:
                start_http_server(settings.worker_metrics_port)
            if left := await asyncio.to_thread(remove_left_folders):
                log.info("%d folders of workers that were killed have been removed", left)
            consumer.start()
            settle()
            log.info("this worker serves the queues %s", ", ".join(settings.ingest_queues))
            full = await _until_stopped(stopped, consumer, settings.ingest_memory_mb)
            await consumer.stop(settings.drain_seconds)
            return full
        finally:
            await service.stop()


async def look_around(parts: WorkerParts) -> None:
    """Measure the queue, and put into it what was lost unless another process does."""
    QUEUED.set(await parts.queue.length())
    if await parts.turn.take() and (found := await parts.queue.sweep()):
        log.info("%d files were put into the queue again", found)


async def _until_stopped(stopped: asyncio.Event, consumer: Consumer, memory_mb: int) -> bool:
    """Wait for the signal, or for the consumer's end; return True when this process has grown too large."""
    while True:
        waiting = {asyncio.create_task(stopped.wait()), asyncio.create_task(consumer.ended.wait())}
        done, pending = await asyncio.wait(
            waiting, timeout=_MEMORY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        for task in pending:
            task.cancel()
        if done:
            if not stopped.is_set():
                raise RuntimeError("the consumer of the queue has ended")
            return False
        if memory_mb and resident_mb() > memory_mb:
            log.warning("this worker has grown to %d MB and begins anew", resident_mb())
            return True


def main() -> None:
    """Run until stopped; a wrong setting or an absent store ends it with one line and exit code 1."""
    configure_logging(os.environ, "rag-worker")
    configure_tracing(os.environ, "rag-worker")
    try:
        again = uvloop.run(run(os.environ))
    except (SettingsError, OSError) as error:
        sys.exit(f"rag-worker cannot start: {error}")
    except Exception as error:
        if (away := outage(error)) is None:
            raise
        sys.exit(f"rag-worker cannot start: {away}")
    if again:
        os.execv(sys.executable, [sys.executable, "-m", "owui_rag.worker"])  # noqa: S606 - ourselves


if __name__ == "__main__":
    main()
