"""What the use cases need from outside."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from owui_rag.domain.documents import Document

Vectors = NDArray[np.float32]


class Extractor(Protocol):
    """Reads documents."""

    async def extract(self, file: Path, name: str, content_type: str) -> Document:
        """Return the text of a file; raise Unreadable."""


class Embedder(Protocol):
    """Turns texts into vectors of one length."""

    @property
    def name(self) -> str:
        """Engine, model and all that changes its vectors, such as "onnx:all-MiniLM-L6-v2"."""

    async def dimensions(self) -> int:
        """Return the length of a vector; raise Unavailable when the engine cannot be asked."""

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 (Euclidean) per text; raise ServiceError."""

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same for questions, which some models mark in another way."""


class BlobStore(Protocol):
    """Keeps the bytes of files under keys that it is given."""

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""

    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""

    def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return an address to which a client may PUT these bytes, None where there is no such way."""
