"""Texts with their chunks, stored once however many files have them."""

import logging
import time
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from owui_chassis.database import Database
from owui_chassis.errors import Unavailable
from owui_chassis.statements import Statement
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.index.vectors import table
from owui_rag.adapters.index.writer import IndexWriter, driver_of
from owui_rag.domain.ingestion import Chunk
from owui_rag.ports import Vectors
from owui_rag.usecases.ingest_parts import Claim, LeaseLost, NewContent, Target

log = logging.getLogger(__name__)
# Each statement has to end within the deadline of statements; a vector takes about a millisecond.
_SLICE = 2000
_ATTEMPTS = 4
# Deadlock, serialisation, and two who add the same at the same moment.
_COLLISIONS = frozenset({"40P01", "40001", "23505"})

_LOCK_FILE = Statement("""
    SELECT content_id FROM file WHERE id = :id AND lease = :lease AND status = 'processing' FOR UPDATE
""")
_KNOWN = "SELECT id, chunk_count FROM content WHERE text_hash = :text_hash AND splitting = :splitting"
_SHARE = Statement(f"{_KNOWN} FOR SHARE")
_LOCK_KNOWN = Statement(f"{_KNOWN} FOR UPDATE")
_COMPLETE = Statement("""
    UPDATE file SET content_id = :content, hash = :hash, status = 'completed', progress = 1, error = NULL,
        lease = NULL, lease_until = NULL, attempts = 0, retry_at = NULL, submitted_at = NULL,
        updated_at = :now
    WHERE id = :id
""")
_INSERT = Statement("""
    INSERT INTO content (text_hash, splitting, text, pages, metadata, chunk_count)
    VALUES (:text_hash, :splitting, :text, CAST(:pages AS integer[]), CAST(:metadata AS jsonb), :chunk_count)
    ON CONFLICT DO NOTHING RETURNING id
""")
_NEW_IDS = Statement("""
    SELECT nextval(pg_get_serial_sequence('chunk', 'id')) AS id
    FROM generate_series(1, CAST(:count AS integer))
""")
_CHUNK_IDS = Statement("SELECT id FROM chunk WHERE content_id = :content ORDER BY ordinal")
_LOCK_FORMER = Statement("SELECT id FROM content WHERE id = :id FOR UPDATE")
_GENERATIONS = Statement("SELECT id FROM embedding_generation WHERE state <> 'retired'")
_IS_USED = Statement("SELECT 1 FROM file WHERE content_id = :id LIMIT 1")
_DELETE = Statement("DELETE FROM content WHERE id = :id")
_COLUMNS = (
    "id", "content_id", "ordinal", "start_at", "end_at", "page", "headings", "tokens", "text_hash", "text",
)  # fmt: skip


