"""Opens the parts of a worker that reads files."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from owui_chassis.database import Database
from owui_chassis.events import Events
from owui_chassis.http import open_session
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service

from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.adapters.chunk_vectors import ChunkVectors
from owui_rag.adapters.contents import Contents
from owui_rag.adapters.embedding.engines import EmbeddingEngines
from owui_rag.adapters.extraction.choose import extractor_of, splitting_of
from owui_rag.adapters.file_events import FileEvents
from owui_rag.adapters.index.generations import Generations
from owui_rag.adapters.index.merging import SegmentMerger
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.adapters.ingest_rows import IngestRows
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.adapters.work_leases import WorkLease, sweep_lease
from owui_rag.ports import BlobStore, Extractor
from owui_rag.settings import RagSettings
from owui_rag.usecases.ingest import Ingest, Patience
from owui_rag.usecases.ingest_parts import Fetch
from owui_rag.usecases.ingest_targets import BuildGeneration, IngestTargets

if TYPE_CHECKING:
    from celery import Celery

SCHEMA = "rag"


@dataclass(frozen=True, slots=True)
class WorkerParts:
    """What a worker works with."""

    celery: "Celery"
    queue: CeleryQueue
    turn: WorkLease
    ingest: Ingest
    build: BuildGeneration
    engines: EmbeddingEngines
    merger: SegmentMerger
    generations: Generations


async def open_worker_parts(service: Service, settings: RagSettings, runtime: Runtime) -> WorkerParts:
    """Open the stores and return the parts."""
    pool = settings.ingest_concurrency + 3
    database = await service.enter(Database(settings.database, SCHEMA, pool))
    redis = await service.enter(open_redis(settings.redis))
    live = LiveSettings(settings, database, redis)
    await live.start(service.background)
    http = await service.enter(open_session(settings))
    blobs = await service.enter(blob_store_of(settings))
    rows = IngestRows(database, settings.ingest_lease)
    index = IndexWriter(database, settings.search_language)
    generations = Generations(database)
    engines = EmbeddingEngines(database, live, http, runtime.channel)
    celery = celery_app(settings.broker, settings.redis_key_prefix)
    ingest = Ingest(
        rows=rows,
        contents=Contents(database, index),
        fetch=fetching(blobs),
        extractor=_kept_until_changed(live, lambda: extractor_of(live, http)),
        splitting=lambda: splitting_of(live),
        targets=IngestTargets(generations, engines),
        tell=FileEvents(Events(redis), settings.redis_key_prefix),
        patience=lambda: patience_of(settings),
    )
    lease = WorkLease(database, "building vectors")
    build = BuildGeneration(generations, engines, ChunkVectors(database, index), lease)
    queue = CeleryQueue(celery, rows, settings.ingest_light_bytes)
    turn = sweep_lease(database, settings.ingest_sweep)
    # Another process need not wait until it has expired.
    service.on_drain(lambda _: turn.give())
    return WorkerParts(celery, queue, turn, ingest, build, engines, SegmentMerger(database), generations)


def patience_of(settings: RagSettings) -> Patience:
    """Return how often files are tried; a lease is renewed four times in its life."""
    return Patience(
        settings.ingest_attempts,
        settings.ingest_retry.total_seconds(),
        settings.ingest_lease.total_seconds() / 4,
    )


def fetching(blobs: BlobStore) -> Fetch:
    """Return what brings the bytes of a file to this machine."""

    async def fetch(blob_key: str, to: Path) -> None:
        parts: AsyncIterator[bytes] = blobs.read(blob_key)
        with await asyncio.to_thread(to.open, "wb") as file:
            async for part in parts:
                await asyncio.to_thread(file.write, part)

    return fetch


def _kept_until_changed(
    live: LiveSettings[RagSettings], make: Callable[[], Extractor]
) -> Callable[[], Extractor]:
    # An extractor bounds how much it reads at the same time: one for all files.
    kept: list[Extractor] = []
    live.on_change(kept.clear)

    def current() -> Extractor:
        if not kept:
            kept.append(make())
        return kept[0]

    return current
