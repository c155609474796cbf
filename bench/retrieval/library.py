"""A schema of the rag service in a Postgres of its own, filled as ingestion fills it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np
from owui_chassis.database import Database
from owui_chassis.migrations import migrate
from owui_rag.adapters.index.generations import Generation, Generations
from owui_rag.adapters.index.merging import SegmentMerger
from owui_rag.adapters.index.search import ChunkSearch
from owui_rag.adapters.index.tuning import SearchDatabase
from owui_rag.adapters.index.writer import IndexWriter
from owui_testkit.stores import create_database, drop_database, postgres_server
from sqlalchemy import text

USER = "bench"
_CONTENT = text("""
    INSERT INTO content (text_hash, splitting, text, chunk_count)
    VALUES (:hash, 'bench', :name, :count) RETURNING id
""")
_CHUNKS = text("""
    INSERT INTO chunk (content_id, ordinal, start_at, end_at, tokens, text_hash, text)
    SELECT :content, place, 0, 1, 1, '', piece
    FROM unnest(CAST(:pieces AS text[])) WITH ORDINALITY AS one (piece, place) RETURNING id
""")
_FILE = text("""
    INSERT INTO file (id, user_id, filename, content_id, status, created_at, updated_at)
    VALUES (:name, :user, :name, :content, 'completed', 0, 0)
""")


@dataclass
class Library:
    """What the measurements use."""

    database: Database
    search: ChunkSearch
    writer: IndexWriter
    merger: SegmentMerger
    generation: Generation

    async def base(self, name: str) -> None:
        """Make a knowledge base."""
        async with self.database.begin() as connection:
            await connection.execute(
                text("""INSERT INTO knowledge (id, user_id, name, access_control, created_at, updated_at)
                        VALUES (:name, :user, :name, '{}', 0, 0)"""),
                {"name": name, "user": USER},
            )

    async def file(
        self, name: str, pieces: Sequence[str], vectors: np.ndarray, bases: Sequence[str]
    ) -> list[int]:
        """Store a file with its chunks in bases; return the ids of the chunks."""
        async with self.database.begin() as connection:
            values = {"hash": hashlib.sha256(name.encode()).digest(), "name": name, "count": len(pieces)}
            content = (await connection.execute(_CONTENT, values)).scalar_one()
            made = await connection.execute(_CHUNKS, {"content": content, "pieces": list(pieces)})
            chunks = sorted(made.scalars().all())
            await self.writer.add(connection, content, chunks, pieces)
            await self.writer.add_vectors(connection, content, chunks, vectors, self.generation)
            await connection.execute(_FILE, {"name": name, "user": USER, "content": content})
            for base in bases:
                await connection.execute(
                    text("INSERT INTO knowledge_file VALUES (:base, :name, :user, '', 0)"),
                    {"base": base, "name": name, "user": USER},
                )
        return chunks


@asynccontextmanager
async def library(dimensions: int, pool_size: int = 10) -> AsyncIterator[Library]:
    """Yield an empty library; the server ends with it."""
    with postgres_server() as server:
        url = await create_database(server)
        try:
            await migrate("owui_rag", "rag", url)
            async with Database(url, "rag") as database, SearchDatabase(url, "rag", pool_size) as searching:
                generation = await Generations(database).ensure("bench", dimensions)
                parts = ChunkSearch(searching), IndexWriter(database), SegmentMerger(database)
                yield Library(database, *parts, generation)
        finally:
            await drop_database(server, url)
