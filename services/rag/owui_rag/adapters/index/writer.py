"""Putting the chunks of a content into the index, and reading a content's part of it again."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
from owui_chassis.database import Database
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.index.analysis import document_terms
from owui_rag.adapters.index.generations import Generation
from owui_rag.adapters.index.postings import (
    DOCUMENTS,
    ChunkMap,
    Postings,
    bucket_count,
    encode_blocks,
    postings_of,
)
from owui_rag.adapters.index.vectors import copy_vectors, table
from owui_rag.ports import Vectors

_LANGUAGE = text("INSERT INTO lexical_language VALUES (:language) ON CONFLICT DO NOTHING")
_UNMERGED = text("UPDATE knowledge_content SET segment_id = NULL WHERE content_id = :content")
_SEGMENT = """
    INSERT INTO lexical_segment (content_id, knowledge_id, documents, length, buckets, chunks)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""


async def driver_of(connection: AsyncConnection) -> Any:
    """Return the driver's connection under one of SQLAlchemy, for what only the driver can do."""
    # The driver only begins its transaction with a statement that goes through SQLAlchemy.
    await connection.execute(text("SELECT 1"))
    return (await connection.get_raw_connection()).driver_connection


async def write_segment(
    driver: Any, postings: Postings, chunks: ChunkMap, content_id: int | None, knowledge_id: str | None
) -> int:
    """Store a segment; return its id."""
    buckets = bucket_count(postings)
    length = int(postings.lengths.sum(dtype=np.int64))
    segment: int = await driver.fetchval(
        _SEGMENT, content_id, knowledge_id, chunks.chunks.size, length, buckets, chunks.encode()
    )
    blocks = await asyncio.to_thread(lambda: list(encode_blocks(postings, buckets)))
    await driver.copy_records_to_table(
        "lexical_block",
        records=[(segment, bucket, block) for bucket, block in blocks],
        columns=["segment_id", "bucket", "postings"],
    )
    return segment


class IndexWriter:
    """Adds contents to the index and removes them, within the transaction of who stores them."""

    def __init__(self, database: Database, language: str = "auto") -> None:
        """`language` is a stemmer of `analysis.LANGUAGES`, or "auto" to tell it from each content."""
        self._database = database
        self._language = language

    async def replace(
        self, connection: AsyncConnection, content_id: int, chunk_ids: Sequence[int], texts: Sequence[str]
    ) -> None:
        """Index the words of a content anew; what was there of it, its vectors too, goes."""
        await self.remove(connection, [content_id])
        # Merged segments list the former chunks: until the next merging the content's own segment counts.
        await connection.execute(_UNMERGED, {"content": content_id})
        await self.add(connection, content_id, chunk_ids, texts)

    async def add(
        self, connection: AsyncConnection, content_id: int, chunk_ids: Sequence[int], texts: Sequence[str]
    ) -> None:
        """Index the words of a new content, whose rows are there.

        `texts` is what is searched by words: the chunk, with its headings or title if these are to count.
        """
        language, counted = await asyncio.to_thread(document_terms, texts, self._language)
        driver = await driver_of(connection)
        await connection.execute(_LANGUAGE, {"language": language})
        for start in range(0, len(chunk_ids), DOCUMENTS):
            part = slice(start, start + DOCUMENTS)
            postings = postings_of(counted[part])
            chunks = np.asarray(chunk_ids[part], np.int64)
            places = ChunkMap(chunks, np.full(chunks.size, content_id, np.int64), postings.lengths)
            await write_segment(driver, postings, places, content_id, None)

    async def add_vectors(
        self,
        connection: AsyncConnection,
        content_id: int,
        chunk_ids: Sequence[int],
        vectors: Vectors,
        generation: Generation,
    ) -> None:
        """Store the vectors of chunks that have none in this generation yet."""
        if len(chunk_ids):
            driver = await driver_of(connection)
            await copy_vectors(driver, generation.id, content_id, list(chunk_ids), vectors)

    async def remove(self, connection: AsyncConnection, content_ids: Sequence[int]) -> None:
        """Take contents out of the index; deleting a row of `content` does the same."""
        values = {"contents": list(content_ids)}
        await connection.execute(
            text("DELETE FROM lexical_segment WHERE content_id = ANY(:contents)"), values
        )
        numbers = await connection.execute(
            text("SELECT id FROM embedding_generation WHERE state <> 'retired' ORDER BY id")
        )
        for generation in numbers.scalars().all():
            await connection.execute(
                text(f"DELETE FROM {table(generation)} WHERE content_id = ANY(:contents)"), values
            )
