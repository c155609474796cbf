"""Reads a file: extract, cut, embed what is new, store; each end is written into its row exactly once."""

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from owui_chassis.errors import Exhausted, NotFound, ServiceError, Unavailable

from owui_rag.domain.documents import Document, Unreadable
from owui_rag.domain.ingestion import Chunk, chunks_of, hash_of, retry_pause
from owui_rag.domain.splitting.split import Splitting, split
from owui_rag.ports import Embedder, Extractor, Vectors
from owui_rag.usecases.ingest_folders import new_folder
from owui_rag.usecases.ingest_parts import (
    Claim,
    Contents,
    Fetch,
    IngestRows,
    LeaseLost,
    NewContent,
    Target,
    Tell,
)

log = logging.getLogger(__name__)
Outcome = Literal["completed", "failed", "waiting", "nothing"]
_INTERNAL = "Reading the file failed for a reason of ours; it is in the log of the worker"
_EMBEDDED_AT_ONCE = 256
# Shares of the work, for the progress that people see.
_EXTRACTED, _EMBEDDED = 0.15, 0.95


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a file is tried, the pause before the second attempt and how often its lease is renewed."""

    attempts: int = 5
    retry_seconds: float = 10.0
    renew_seconds: float = 7.5


@dataclass(slots=True)
class _Reading:
    claim: Claim
    progress: float = 0.0


class Ingest:
    """One file at a time and task; any number of tasks at the same time."""

    def __init__(
        self,
        *,
        rows: IngestRows,
        contents: Contents,
        fetch: Fetch,
        extractor: Callable[[], Extractor],
        splitting: Callable[[], Splitting],
        targets: Callable[[], Awaitable[Sequence[Target]]],
        tell: Tell,
        patience: Callable[[], Patience],
    ) -> None:
        """The callables give what the settings say at the moment."""
        self._rows = rows
        self._contents = contents
        self._fetch = fetch
        self._extractor = extractor
        self._splitting = splitting
        self._targets = targets
        self._tell = tell
        self._patience = patience

    async def run(self, file_id: str) -> Outcome:
        """Read a file that waits; "nothing" when it does not, or somebody else reads it.

        Running it twice, or in two processes, leaves the same rows. Cancelled, it puts the file back.
        """
        claim = await self._rows.claim(file_id)
        if claim is None:
            return "nothing"
        if claim.attempt > self._patience().attempts:
            return await self._fail(claim, "Reading this file ended its worker again and again; we gave up")
        try:
            return await self._run_claimed(claim)
        except LeaseLost:
            log.info("%s is not ours to read any more", file_id)
            return "nothing"

    async def _run_claimed(self, claim: Claim) -> Outcome:
        reading = _Reading(claim)
        try:
            await self._keeping_lease(reading)
        except asyncio.CancelledError:
            # The worker stops: what it did not finish is no fault of the file.
            with suppress(LeaseLost):
                await self._rows.put_back(claim, 0, counted=False)
            raise
        except Unreadable as error:
            if error.passing:
                return await self._later(claim, error.message)
            return await self._fail(claim, error.message)
        except (Unavailable, Exhausted) as error:
            return await self._later(claim, error.message, error.retry_after)
        except ServiceError as error:
            return await self._fail(claim, error.message)
        except LeaseLost:
            raise
        except Exception:
            log.exception("reading %s failed", claim.file_id)
            return await self._later(claim, _INTERNAL)
        await self._tell(claim, "completed", 1.0)
        return "completed"

    async def _keeping_lease(self, reading: _Reading) -> None:
        """Do the work while the lease is renewed; end it as soon as the lease is lost."""
        work = asyncio.create_task(self._read(reading))
        renewal = asyncio.create_task(self._renew(reading))
        try:
            await asyncio.wait((work, renewal), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                await renewal
            await work
        finally:
            for task in (work, renewal):
                task.cancel()
            await asyncio.wait((work, renewal))

    async def _renew(self, reading: _Reading) -> None:
        while True:
            await asyncio.sleep(self._patience().renew_seconds)
            try:
                await self._rows.renew(reading.claim, reading.progress)
            except LeaseLost:
                raise
            except Exception as error:  # noqa: BLE001 - the next renewal may succeed before the lease ends
                log.warning("the lease of %s was not renewed: %s", reading.claim.file_id, error)

    async def _read(self, reading: _Reading) -> None:
        claim = reading.claim
        document = await self._document(claim)
        how = self._splitting()
        text_hash = hash_of(document.text)
        targets = await self._targets()
        if await self._contents.link(claim, text_hash, how.canonical, targets):
            return
        await self._advance(reading, _EXTRACTED)
        chunks = chunks_of(document, await asyncio.to_thread(split, document, how))
        if not chunks:
            raise Unreadable("The file holds no text", "empty")
        vectors = [pair for target in targets for pair in await self._made(reading, target, chunks)]
        generations = frozenset(target.generation.id for target in targets)
        content = NewContent(document, text_hash, how.canonical, chunks, vectors, generations)
        await self._contents.store(claim, content)

    async def _document(self, claim: Claim) -> Document:
        if claim.given_text is not None:
            return _storable(Document(claim.given_text))
        if claim.blob_key is None:
            raise Unreadable("The file has no content", "empty")
        folder = await asyncio.to_thread(new_folder)
        try:
            path = folder / "file"
            try:
                await self._fetch(claim.blob_key, path)
            except NotFound:
                raise Unreadable("The bytes of the file are gone", "broken") from None
            return _storable(await self._extractor().extract(path, claim.filename, claim.content_type))
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _made(
        self, reading: _Reading, target: Target, chunks: Sequence[Chunk]
    ) -> list[tuple[Target, Vectors]]:
        """Return the target with its vectors; nothing for a former engine that does not answer any more."""
        if target.embedder is None:
            return []
        try:
            return [(target, await self._vectors(reading, target, target.embedder, chunks))]
        except ServiceError as error:
            if target.required:
                raise
            log.warning("%s is stored without some vectors: %s", reading.claim.file_id, error.message)
            return []

    async def _vectors(
        self, reading: _Reading, target: Target, embedder: Embedder, chunks: Sequence[Chunk]
    ) -> Vectors:
        """Return a row per chunk; what is embedded already, here or in another file, is taken from there."""
        texts = {chunk.hash: chunk.searched for chunk in chunks}
        known = await self._contents.known_vectors(target, list(texts))
        new = [(digest, text) for digest, text in texts.items() if digest not in known]
        for start in range(0, len(new), _EMBEDDED_AT_ONCE):
            part = new[start : start + _EMBEDDED_AT_ONCE]
            rows = await embedder.embed_passages([text for _, text in part])
            if rows.shape[1] != target.generation.dimensions:
                raise Unavailable(
                    f"The embedding engine makes vectors of {rows.shape[1]} dimensions, not as before",
                    "embedding_dimensions",
                )
            known.update(zip([digest for digest, _ in part], rows, strict=True))
            done = (start + len(part)) / len(new)
            await self._advance(reading, _EXTRACTED + (_EMBEDDED - _EXTRACTED) * done)
        return np.stack([known[chunk.hash] for chunk in chunks])

    async def _advance(self, reading: _Reading, progress: float) -> None:
        reading.progress = progress
        await self._tell(reading.claim, "processing", progress)

    async def _fail(self, claim: Claim, message: str) -> Outcome:
        await self._rows.fail(claim, message)
        await self._tell(claim, "failed", 1.0, message)
        log.info("%s cannot be read: %s", claim.file_id, message)
        return "failed"

    async def _later(self, claim: Claim, message: str, asked: float | None = None) -> Outcome:
        patience = self._patience()
        if claim.attempt >= patience.attempts:
            return await self._fail(claim, message)
        seconds = max(retry_pause(claim.attempt, patience.retry_seconds), asked or 0.0)
        await self._rows.put_back(claim, seconds, counted=True)
        log.info("%s is tried again in %.0f s: %s", claim.file_id, seconds, message)
        return "waiting"


def _storable(document: Document) -> Document:
    """Replace what Postgres cannot store, character by character: positions stay what they are."""
    text = document.text
    if "\x00" not in text and text.isascii():
        return document
    text = text.replace("\x00", " ").encode("utf-8", "replace").decode()
    return document if text == document.text else replace(document, text=text)
