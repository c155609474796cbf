"""Jobs of many files: how far they are, and their pause, end and repetition."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from owui_chassis.database import Database
from owui_chassis.errors import Conflict, Invalid
from owui_chassis.statements import Statement

from owui_rag.ports import IngestQueue

MAXIMUM_FILES = 10_000
_PAGE = 30
_FILES_PAGE = 100


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job; `status` is "running", "paused", "cancelled" or "completed", times are epoch seconds."""

    id: str
    user_id: str
    knowledge_id: str | None
    status: str
    total: int
    done: int
    failed: int
    cancelled: int
    created_at: int
    updated_at: int


class JobFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a job and what became of it there."""

    file_id: str
    filename: str
    status: str
    progress: float
    error: str | None


# A job whose files all have their end is completed, whatever was wanted of it before.
_JOBS = """
    SELECT job.id, job.user_id, job.knowledge_id, job.total, job.created_at, job.updated_at,
        parts.done, parts.failed, parts.cancelled,
        CASE WHEN job.status <> 'cancelled' AND parts.open = 0 THEN 'completed' ELSE job.status END AS status
    FROM ingest_job AS job CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE outcome = 'completed') AS done,
            count(*) FILTER (WHERE outcome = 'failed') AS failed,
            count(*) FILTER (WHERE outcome = 'cancelled') AS cancelled,
            count(*) FILTER (WHERE outcome IS NULL) AS open
        FROM ingest_job_file WHERE job_id = job.id
    ) AS parts
"""
_GET = Statement(f"{_JOBS} WHERE job.id = :id AND (:unrestricted OR job.user_id = :user_id)")
_PAGE_OF = Statement(f"""
    SELECT *, count(*) OVER () AS number FROM (
        {_JOBS} WHERE (:unrestricted OR job.user_id = :user_id)
            -- Only "completed" is found by counting; no other job has its files counted in vain.
            AND (:status IN ('', 'completed') OR job.status = :status)
    ) AS jobs WHERE :status = '' OR status = :status
    ORDER BY created_at DESC, id LIMIT {_PAGE} OFFSET CAST(:offset AS integer)
""")  # noqa: S608 - all parts are ours
_INSERT = Statement("""
    INSERT INTO ingest_job (id, user_id, knowledge_id, total, created_at, updated_at)
    SELECT :id, :user_id, CAST(:knowledge_id AS text), count(*), :now, :now
    FROM file WHERE file.id = ANY(CAST(:ids AS text[]))
""")
_INSERT_FILES = Statement("""
    INSERT INTO ingest_job_file (job_id, file_id, outcome)
    SELECT :id, file.id,
        -- One that was only kept is completed too, but has never been read.
        CASE WHEN file.status = 'completed' AND file.content_id IS NOT NULL AND NOT :again
            THEN 'completed' END
    FROM file WHERE file.id = ANY(CAST(:ids AS text[]))
""")
_PEND = Statement("""
    UPDATE file SET status = 'pending', progress = 0, error = NULL, retry_at = NULL, updated_at = :now
    FROM ingest_job_file AS part
    WHERE part.job_id = :id AND part.file_id = file.id AND part.outcome IS NULL
        AND file.status <> 'processing'
    RETURNING file.id
""")
_OPEN = Statement("SELECT file_id FROM ingest_job_file WHERE job_id = :id AND outcome IS NULL")
_SET = Statement("""
    UPDATE ingest_job SET status = :status, updated_at = :now
    WHERE id = :id AND status = ANY(CAST(:before AS text[])) RETURNING id
""")
_REOPEN = Statement("""
    UPDATE ingest_job_file SET outcome = NULL, error = NULL
    WHERE job_id = :id AND outcome IN ('failed', 'cancelled')
        AND EXISTS (SELECT 1 FROM file WHERE file.id = file_id)
""")
_FILES = Statement(f"""
    SELECT *, count(*) OVER () AS number FROM (
        SELECT part.file_id, COALESCE(file.filename, '') AS filename,
            COALESCE(part.outcome, file.status, 'cancelled') AS status,
            CASE WHEN part.outcome IS NULL THEN COALESCE(file.progress, 0) ELSE 1 END AS progress,
            COALESCE(part.error, file.error) AS error
        FROM ingest_job_file AS part LEFT JOIN file ON file.id = part.file_id WHERE part.job_id = :id
    ) AS files WHERE :status = '' OR status = :status
    ORDER BY filename, file_id LIMIT {_FILES_PAGE} OFFSET CAST(:offset AS integer)
