"""Files, an embedding engine over HTTP, and workers that may be killed, for the tests of ingestion."""

import asyncio
import contextlib
import hashlib
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator, Sequence, Set
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from aiohttp import web
from owui_chassis.database import Database
from owui_chassis.grpc.client import RemoteChannels
from owui_chassis.migrations import migrate
from owui_chassis.runtime import Runtime
from owui_chassis.service import Service
from owui_rag.adapters.ingest_rows import IngestRows
from owui_rag.adapters.queue import CeleryQueue, celery_app
from owui_rag.settings import RagSettings
from owui_rag.worker_parts import WorkerParts, open_worker_parts
from sqlalchemy import text

SECRET = "a secret of the tests"
DIMENSIONS = 8
LEASE = timedelta(seconds=1)
WORKER = ("-m", "owui_rag.worker")


class Engine:
    """An embedding engine whose vectors follow from the text; `delay` seconds per request."""

    def __init__(self) -> None:
        self.url = ""
        self.delay = 0.0
        self.texts: list[str] = []

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Engine"]:
        """Listen on a free port."""
        application = web.Application(client_max_size=64 * 1024**2)
        application.router.add_post("/{path:.*}", self._serve)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        yield self
        await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.Response:
        texts = (await request.json())["input"]
        await asyncio.sleep(self.delay)
        self.texts += texts
        items = [{"index": at, "embedding": vector_of(each).tolist()} for at, each in enumerate(texts)]
        return web.json_response({"data": items})


def vector_of(words: str) -> Any:
    """Return the vector that the engine makes of a text."""
    seed = int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big")
    return np.random.default_rng(seed).normal(size=DIMENSIONS)


class Bed:
    """A database, a Redis, a folder of blobs and an engine; workers are processes."""

    def __init__(self, database: Database, folder: Path, engine: Engine, environ: dict[str, str]) -> None:
        self.database = database
        self.folder = folder
        self.engine = engine
        self.environ = environ
        self.rows = IngestRows(database, LEASE)
        app = celery_app(environ["REDIS_URL"], environ["REDIS_KEY_PREFIX"])
        self.queue = CeleryQueue(app, self.rows, 2_000_000)

    async def add_files(self, contents: Sequence[tuple[str, bytes]], user_id: str = "someone") -> list[str]:
        """Write files (name, bytes) as the service does; return their ids."""
        now = int(time.time())
        made = []
        for name, content in contents:
            file_id = str(uuid.uuid4())
            path = self.folder / "uploads" / file_id[:2] / file_id
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            made.append({
                "id": file_id, "user": user_id, "name": name, "size": len(content),
                "key": f"{file_id[:2]}/{file_id}", "now": now,
            })  # fmt: skip
        async with self.database.begin() as connection:
            await connection.execute(
                text("""
                    INSERT INTO file (id, user_id, filename, size, blob_key, created_at, updated_at)
                    VALUES (:id, :user, :name, :size, :key, :now, :now)
                """),
                made,
            )
        return [str(each["id"]) for each in made]

    @contextlib.asynccontextmanager
    async def parts(self, **environ: str) -> AsyncIterator[WorkerParts]:
        """Open the parts of a worker in this process."""
        given = {**self.environ, **environ}
        settings = RagSettings.read(given)
        service = Service("rag-worker", settings)
        async with RemoteChannels(given) as channels:
            try:
                yield await open_worker_parts(service, settings, Runtime(given, channels))
            finally:
                await service.stop()

    async def worker(self, *program: str, **environ: str) -> "WorkerProcess":
        """Start a worker, by another program than its own if one is given."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, *(program or WORKER), env={**self.environ, **environ}
        )
        return WorkerProcess(process)

    async def all(self, statement: str, **values: Any) -> list[Any]:
        """Return rows."""
        async with self.database.connect() as connection:
            return list((await connection.execute(text(statement), values)).all())

    async def statuses(self) -> dict[str, int]:
        """Return how many files are in which state."""
        found = await self.all("SELECT status, count(*) AS number FROM file GROUP BY status")
        return {row.status: row.number for row in found}

    async def until_settled(self, seconds: float) -> dict[str, int]:
        """Wait until no file waits or is being read; return how many are in which state."""
        async with asyncio.timeout(seconds):
            # Another process changes the rows.
            while {"pending", "processing"} & (found := await self.statuses()).keys():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        return found

    async def leases(self) -> set[Any]:
        """Return the leases that workers hold, killed ones included."""
        return {row.lease for row in await self.all("SELECT lease FROM file WHERE lease IS NOT NULL")}

    async def until_processing(self, seconds: float, before: Set[Any] = frozenset()) -> bool:
        """Wait until a file is read under another lease than before; False when all are settled."""
        async with asyncio.timeout(seconds):
            while not await self.leases() - before:
                if not {"pending", "processing"} & (await self.statuses()).keys():
                    return False
                await asyncio.sleep(0.02)
        return True

    async def stored(self) -> list[Any]:
        """Return what is stored of each file, without what differs from run to run."""
        generation = (await self.all("SELECT id FROM embedding_generation WHERE state = 'live'"))[0].id
        return await self.all(f"""
            SELECT file.filename, file.status, file.error, file.hash, content.splitting, content.chunk_count,
                (SELECT array_agg(ROW(ordinal, start_at, end_at, tokens, text_hash)::text ORDER BY ordinal)
                    FROM chunk WHERE content_id = content.id) AS chunks,
                (SELECT array_agg(entry.embedding::text ORDER BY chunk.ordinal)
                    FROM chunk JOIN embedding_{generation} AS entry ON entry.chunk_id = chunk.id
                    WHERE chunk.content_id = content.id) AS vectors,
                (SELECT sum(documents) FROM lexical_segment WHERE content_id = content.id) AS documents
            FROM file LEFT JOIN content ON content.id = file.content_id ORDER BY filename
        """)  # noqa: S608


class WorkerProcess:
    """A running worker."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def until_begun_anew(self, seconds: float) -> None:
        """Wait until the worker's own program runs in the process that another one was started in."""
        async with asyncio.timeout(seconds):
            while self._arguments() != list(WORKER):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    def _arguments(self) -> list[str]:
        return Path(f"/proc/{self._process.pid}/cmdline").read_text(encoding="utf-8").split("\0")[1:-1]

    async def kill(self) -> None:
        """End it as a crash would."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def stop(self) -> int:
        """End it in good order; return the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        return await self._process.wait()


@contextlib.asynccontextmanager
async def bed(postgres_url: str, redis_url: str, folder: Path, engine: Engine) -> AsyncIterator[Bed]:
    """Open everything on a fresh database."""
    await migrate("owui_rag", "rag", postgres_url)
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "WEBUI_SECRET_KEY": SECRET,
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_url,
        "REDIS_KEY_PREFIX": f"test-{uuid.uuid4().hex[:8]}",
        "DATA_DIR": str(folder),
        "GLOBAL_LOG_LEVEL": "WARNING",
        "DRAIN_SECONDS": "0.5",
        "RAG_EMBEDDING_ENGINE": "openai",
        "RAG_EMBEDDING_MODEL": "test",
        "RAG_OPENAI_API_BASE_URL": engine.url,
        "RAG_INGEST_LEASE": f"{LEASE.total_seconds():.0f}s",
        "RAG_INGEST_SWEEP": "300ms",
        "RAG_INGEST_RETRY": "200ms",
    }
    async with Database(postgres_url, "rag", 8) as database:
        yield Bed(database, folder, engine, environ)
