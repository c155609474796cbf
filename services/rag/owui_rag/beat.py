"""The clock of the queue of files, so that workers may be scaled to nothing: `python -m owui_rag.beat`.

It puts files into the queue again whose message or worker was lost, and has a worker started while vectors
or their index are to be built, or words to be merged. Of several processes, running workers among them, one
looks; when it is gone, another one does.
"""

import logging
import os
import sys
from collections.abc import Mapping

import uvloop
from owui_chassis.database import Database
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.http import open_session
from owui_chassis.live import LiveSettings
from owui_chassis.logs import configure_logging
from owui_chassis.outages import outage
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.serve import stop_signal
from owui_chassis.service import Service
from owui_chassis.settings import SettingsError
from owui_chassis.tracing import configure_tracing
from prometheus_client import start_http_server

from owui_rag.adapters.embedding.engines import EmbeddingEngines
from owui_rag.adapters.index.generations import Generations
from owui_rag.adapters.index.merging import SegmentMerger
from owui_rag.adapters.ingest_rows import IngestRows
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.adapters.work_leases import WorkLease, sweep_lease
from owui_rag.settings import RagSettings

log = logging.getLogger(__name__)
SCHEMA = "rag"
_POOL = 2


class Beat:
    """What happens at each beat."""

    def __init__(
        self,
        *,
        turn: WorkLease,
        queue: CeleryQueue,
        generations: Generations,
        engines: EmbeddingEngines,
        merger: SegmentMerger,
        seconds: float,
    ) -> None:
        self._turn = turn
        self._queue = queue
        self._generations = generations
        self._engines = engines
        self._merger = merger
        self._seconds = seconds

    async def __call__(self) -> None:
        """Look for lost files, and for work that nobody does; raise Unavailable while Redis is away."""
        if not await self._turn.take():
            return
        if found := await self._queue.sweep():
            log.info("%d files were put into the queue again", found)
        if await self._is_awaited() and await self._queue.length() == 0:
            await self._queue.wake(self._seconds)

    async def _is_awaited(self) -> bool:
        return (
            await self._is_building() or await self._generations.awaits_index() or await self._merger.is_due()
        )

    async def _is_building(self) -> bool:
        generations = await self._generations.all()
        live = next((each for each in generations if each.state == "live"), None)
        # Before the first file there is nothing to build from.
        return live is not None and live.name != self._engines.current().name


async def run(environ: Mapping[str, str]) -> None:
    """Beat until told to stop."""
    stopped = stop_signal()
    settings = RagSettings.read(environ)
    async with RemoteChannels(environ) as channels:
        service = Service("rag-beat", settings)
        try:
            database = await service.enter(Database(settings.database, SCHEMA, _POOL))
            live = LiveSettings(settings, database, await service.enter(open_redis(settings.redis)))
            await live.start(service.background)
            http = await service.enter(open_session(settings))
            engines = EmbeddingEngines(database, live, http, Runtime(environ, channels).channel)
            rows = IngestRows(database, settings.ingest_lease)
            app = celery_app(settings.broker, settings.redis_key_prefix)
            queue = CeleryQueue(app, rows, settings.ingest_light_bytes)
            seconds = settings.ingest_sweep.total_seconds()
            turn = sweep_lease(database, settings.ingest_sweep)
            service.on_drain(lambda _: turn.give())
            beat = Beat(
                turn=turn,
                queue=queue,
                generations=Generations(database),
                engines=engines,
                merger=SegmentMerger(database),
                seconds=seconds,
            )
            service.background.every(seconds, beat, "looking for lost files")
            if settings.worker_metrics_port:
                start_http_server(settings.worker_metrics_port)
            log.info("beating every %g seconds", seconds)
            await stopped.wait()
        finally:
            await service.stop()


def main() -> None:
    """Run until stopped; a wrong setting or an absent store ends it with one line and exit code 1."""
    configure_logging(os.environ, "rag-beat")
    configure_tracing(os.environ, "rag-beat")
    try:
        uvloop.run(run(os.environ))
    except (SettingsError, OSError) as error:
        sys.exit(f"rag-beat cannot start: {error}")
    except Exception as error:
        if (away := outage(error)) is None:
            raise
        sys.exit(f"rag-beat cannot start: {away}")


if __name__ == "__main__":
    main()
