"""Asks a reranker for a better order; without an answer the order stays."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from owui_chassis.errors import ServiceError

from owui_rag.domain.ranking import Hit

log = logging.getLogger(__name__)


class Reranker(Protocol):
    """Reads question and passage together and says how well they fit."""

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Return a score from 0 to 1 for each text; raise ServiceError."""


async def rerank(
    reranker: Reranker, queries: Sequence[str], hits: Sequence[Hit], *, enriched: bool
) -> list[Hit] | None:
    """Return the hits in the order of the reranker, with its scores; None when it is away.

    Each hit is compared with the question that found it; with `enriched` names and headings are read too.
    """
    scored: list[Hit] = []
    try:
        for number, query in enumerate(queries):
            own = [hit for hit in hits if hit.query == number]
            if own:
                texts = [_enriched(hit) if enriched else hit.text for hit in own]
                scores = await reranker.scores(query, texts)
                scored += [replace(hit, score=score) for hit, score in zip(own, scores, strict=True)]
    except (ServiceError, ValueError) as error:
        log.warning("passages keep their order, the reranker failed: %s", error)
        return None
    return sorted(scored, key=lambda hit: (-hit.score, hit.chunk_id))


def _enriched(hit: Hit) -> str:
    return "\n".join([hit.filename, *hit.headings, hit.text])
