"""The rows of files as far as ingestion goes: who reads which one, until when, and what became of it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.domain.files import GIVEN_TEXT
from owui_rag.domain.ingestion import SLOW, SLOW_BYTES_FRACTION
from owui_rag.usecases.ingest_parts import Claim, LeaseLost

# A row that is being read counts as left when its reader has been silent, or when it never said a word.
_LEFT = "(file.status = 'processing' AND COALESCE(file.lease_until, '-infinity') < now())"
_PAUSED = """
    EXISTS (SELECT 1 FROM ingest_job_file AS part JOIN ingest_job AS job ON job.id = part.job_id
        WHERE part.file_id = file.id AND part.outcome IS NULL AND job.status = 'paused')
"""
_CLAIM = Statement(f"""
    UPDATE file SET status = 'processing', progress = 0, error = NULL, lease = :lease,
        lease_until = now() + CAST(:seconds AS interval), attempts = attempts + 1, retry_at = NULL,
        updated_at = :now
    WHERE id = :id AND (file.status = 'pending' OR {_LEFT}) AND COALESCE(retry_at, now()) <= now()
        AND NOT {_PAUSED}
    RETURNING id, user_id, filename, content_type, size, blob_key, attempts,
        data ->> '{GIVEN_TEXT}' AS given_text
""")  # noqa: S608 - all parts are ours
_RENEW = Statement("""
    UPDATE file SET lease_until = now() + CAST(:seconds AS interval), progress = :progress
    WHERE id = :id AND lease = :lease AND status = 'processing' RETURNING id
""")
_FAIL = Statement("""
    UPDATE file SET status = 'failed', error = :error, lease = NULL, lease_until = NULL, attempts = 0,
        retry_at = NULL, submitted_at = NULL, updated_at = :now
    WHERE id = :id AND lease = :lease AND status = 'processing' RETURNING id
""")
_PUT_BACK = Statement("""
    UPDATE file SET status = 'pending', progress = 0, lease = NULL, lease_until = NULL,
        attempts = attempts - CAST(:forgiven AS integer),
        retry_at = now() + CAST(:seconds AS interval), updated_at = :now
    WHERE id = :id AND lease = :lease AND status = 'processing' RETURNING id
""")
_CANCEL = Statement("""
    UPDATE file SET status = 'cancelled', lease = NULL, lease_until = NULL, attempts = 0, retry_at = NULL,
        submitted_at = NULL, updated_at = :now
    WHERE id = ANY(CAST(:ids AS text[])) AND status IN ('pending', 'processing') RETURNING id
""")
_WEIGHED = Statement("SELECT id, filename, size FROM file WHERE id = ANY(CAST(:ids AS text[]))")
_IS_HEAVY = r"""
    file.size > CASE WHEN lower(substring(file.filename FROM '[.]([^.]*)$')) = ANY(CAST(:slow AS text[]))
        THEN CAST(:slow_bytes AS bigint) ELSE CAST(:light_bytes AS bigint) END
"""
# What waits for its turn in the queue looks like what was lost; how long things wait there tells them apart.
_LOST = Statement(f"""
    UPDATE file SET submitted_at = now(), retry_at = NULL WHERE id IN (
        SELECT id FROM file
        WHERE file.status IN ('pending', 'processing') AND (
            (file.status = 'pending' AND COALESCE(retry_at, 'infinity') <= now())
            OR (file.status = 'pending' AND retry_at IS NULL
                AND GREATEST(submitted_at, to_timestamp(updated_at)) < now() - CASE WHEN {_IS_HEAVY}
                    THEN CAST(:heavy AS interval) ELSE CAST(:small AS interval) END)
            OR ({_LEFT} AND COALESCE(submitted_at, '-infinity') < now() - CAST(:again AS interval))
        ) AND NOT {_PAUSED}
        ORDER BY updated_at LIMIT CAST(:limit AS integer) FOR UPDATE SKIP LOCKED
    )
    RETURNING id, filename, size
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that shall be put into the queue."""

    file_id: str
    filename: str
    size: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """How long the message of a file that waits may be on its way: of a large one, and of any other."""

    small: timedelta
    heavy: timedelta


class IngestRows:
    """Claims, leases and ends; all by the clock of the database."""

    def __init__(self, database: Database, lease: timedelta) -> None:
        self._database = database
        self._lease = lease

    async def claim(self, file_id: str) -> Claim | None:
        """Take a file that waits, or whose reader went silent; None when there is nothing to do."""
        lease = uuid4()
        values = {"id": file_id, "lease": lease, "seconds": self._lease, "now": _now()}
        row = await self._database.first(_CLAIM, **values)
        if row is None:
            return None
        return Claim(
            row.id, row.user_id, row.filename, row.content_type, row.size, row.blob_key, row.given_text,
            row.attempts, lease,
        )  # fmt: skip

    async def renew(self, claim: Claim, progress: float) -> None:
        """Say that the file is still being read; raise LeaseLost."""
        await self._change(_RENEW, claim, seconds=self._lease, progress=progress)

    async def fail(self, claim: Claim, error: str) -> None:
        """End with a reason; raise LeaseLost."""
        await self._change(_FAIL, claim, error=error, now=_now())

    async def put_back(self, claim: Claim, seconds: float, *, counted: bool) -> None:
        """Let the file wait for so many seconds; `counted` keeps the attempt. Raises LeaseLost."""
        pause = timedelta(seconds=seconds)
        await self._change(_PUT_BACK, claim, seconds=pause, forgiven=0 if counted else 1, now=_now())

    async def cancel(self, file_ids: Sequence[str]) -> list[str]:
        """End files that wait or are being read; return which. Their readers notice within their lease."""
        rows = await self._database.fetch(_CANCEL, ids=list(file_ids), now=_now())
        return [row.id for row in rows]

    async def weighed(self, file_ids: Sequence[str]) -> list[Waiting]:
        """Return what a queue wants to know of files, in the given order."""
        rows = await self._database.fetch(_WEIGHED, ids=list(file_ids))
        found = {row.id: Waiting(row.id, row.filename, row.size) for row in rows}
        return [found[file_id] for file_id in file_ids if file_id in found]

    async def lost(self, quiet: Quiet, light_bytes: int, limit: int) -> list[Waiting]:
        """Return files whose message seems lost, whose pause is over, or whose reader went silent.

        They are not returned again before `quiet` has passed, to be put into the queue meanwhile.
        """
        sizes = {"light_bytes": light_bytes, "slow_bytes": light_bytes // SLOW_BYTES_FRACTION}
        values = {"small": quiet.small, "heavy": quiet.heavy, "slow": sorted(SLOW), **sizes}
        rows = await self._database.fetch(_LOST, again=self._lease, limit=limit, **values)
        return [Waiting(row.id, row.filename, row.size) for row in rows]

    async def _change(self, statement: Statement, claim: Claim, **values: Any) -> None:
        if await self._database.first(statement, id=claim.file_id, lease=claim.lease, **values) is None:
            raise LeaseLost(claim.file_id)


def _now() -> int:
    return int(time.time())