class Contents:
    """Port Contents. Who locks a file and a content locks the file first, as those who delete files do."""

    def __init__(self, database: Database, index: IndexWriter) -> None:
        self._database = database
        self._index = index

    async def link(self, claim: Claim, text_hash: bytes, splitting: str, targets: Sequence[Target]) -> bool:
        """Complete the file with a known text that has vectors in all required targets; else return False.

        Raises LeaseLost.
        """
        async with self._database.begin() as connection:
            former = await _lock(connection, claim)
            known = await _first(connection, _SHARE, text_hash=text_hash, splitting=splitting)
            if known is None:
                return False
            for target in targets:
                if target.required and await _vector_count(connection, target, known.id) < known.chunk_count:
                    return False
            await self._complete(connection, claim, former, known.id, text_hash)
            return True

    async def known_vectors(self, target: Target, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors that a generation has for what is embedded already, by hash."""
        statement = Statement(f"""
            SELECT DISTINCT ON (chunk.text_hash) chunk.text_hash, CAST(entry.embedding AS real[]) AS vector
            FROM chunk JOIN {table(target.generation.id)} AS entry ON entry.chunk_id = chunk.id
            WHERE chunk.text_hash = ANY(CAST(:hashes AS bytea[]))
        """)  # noqa: S608 - a number of ours
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(hashes), _SLICE):
            rows = await self._database.fetch(statement, hashes=list(hashes[start : start + _SLICE]))
            found |= {bytes(row.text_hash): np.asarray(row.vector, np.float32) for row in rows}
        return found

    async def store(self, claim: Claim, content: NewContent) -> None:
        """Store a text with its chunks and complete the file, all or nothing.

        Raises LeaseLost, or Unavailable when the generations are others than those of the content.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                async with self._database.begin() as connection:
                    if await self._store(connection, claim, content):
                        return
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", "") not in _COLLISIONS or attempt == _ATTEMPTS:
                    raise
                log.info("storing %s collided and is repeated", claim.file_id)

    async def _store(self, connection: AsyncConnection, claim: Claim, content: NewContent) -> bool:
        """Return False when a text that seemed known has gone meanwhile."""
        document = content.document
        present = {row.id for row in (await connection.execute(_GENERATIONS.text)).all()}
        if present != content.generations:
            raise Unavailable("Another embedding model was chosen meanwhile", "generations_changed")
        made = await _first(
            connection, _INSERT, text_hash=content.text_hash, splitting=content.splitting, text=document.text,
            pages=list(document.pages), metadata=_metadata(content), chunk_count=len(content.chunks),
        )  # fmt: skip
        if made is not None:
            # Nobody knows this text before we commit, so that the file may be locked last, and briefly.
            ids = await _insert_chunks(connection, made.id, content.chunks)
            searched = [chunk.searched for chunk in content.chunks]
            await self._index.add(connection, made.id, ids, searched)
            await self._add_vectors(connection, made.id, ids, content)
            former, content_id = await _lock(connection, claim), made.id
        else:
            former = await _lock(connection, claim)
            hashed = {"text_hash": content.text_hash, "splitting": content.splitting}
            known = await _first(connection, _LOCK_KNOWN, **hashed)
            if known is None:
                return False
            content_id = known.id
            rows = (await connection.execute(_CHUNK_IDS.text, {"content": content_id})).all()
            await self._add_vectors(connection, content_id, [row.id for row in rows], content)
        await self._complete(connection, claim, former, content_id, content.text_hash)
        return True

    async def _add_vectors(
        self, connection: AsyncConnection, content_id: int, chunk_ids: Sequence[int], content: NewContent
    ) -> None:
        for target, vectors in content.vectors:
            if await _vector_count(connection, target, content_id):
                continue
            for start in range(0, len(chunk_ids), _SLICE):
                part = slice(start, start + _SLICE)
                await self._index.add_vectors(
                    connection, content_id, chunk_ids[part], vectors[part], target.generation
                )

    async def _complete(
        self, connection: AsyncConnection, claim: Claim, former: int | None, content_id: int, text_hash: bytes
    ) -> None:
        values = {
            "id": claim.file_id,
            "content": content_id,
            "hash": text_hash.hex(),
            "now": int(time.time()),
        }
        await connection.execute(_COMPLETE.text, values)
        if former is None or former == content_id:
            return
        await connection.execute(_LOCK_FORMER.text, {"id": former})
        if await _first(connection, _IS_USED, id=former) is None:
            await self._index.remove(connection, [former])
            await connection.execute(_DELETE.text, {"id": former})


async def _first(connection: AsyncConnection, statement: Statement, **values: Any) -> Any:
    return (await connection.execute(statement.text, values)).first()


async def _lock(connection: AsyncConnection, claim: Claim) -> int | None:
    """Lock the file; return the content that it has had so far."""
    row = await _first(connection, _LOCK_FILE, id=claim.file_id, lease=claim.lease)
    if row is None:
        raise LeaseLost(claim.file_id)
    former: int | None = row.content_id
    return former


async def _vector_count(connection: AsyncConnection, target: Target, content_id: int) -> int:
    name = table(target.generation.id)
    counted = Statement(f"SELECT count(*) AS number FROM {name} WHERE content_id = :id")  # noqa: S608
    return int((await _first(connection, counted, id=content_id)).number)


async def _insert_chunks(connection: AsyncConnection, content_id: int, chunks: Sequence[Chunk]) -> list[int]:
    ids = [row.id for row in (await connection.execute(_NEW_IDS.text, {"count": len(chunks)})).all()]
    records = [
        (
            chunk_id, content_id, ordinal, chunk.piece.start, chunk.piece.end, chunk.piece.page,
            list(chunk.piece.headings), chunk.piece.tokens, chunk.hash, chunk.text,
        )
        for ordinal, (chunk_id, chunk) in enumerate(zip(ids, chunks, strict=True))
    ]  # fmt: skip
    driver = await driver_of(connection)
    await driver.copy_records_to_table("chunk", records=records, columns=list(_COLUMNS))
    return ids


def _metadata(content: NewContent) -> str:
    found = dict(content.document.metadata)
    if content.document.title:
        found.setdefault("title", content.document.title)
    return msgspec.json.encode(found).decode().replace("\\u0000", " ")
