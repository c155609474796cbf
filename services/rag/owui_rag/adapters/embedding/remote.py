"""What all engines have in common that are asked over a network: batches, bounds, prefixes, checks."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np
from owui_chassis.errors import Unavailable

from owui_rag.ports import Vectors

# Sends one batch: (texts, prefix for the field of that name or "", attempts) to rows of length 1.
Send = Callable[[list[str], str, int], Awaitable[Vectors]]
_PASSAGE_ATTEMPTS, _QUERY_ATTEMPTS = 6, 2  # a person waits for a question
_PROBE = "dimensions"


@dataclass(frozen=True, slots=True)
class Manner:
    """How texts are sent."""

    batch_size: int = 64
    concurrency: int = 4
    query_prefix: str = ""
    content_prefix: str = ""
    prefix_field: str = ""

    @property
    def key(self) -> str:
        """What of this changes vectors."""
        parts = (self.query_prefix, self.content_prefix, self.prefix_field)
        return f":{'|'.join(parts)}" if any(parts) else ""


class RemoteEmbedder:
    """Port Embedder over a function that sends one batch."""

    def __init__(self, name: str, send: Send, manner: Manner) -> None:
        self.name = name + manner.key
        self._send = send
        self._manner = manner
        self._turns = asyncio.Semaphore(max(1, manner.concurrency))
        self._dimensions = 0

    async def dimensions(self) -> int:
        """Return the length of a vector; the engine is asked once."""
        if not self._dimensions:
            await self.embed_queries([_PROBE])
        return self._dimensions

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 per text, batches at the same time; raise ServiceError."""
        return await self._embed(texts, self._manner.content_prefix, _PASSAGE_ATTEMPTS)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """The same with the prefix of questions and less patience."""
        return await self._embed(texts, self._manner.query_prefix, _QUERY_ATTEMPTS)

    async def _embed(self, texts: Sequence[str], prefix: str, attempts: int) -> Vectors:
        size = max(1, self._manner.batch_size)
        batches = [list(texts[at : at + size]) for at in range(0, len(texts), size)]
        if len(batches) == 1:
            # Every question comes this way, and a task of its own would cost a tenth of the request.
            return await self._batch(batches[0], prefix, attempts)
        tasks = [asyncio.ensure_future(self._batch(batch, prefix, attempts)) for batch in batches]
        try:
            rows = await asyncio.gather(*tasks)
        finally:
            # The first failure fails the whole: what would be thrown away is not asked for.
            for task in tasks:
                task.cancel()
        return np.concatenate(rows) if rows else np.zeros((0, self._dimensions), np.float32)

    async def _batch(self, texts: list[str], prefix: str, attempts: int) -> Vectors:
        field_prefix = prefix if self._manner.prefix_field else ""
        sent = texts if self._manner.prefix_field or not prefix else [prefix + text for text in texts]
        async with self._turns:
            # Engines refuse empty texts; a space means the same.
            rows = await self._send([text or " " for text in sent], field_prefix, attempts)
        if self._dimensions and rows.shape[1] != self._dimensions:
            raise Unavailable(
                f"The embedding engine answered with {rows.shape[1]} dimensions, not {self._dimensions}",
                "embedding_dimensions",
            )
        self._dimensions = rows.shape[1]
        return rows
