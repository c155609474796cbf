"""Opens the parts of the rag service and starts its background work."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp
from owui.auth.v1.identity_service_pb2_grpc import IdentityServiceStub
from owui.auth.v1.user_service_pb2_grpc import UserServiceStub
from owui_chassis.database import Database
from owui_chassis.deletions import UserDeletions
from owui_chassis.http import open_session
from owui_chassis.live import LiveSettings
from owui_chassis.redis import open_redis
from owui_chassis.refusals import refuse_bad_values
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service

from owui_rag.adapters.blobs.choose import blob_store_of
from owui_rag.adapters.collections import NamedCollections
from owui_rag.adapters.embedding.engines import EmbeddingEngines
from owui_rag.adapters.evaluations import PostgresEvaluations
from owui_rag.adapters.extraction.choose import extractor_of
from owui_rag.adapters.files import Files
from owui_rag.adapters.index.search import ChunkSearch
from owui_rag.adapters.index.tuning import SearchDatabase
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.adapters.ingest_jobs import IngestJobs
from owui_rag.adapters.ingest_rows import IngestRows
from owui_rag.adapters.knowledge_bases import KnowledgeBases
from owui_rag.adapters.knowledge_links import KnowledgeLinks
from owui_rag.adapters.lenders import Lenders
from owui_rag.adapters.new_files import NewFiles
from owui_rag.adapters.owners import RememberedNames
from owui_rag.adapters.promises import RedisPromises
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.adapters.reconciliation.checks import Checks
from owui_rag.adapters.reconciliation.reports import PostgresReports
from owui_rag.adapters.removal import Removal
from owui_rag.adapters.reranking.choose import reranker_of
from owui_rag.adapters.unread_files import UnreadRows
from owui_rag.adapters.web.fetch import PageFetcher
from owui_rag.adapters.web.guard import EgressGuard
from owui_rag.adapters.web.search import WebSearch
from owui_rag.adapters.web.vendors import VendorHttp
from owui_rag.adapters.work_leases import WorkLease
from owui_rag.ports import BlobStore, EmbedNow, IngestQueue
from owui_rag.settings import RagSettings
from owui_rag.usecases.direct_upload import DirectUploads
from owui_rag.usecases.erase import Erase
from owui_rag.usecases.evaluate import Evaluate
from owui_rag.usecases.evaluations import Evaluations
from owui_rag.usecases.knowledge import Knowledge
from owui_rag.usecases.knowledge_files import KnowledgeFiles
from owui_rag.usecases.process import Process
from owui_rag.usecases.read_web import ReadWeb
from owui_rag.usecases.reading import Reading
from owui_rag.usecases.receive_file import ReceiveFile
from owui_rag.usecases.reconcile import Reconcile
from owui_rag.usecases.retrieve import Retrieve
from owui_rag.usecases.send_file import SendFile
from owui_rag.usecases.take_text import TakeText

SCHEMA = "rag"
_SWEEP_SECONDS = 3600
_ENGINE_SECONDS = 300
# Longer than one step of a comparison takes.
_RECONCILING = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the servicers work with."""

    live: LiveSettings[RagSettings]
    files: Files
    bases: KnowledgeBases
    links: KnowledgeLinks
    names: RememberedNames
    collections: NamedCollections
    unread: UnreadRows
    lenders: Lenders
    blobs: BlobStore
    reading: Reading
    erase: Erase
    receive: ReceiveFile
    send: SendFile
    direct: DirectUploads
    knowledge: Knowledge
    contents: KnowledgeFiles
    jobs: IngestJobs
    process: Process
    web: ReadWeb
    embed: EmbedNow
    retrieve: Retrieve
    reconcile: Reconcile
    evaluations: Evaluations


async def open_parts(
    service: Service, settings: RagSettings, runtime: Runtime, queue: IngestQueue | None = None
) -> Parts:
    """Open the stores, start what runs beside the requests, and return the parts; `queue` replaces ours."""
    database = await service.enter(Database(settings.database, SCHEMA, settings.database_pool_size))
    refuse_bad_values(database)
    redis = await service.enter(open_redis(settings.redis))
    prefix = settings.redis_key_prefix
    service.check("database", database.ping)
    live = LiveSettings(settings, database, redis)
    await live.start(service.background)
    blobs = await service.enter(blob_store_of(settings))
    if queue is None:
        rows = IngestRows(database, settings.ingest_lease)
        queue = CeleryQueue(celery_app(settings.broker, prefix), rows, settings.ingest_light_bytes)
    files, new_files = Files(database), NewFiles(database)
    bases, links = KnowledgeBases(database), KnowledgeLinks(database)
    reading = Reading(files, queue)
    erase = Erase(Removal(database, IndexWriter(database)), blobs, queue)
    knowledge = Knowledge(bases, reading)
    receive = ReceiveFile(blobs, new_files, queue, service.background, live)
    promises = RedisPromises(redis, prefix, settings.upload_link_lifetime)
    direct = DirectUploads(blobs, files, promises, receive, service.background)
    service.background.every(_SWEEP_SECONDS, direct.sweep, "uploads that were never finished")
    contents = KnowledgeFiles(knowledge, links, files, reading, erase)
    process = Process(files, reading, TakeText(new_files, reading, live), contents, erase)
    http = await service.enter(open_session(settings, timeout=aiohttp.ClientTimeout(total=_ENGINE_SECONDS)))
    engines = EmbeddingEngines(database, live, http, runtime.channel)
    searching = await service.enter(SearchDatabase(settings.database, SCHEMA))
    guard, vendors = await service.enter(EgressGuard(live)), await service.enter(VendorHttp(live))
    web = ReadWeb(
        PageFetcher(live, guard, vendors),
        WebSearch(live, vendors),
        extractor=lambda: extractor_of(live, http),
        receive=receive,
        process=process,
        values=live,
    )
    users = UserServiceStub(runtime.channel("auth"))
    deletions = UserDeletions(redis, prefix, "rag", erase.user)
    service.background.forever(deletions.take, "deletions of users")
    checks = Checks(
        database,
        blobs,
        users,
        erase_user=erase.user,
        is_promised=promises.is_open,
        engine_of=engines.of,
        grace=settings.reconcile_grace,
    )
    turn = WorkLease(database, "reconciliation", _RECONCILING)
    reconcile = Reconcile(checks, PostgresReports(database), turn, service.background)
    service.background.every(
        settings.reconcile_interval.total_seconds(),
        partial(reconcile.regular, settings.reconcile_interval, repair=settings.reconcile_repair),
        "reconciliation",
    )
    search = ChunkSearch(searching)
    evaluate = Evaluate(
        search,
        engines.of,
        lambda: reranker_of(live, http),
        enriched=lambda: live.enable_hybrid_search_enriched_texts,
        parallel=settings.evaluation_parallel,
    )
    return Parts(
        live=live,
        files=files,
        bases=bases,
        links=links,
        names=RememberedNames(users),
        collections=NamedCollections(database),
        unread=UnreadRows(database),
        lenders=Lenders(
            IdentityServiceStub(runtime.channel("auth")), lambda: bool(live.bypass_admin_access_control)
        ),
        blobs=blobs,
        reading=reading,
        erase=erase,
        receive=receive,
        send=SendFile(blobs, files),
        direct=direct,
        knowledge=knowledge,
        contents=contents,
        jobs=IngestJobs(database, reading),
        process=process,
        web=web,
        embed=engines.current,
        retrieve=Retrieve(search, engines.of, lambda: reranker_of(live, http), live),
        reconcile=reconcile,
        evaluations=Evaluations(evaluate, PostgresEvaluations(database), service.background),
    )
