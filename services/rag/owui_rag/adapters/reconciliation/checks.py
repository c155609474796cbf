"""All comparisons of a run, in an order in which one leaves no work for those before it."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from owui_chassis.database import Database

from owui_rag.adapters.chunk_vectors import ChunkVectors
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.adapters.reconciliation.links import LinksWithoutTargets, MiscountedContents
from owui_rag.adapters.reconciliation.people import BelongingsOfDeletedUsers
from owui_rag.adapters.reconciliation.stored_bytes import (
    BlobsWithoutFiles,
    FilesWithoutBytes,
    UnfinishedUploads,
)
from owui_rag.adapters.reconciliation.stored_keys import IsPromised, StoredKeys
from owui_rag.adapters.reconciliation.texts import ContentsWithoutFiles, ContentsWithoutWords
from owui_rag.adapters.reconciliation.vectors import AbandonedVectors, ChunksWithoutVectors
from owui_rag.ports import BlobStore, Embedder
from owui_rag.usecases.reconcile import Check


class Checks:
    """Gives the checks of one run; `users` is a stub of auth's UserService."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        users: Any,
        *,
        erase_user: Callable[[str], Awaitable[None]],
        is_promised: IsPromised,
        engine_of: Callable[[str], Awaitable[Embedder]],
        grace: timedelta,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._users = users
        self._erase_user = erase_user
        self._is_promised = is_promised
        self._engine_of = engine_of
        self._grace = grace

    def __call__(self) -> Sequence[Check]:
        """Return the checks."""
        database, blobs, grace = self._database, self._blobs, self._grace
        index = IndexWriter(database)
        stored = StoredKeys(database, blobs, self._is_promised, grace)
        return [
            BelongingsOfDeletedUsers(database, self._users, self._erase_user, grace),
            BlobsWithoutFiles(database, blobs, stored),
            FilesWithoutBytes(database, blobs, stored, grace),
            UnfinishedUploads(blobs, stored, self._is_promised),
            LinksWithoutTargets(database, grace),
            ContentsWithoutFiles(database, index, grace),
            ContentsWithoutWords(database, index, grace),
            ChunksWithoutVectors(database, ChunkVectors(database, index), self._engine_of, grace),
            MiscountedContents(database, grace),
            AbandonedVectors(database),
        ]