""")  # noqa: S608


class IngestJobs:
    """Jobs in the database; who may see which file is asked before."""

    def __init__(self, database: Database, queue: IngestQueue) -> None:
        self._database = database
        self._queue = queue

    async def create(
        self, user_id: str, file_ids: Sequence[str], knowledge_id: str | None = None, *, again: bool = False
    ) -> Job:
        """Make a job of files that the person is known to be allowed to change, and begin it.

        Files that have been read count as done unless they shall be read `again`. Raises Invalid for too
        many, Unavailable when they wait for the queue (the job exists).
        """
        if not 0 < len(file_ids) <= MAXIMUM_FILES:
            raise Invalid(f"A job has between 1 and {MAXIMUM_FILES} files.", "job_size")
        values = {"id": str(uuid4()), "ids": list(file_ids), "now": _now()}
        async with self._database.begin() as connection:
            owner = {"user_id": user_id, "knowledge_id": knowledge_id}
            await connection.execute(_INSERT.text, {**values, **owner})
            await connection.execute(_INSERT_FILES.text, {**values, "again": again})
            rows = (await connection.execute(_PEND.text, values)).all()
        await self._queue.submit([row.id for row in rows], "bulk")
        return await self._found(values["id"])

    async def get(self, job_id: str, user_id: str, *, unrestricted: bool) -> Job | None:
        """Return a job of this person, or anybody's without restriction."""
        row = await self._database.first(_GET, id=job_id, user_id=user_id, unrestricted=unrestricted)
        return None if row is None else _job(row)

    async def page(
        self, user_id: str, *, unrestricted: bool, status: str = "", page: int = 1
    ) -> tuple[list[Job], int]:
        """Return a page of thirty jobs, newest first, and how many there are."""
        offset = (max(1, page) - 1) * _PAGE
        rows = await self._database.fetch(
            _PAGE_OF, user_id=user_id, unrestricted=unrestricted, status=status, offset=offset
        )
        return [_job(row) for row in rows], rows[0].number if rows else 0

    async def files(self, job_id: str, *, status: str = "", page: int = 1) -> tuple[list[JobFile], int]:
        """Return a page of a hundred files of a job, and how many there are."""
        offset = (max(1, page) - 1) * _FILES_PAGE
        rows = await self._database.fetch(_FILES, id=job_id, status=status, offset=offset)
        names = JobFile.__struct_fields__
        found = [JobFile(**{name: row[name] for name in names}) for row in rows]
        return found, rows[0].number if rows else 0

    async def pause(self, job_id: str) -> Job:
        """Let a job begin no further file; raise Conflict when it has ended."""
        await self._set(job_id, "paused", ("running", "paused"))
        return await self._found(job_id)

    async def resume(self, job_id: str) -> Job:
        """Let a paused job go on; raise Conflict when it has ended."""
        await self._set(job_id, "running", ("running", "paused"))
        await self._submit_open(job_id)
        return await self._found(job_id)

    async def cancel(self, job_id: str) -> Job:
        """End a job: its files that have no end yet are cancelled, those in work stop soon."""
        await self._set(job_id, "cancelled", ("running", "paused", "cancelled"))
        rows = await self._database.fetch(_OPEN, id=job_id)
        await self._queue.cancel([row.file_id for row in rows])
        return await self._found(job_id)

    async def retry(self, job_id: str) -> Job:
        """Read the failed and cancelled files of a job once more."""
        async with self._database.begin() as connection:
            await connection.execute(_REOPEN.text, {"id": job_id})
            values = {"id": job_id, "now": _now()}
            before = ["running", "paused", "cancelled"]
            await connection.execute(_SET.text, {**values, "status": "running", "before": before})
            rows = (await connection.execute(_PEND.text, values)).all()
        await self._queue.submit([row.id for row in rows], "bulk")
        return await self._found(job_id)

    async def _submit_open(self, job_id: str) -> None:
        rows = await self._database.fetch(_OPEN, id=job_id)
        await self._queue.submit([row.file_id for row in rows], "bulk")

    async def _set(self, job_id: str, status: str, before: tuple[str, ...]) -> None:
        values = {"id": job_id, "status": status, "before": list(before), "now": _now()}
        if await self._database.first(_SET, **values) is None:
            raise Conflict("The job has ended.", "job_ended")

    async def _found(self, job_id: Any) -> Job:
        row = await self._database.first(_GET, id=job_id, user_id="", unrestricted=True)
        if row is None:
            raise Conflict("The job is gone.", "job_gone")
        return _job(row)


def _job(row: Any) -> Job:
    return Job(**{name: row[name] for name in Job.__struct_fields__})


def _now() -> int:
    return int(time.time())
