"""A small library of bases, files and chunks in a fresh database, for the tests of the index."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from owui_chassis.database import Database
from owui_chassis.migrations import migrate
from owui_rag.adapters.index.analysis import document_terms
from owui_rag.adapters.index.generations import Generation, Generations
from owui_rag.adapters.index.merging import SegmentMerger
from owui_rag.adapters.index.search import ChunkSearch
from owui_rag.adapters.index.tuning import SearchDatabase
from owui_rag.adapters.index.writer import IndexWriter
from owui_rag.domain.ranking import Hit, Scope, SearchOptions, SearchQuery
from sqlalchemy import text

DIMENSIONS = 32
ADMIN = "admin"


def vector_of(words: str, dimensions: int = DIMENSIONS) -> np.ndarray:
    """A vector in which texts that share stems are near: each stem adds a fixed direction."""
    _, (terms,) = document_terms([words], "english")
    total = np.zeros(dimensions, np.float32)
    for term, count in terms.items():
        total += np.random.default_rng(term & 0xFFFFFFFF).normal(size=dimensions).astype(np.float32) * count
    length = float(np.linalg.norm(total))
    return total / length if length else np.full(dimensions, dimensions**-0.5, np.float32)


@dataclass
class Library:
    """Fills the tables as ingestion would and asks the search as the use case would."""

    database: Database
    searching: SearchDatabase
    dimensions: int = DIMENSIONS
    generation: Generation | None = None
    files: dict[str, int] = field(default_factory=dict)

    async def open(self) -> "Library":
        """Begin the generation of vectors."""
        self.search_index = ChunkSearch(self.searching)
        self.writer = IndexWriter(self.database)
        self.merger = SegmentMerger(self.database)
        self.generation = await Generations(self.database).ensure("words", self.dimensions)
        return self

    async def base(self, name: str, owner: str = "owner", access: str | None = "{}") -> str:
        """Make a knowledge base, private unless said otherwise."""
        async with self.database.begin() as connection:
            await connection.execute(
                text("""INSERT INTO knowledge (id, user_id, name, access_control, created_at, updated_at)
                        VALUES (:id, :owner, :id, CAST(:access AS jsonb), 0, 0)"""),
                {"id": name, "owner": owner, "access": access},
            )
        return name

    async def content(self, chunks: Sequence[str], vectors: np.ndarray | None = None) -> int:
        """Store a content with its chunks and index it."""
        whole = "\n".join(chunks)
        if vectors is None:
            vectors = np.stack([vector_of(chunk, self.dimensions) for chunk in chunks])
        async with self.database.begin() as connection:
            content = (
                await connection.execute(
                    text("""INSERT INTO content (text_hash, splitting, text, chunk_count)
                            VALUES (:hash, 'test', :text, :count) RETURNING id"""),
                    {"hash": hashlib.sha256(whole.encode()).digest(), "text": whole, "count": len(chunks)},
                )
            ).scalar_one()
            starts = np.cumsum([0, *(len(chunk) + 1 for chunk in chunks)])
            made = await connection.execute(
                text("""INSERT INTO chunk (content_id, ordinal, start_at, end_at, tokens, text_hash, text)
                        SELECT :content, ordinal - 1, start_at, start_at + length(piece), 1, '', piece
                        FROM unnest(CAST(:pieces AS text[]), CAST(:starts AS integer[])) WITH ORDINALITY
                            AS one (piece, start_at, ordinal)
                        RETURNING id"""),
                {"content": content, "pieces": list(chunks), "starts": starts[:-1].tolist()},
            )
            chunk_ids = sorted(made.scalars().all())
            await self.writer.add(connection, content, chunk_ids, chunks)
            assert self.generation is not None
            await self.writer.add_vectors(connection, content, chunk_ids, vectors, self.generation)
        return int(content)

    async def file(
        self, name: str, chunks: Sequence[str] | int, *bases: str, owner: str = "owner", meta: str = "{}"
    ) -> str:
        """Store a file (its chunks, or a content that is there) and put it into bases."""
        content = chunks if isinstance(chunks, int) else await self.content(chunks)
        async with self.database.begin() as connection:
            await connection.execute(
                text("""INSERT INTO file
                            (id, user_id, filename, content_id, status, meta, created_at, updated_at)
                        VALUES (:id, :owner, :id, :content, 'completed', CAST(:meta AS jsonb), 0, 0)"""),
                {"id": name, "owner": owner, "content": content, "meta": meta},
            )
            for base in bases:
                await connection.execute(
                    text("INSERT INTO knowledge_file VALUES (:base, :file, :owner, '', 0)"),
                    {"base": base, "file": name, "owner": owner},
                )
        self.files[name] = content
        return name

    async def run(self, sql: str, **values: object) -> list[tuple[object, ...]]:
        """Run one statement as somebody with a database client would."""
        async with self.database.begin() as connection:
            result = await connection.execute(text(sql), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    async def find(
        self,
        words: str,
        *,
        bases: Sequence[str] = (),
        files: Sequence[str] = (),
        user: str = "owner",
        groups: Sequence[str] = (),
        metadata: dict[str, object] | None = None,
        **options: object,
    ) -> list[Hit]:
        """Search as a user."""
        scope = Scope(user, tuple(groups), user == ADMIN, tuple(bases), tuple(files), metadata or {})
        query = SearchQuery(words, vector_of(words, self.dimensions))
        return await self.search_index.search(scope, [query], SearchOptions(**options))  # type: ignore[arg-type]  # free test options


@asynccontextmanager
async def opened_library(postgres_url: str, dimensions: int = DIMENSIONS) -> AsyncIterator[Library]:
    """Yield an empty library in a new database."""
    await migrate("owui_rag", "rag", postgres_url)
    async with Database(postgres_url, "rag") as database, SearchDatabase(postgres_url, "rag") as searching:
        yield await Library(database, searching, dimensions).open()
