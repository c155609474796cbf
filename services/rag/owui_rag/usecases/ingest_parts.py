"""What ingestion needs from outside, and what its parts tell each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from owui_rag.domain.documents import Document
from owui_rag.domain.ingestion import Chunk
from owui_rag.ports import Embedder, Vectors


class LeaseLost(Exception):
    """The file was cancelled, changed or deleted, or another worker reads it by now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that this worker may read; `lease` proves it. `attempt` counts from 1."""

    file_id: str
    user_id: str
    filename: str
    content_type: str
    size: int
    blob_key: str | None
    given_text: str | None
    attempt: int
    lease: UUID


@dataclass(frozen=True, slots=True)
class Target:
    """A generation of vectors that new chunks go into, and the engine that makes them.

    The vectors of a former engine, None when nobody knows how to reach it, are made when they can be.
    """

    generation: Any
    embedder: Embedder | None
    required: bool = True


@dataclass(frozen=True, slots=True)
class NewContent:
    """A text that is about to be stored; one array of vectors per target, in the order of the chunks.

    `generations` are those that were there when it was embedded.
    """

    document: Document
    text_hash: bytes
    splitting: str
    chunks: Sequence[Chunk]
    vectors: Sequence[tuple[Target, Vectors]]
    generations: frozenset[int]


class IngestRows(Protocol):
    """The rows of files as far as ingestion goes."""

    async def claim(self, file_id: str) -> Claim | None:
        """Take a file that waits, or whose reader went silent; None when there is nothing to do."""

    async def renew(self, claim: Claim, progress: float) -> None:
        """Say that the file is still being read; raise LeaseLost."""

    async def fail(self, claim: Claim, error: str) -> None:
        """End with a reason; raise LeaseLost."""

    async def put_back(self, claim: Claim, seconds: float, *, counted: bool) -> None:
        """Let the file wait for so many seconds; `counted` keeps the attempt. Raises LeaseLost."""


class Contents(Protocol):
    """Texts with their chunks."""

    async def link(self, claim: Claim, text_hash: bytes, splitting: str, targets: Sequence[Target]) -> bool:
        """Complete the file with a known text that has vectors in all required targets; else return False.

        Raises LeaseLost.
        """

    async def known_vectors(self, target: Target, hashes: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return the vectors that a generation has for what is embedded already, by hash."""

    async def store(self, claim: Claim, content: NewContent) -> None:
        """Store a text with its chunks and complete the file, all or nothing.

        Raises LeaseLost, or Unavailable when the generations are others than those of the content.
        """


class Fetch(Protocol):
    """Brings the bytes of a file to this machine."""

    async def __call__(self, blob_key: str, to: Path) -> None:
        """Write them to a path; raise NotFound or Unavailable."""


class Tell(Protocol):
    """Tells the windows of a person what becomes of a file."""

    async def __call__(self, claim: Claim, status: str, progress: float, error: str | None = None) -> None:
        """Publish; that nobody can be told is no error."""
