"""Bytes without a file, files without bytes, and uploads that were never finished."""

import time
from collections.abc import Sequence
from datetime import timedelta

from owui_chassis.database import Database
from owui_chassis.errors import NotFound
from owui_chassis.statements import Statement

from owui_rag.adapters.reconciliation.stored_keys import INCOMING, IsPromised, StoredKeys
from owui_rag.domain.files import GIVEN_TEXT
from owui_rag.domain.reconciliation import MOST, Found
from owui_rag.ports import BlobStore

# Nothing is lost by this repair: bytes that come back are joined with their file again.
_FEW = 20
_GONE = "The stored bytes of this file are gone; upload it again"
# A file that was thought to have lost its bytes gets them back.
_REJOIN = Statement("""
    UPDATE file SET blob_key = asked.key
    FROM unnest(CAST(:keys AS text[]), CAST(:ids AS text[])) AS asked(key, id)
    WHERE file.id = asked.id AND file.blob_key IS NULL AND file.blob_hash IS NOT NULL
    RETURNING file.blob_key AS key
""")
_KEYS = Statement("""
    SELECT id, blob_key FROM file WHERE id = ANY(CAST(:ids AS text[])) AND blob_key IS NOT NULL
        AND created_at < extract(epoch FROM now() - CAST(:grace AS interval))
""")
_UNREAD = f"(content_id IS NULL AND data ->> '{GIVEN_TEXT}' IS NULL)"
_WITHOUT_BYTES = Statement(f"""
    UPDATE file SET blob_key = NULL, updated_at = :now,
        status = CASE WHEN {_UNREAD} THEN 'failed' ELSE status END,
        error = CASE WHEN {_UNREAD} THEN :error ELSE error END
    WHERE id = ANY(CAST(:ids AS text[])) AND COALESCE(lease_until, '-infinity') < now()
    RETURNING id
""")  # noqa: S608 - all parts are ours


class BlobsWithoutFiles:
    """Bytes that no file has: the upload, or the deletion, was broken off."""

    kind = "blobs_without_files"

    def __init__(self, database: Database, blobs: BlobStore, stored: StoredKeys) -> None:
        self._database = database
        self._blobs = blobs
        self._stored = stored

    async def find(self) -> Found:
        """Return the keys."""
        await self._stored.read()
        keys = self._stored.without_file
        return Found(len(keys), keys[:MOST], self._stored.stored)

    async def repair(self, ids: Sequence[str]) -> int:
        """Give them back to a file that is there without them, and delete the others."""
        names = [key.rpartition("/")[2] for key in ids]
        rejoined = await self._database.fetch(_REJOIN, keys=list(ids), ids=names)
        unused = await self._stored.keys_without_file(ids)
        await self._blobs.delete(unused)
        return len(rejoined) + len(unused)


class FilesWithoutBytes:
    """Files whose bytes are not in the store."""

    kind = "files_without_bytes"

    def __init__(self, database: Database, blobs: BlobStore, stored: StoredKeys, grace: timedelta) -> None:
        self._database = database
        self._blobs = blobs
        self._stored = stored
        self._grace = grace

    async def find(self) -> Found:
        """Return the files."""
        count, examined, ids = await self._stored.files_without_bytes()
        return Found(count, ids, examined, _FEW)

    async def repair(self, ids: Sequence[str]) -> int:
        """Say that they have none: the text stays findable, what was never read has failed."""
        rows = await self._database.fetch(_KEYS, ids=list(ids), grace=self._grace)
        gone = [row.id for row in rows if await self._is_gone(row.blob_key)]
        changed = await self._database.fetch(_WITHOUT_BYTES, ids=gone, error=_GONE, now=int(time.time()))
        return len(changed)

    async def _is_gone(self, key: str) -> bool:
        parts = self._blobs.read(key, 0, 1)
        try:
            async for _ in parts:
                break
        except NotFound:
            return True
        finally:
            await parts.aclose()
        return False


class UnfinishedUploads:
    """Bytes that came past us into the store and were never taken over."""

    kind = "unfinished_uploads"

    def __init__(self, blobs: BlobStore, stored: StoredKeys, is_promised: IsPromised) -> None:
        self._blobs = blobs
        self._stored = stored
        self._is_promised = is_promised

    async def find(self) -> Found:
        """Return the keys."""
        await self._stored.read()
        keys = self._stored.unfinished
        return Found(len(keys), keys[:MOST])

    async def repair(self, ids: Sequence[str]) -> int:
        """Delete them."""
        stale = [key for key in ids if not await self._is_promised(key.removeprefix(INCOMING))]
        await self._blobs.delete(stale)
        return len(stale)
