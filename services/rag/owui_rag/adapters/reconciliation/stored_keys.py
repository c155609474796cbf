"""One reading of all keys of the blob store: which have no file, and which files' keys are not there."""

import asyncio
import hashlib
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.domain.files import blob_key
from owui_rag.domain.reconciliation import MOST
from owui_rag.ports import BlobStore

_AT_ONCE = 1000
INCOMING = "incoming/"
_NOW = Statement("SELECT clock_timestamp() AS now")
_WITHOUT_FILE = Statement("""
    SELECT asked.key FROM unnest(CAST(:keys AS text[]), CAST(:ids AS text[])) AS asked(key, id)
    WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.id = asked.id AND file.blob_key = asked.key)
""")
# Of what has been without a file for the grace time already, the keys are returned.
_SIGHT = Statement("""
    INSERT INTO orphan_sighting AS known (key) SELECT unnest(CAST(:keys AS text[]))
    ON CONFLICT (key) DO UPDATE SET last_at = now()
    RETURNING key, seen_at <= now() - CAST(:grace AS interval) AS is_old
""")
_FORGET = Statement("DELETE FROM orphan_sighting WHERE last_at < :since")
_FILES = Statement("""
    SELECT id, blob_key FROM file WHERE id > :after AND blob_key IS NOT NULL
        AND created_at < extract(epoch FROM now() - CAST(:grace AS interval))
    ORDER BY id LIMIT CAST(:limit AS integer)
""")
# Tells whether the bytes of an upload are still expected.
IsPromised = Callable[[str], Awaitable[bool]]


class StoredKeys:
    """Made for one run; the store is read when the first result is asked for.

    Only keys of our own making are looked at: the store may hold other things.
    """

    def __init__(
        self, database: Database, blobs: BlobStore, is_promised: IsPromised, grace: timedelta
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._is_promised = is_promised
        self._grace = grace
        self._reading: asyncio.Task[None] | None = None
        self.stored = 0
        self.without_file: list[str] = []
        self.unfinished: list[str] = []
        self._hashes = np.empty(0, np.uint64)

    async def read(self) -> None:
        """Read all keys, once; raise Unavailable."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read())
        await self._reading

    async def files_without_bytes(self) -> tuple[int, int, list[str]]:
        """Return how many files' bytes are not there, of how many, and the first of these files."""
        await self.read()
        count, examined, after = 0, 0, ""
        ids: list[str] = []
        while rows := await self._database.fetch(_FILES, after=after, grace=self._grace, limit=_AT_ONCE):
            wanted = np.fromiter((_hash(row.blob_key) for row in rows), np.uint64, len(rows))
            missing = [row.id for row, there in zip(rows, self._has(wanted), strict=True) if not there]
            count, examined, after = count + len(missing), examined + len(rows), rows[-1].id
            ids += missing[: MOST - len(ids)]
        return count, examined, ids

    async def keys_without_file(self, keys: Sequence[str]) -> list[str]:
        """Return those of these keys that no file has."""
        ids = [key.rpartition("/")[2] for key in keys]
        rows = await self._database.fetch(_WITHOUT_FILE, keys=list(keys), ids=ids)
        return [row.key for row in rows]

    async def _read(self) -> None:
        since = (await self._database.fetch(_NOW))[0].now
        hashes = array("Q")
        async for batch in _batches(self._blobs.keys()):
            own = [key for key in batch if blob_key(key.rpartition("/")[2]) == key]
            hashes.extend(_hash(key) for key in own)
            self.stored += len(own)
            if own:
                self.without_file += await self._old(await self.keys_without_file(own))
            incoming = [key for key in batch if key.startswith(INCOMING)]
            stale = [key for key in incoming if not await self._is_promised(key.removeprefix(INCOMING))]
            self.unfinished += await self._old(stale)
        # A hash of 64 bits per key: a million keys are 8 MB.
        self._hashes = np.sort(np.frombuffer(hashes, np.uint64)) if hashes else self._hashes
        await self._database.fetch(_FORGET, since=since)

    async def _old(self, keys: list[str]) -> list[str]:
        if not keys:
            return []
        rows = await self._database.fetch(_SIGHT, keys=keys, grace=self._grace)
        return [row.key for row in rows if row.is_old]

    def _has(self, wanted: NDArray[np.uint64]) -> NDArray[np.bool_]:
        if not self._hashes.size:
            return np.zeros(wanted.size, np.bool_)
        places = np.minimum(np.searchsorted(self._hashes, wanted), self._hashes.size - 1)
        there: NDArray[np.bool_] = self._hashes[places] == wanted
        return there


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little")


async def _batches(keys: AsyncIterator[str]) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for key in keys:
        batch.append(key)
        if len(batch) >= _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
