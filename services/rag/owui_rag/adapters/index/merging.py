"""Merges the segments of knowledge bases in the background, as search engines do."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.index.merge_plan import MergedSegment, NewContent, Plan, plan_merge
from owui_rag.adapters.index.postings import LISTED, ChunkMap, Postings, decode_postings
from owui_rag.adapters.index.writer import driver_of, write_segment

log = logging.getLogger(__name__)
# How often a worker looks for what is due.
MERGE_SECONDS = 5.0
# Searches that read the list of segments before a merging may still ask for the former ones.
_RETIRED_SECONDS = 60.0
_AT_ONCE = 200

_DUE = Statement(f"""
    SELECT knowledge_id FROM knowledge_content WHERE segment_id IS NULL AND links > 0 GROUP BY knowledge_id
    HAVING count(*) > 1
    UNION
    SELECT segment.knowledge_id FROM knowledge_content AS gone
    JOIN lexical_segment AS segment ON segment.id = gone.segment_id
    WHERE gone.links = 0 AND segment.retired_at IS NULL
    LIMIT {_AT_ONCE}
""")
_SEGMENTS = text("""
    SELECT segment.id, segment.documents, count(held.content_id) AS contents,
        count(*) FILTER (WHERE held.links = 0) AS gone,
        coalesce(max(extract(epoch FROM now() - held.changed_at)) FILTER (WHERE held.links = 0), 0) AS seconds
    FROM lexical_segment AS segment LEFT JOIN knowledge_content AS held ON held.segment_id = segment.id
    WHERE segment.knowledge_id = :base AND segment.retired_at IS NULL GROUP BY segment.id
""")
# A content that is larger stays by itself: its lists are cut, so that a copy would not be exact.
_NEW = text(f"""
    SELECT held.content_id, sum(own.documents) AS documents
    FROM knowledge_content AS held JOIN lexical_segment AS own ON own.content_id = held.content_id
    WHERE held.knowledge_id = :base AND held.segment_id IS NULL AND held.links > 0
    GROUP BY held.content_id HAVING sum(own.documents) <= {LISTED} ORDER BY held.content_id
""")
_CONTENTS_OF = text("""
    SELECT content_id FROM knowledge_content WHERE segment_id = ANY(:segments) AND links > 0
    ORDER BY content_id
""")
_PLACE = text("""
    UPDATE knowledge_content SET segment_id = :segment
    WHERE knowledge_id = :base AND content_id = ANY(:contents)
""")
_REPLACE = (
    # Rows of contents that are gone have nothing to hide any more.
    text("DELETE FROM knowledge_content WHERE segment_id = ANY(:segments) AND links = 0"),
    # What came back meanwhile is in no segment.
    text("UPDATE knowledge_content SET segment_id = NULL WHERE segment_id = ANY(:segments)"),
    text("UPDATE lexical_segment SET retired_at = now() WHERE id = ANY(:segments)"),
)
_OWN = """
    SELECT own.id, own.chunks, ARRAY(
        SELECT postings FROM lexical_block AS block WHERE block.segment_id = own.id
    ) AS blocks
    FROM lexical_segment AS own WHERE own.content_id = ANY($1::bigint[]) ORDER BY own.id
"""


class SegmentMerger:
    """Keeps the number of segments of each base small; any number of replicas may run one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def run(self) -> int:
        """Do what is due and return how many segments were written; for `Background.every`."""
        await self._sweep()
        written = 0
        for row in await self._database.fetch(_DUE):
            while await self.merge(row["knowledge_id"]):
                written += 1
        return written

    async def is_due(self) -> bool:
        """Say whether `run` would write a segment."""
        for row in await self._database.fetch(_DUE):
            async with self._database.connect() as connection:
                if await _plan(connection, row["knowledge_id"]) is not None:
                    return True
        return False

    async def merge(self, knowledge_id: str) -> bool:
        """Write one segment of a base when that is worth it; return whether it was."""
        async with self._database.begin() as connection:
            lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended('owui rag merge ' || :base, 0))")
            if not (await connection.execute(lock, {"base": knowledge_id})).scalar():
                return False
            plan = await _plan(connection, knowledge_id)
            if plan is None:
                return False
            await _write(connection, knowledge_id, plan)
            return True

    async def _sweep(self) -> None:
        async with self._database.begin() as connection:
            await connection.execute(
                text(
                    "DELETE FROM lexical_segment WHERE retired_at < now() - make_interval(secs => :seconds)"
                ),
                {"seconds": _RETIRED_SECONDS},
            )
            # What went before any segment had it.
            await connection.execute(
                text("DELETE FROM knowledge_content WHERE links = 0 AND segment_id IS NULL")
            )


async def _plan(connection: AsyncConnection, knowledge_id: str) -> Plan | None:
    base = {"base": knowledge_id}
    segments = [
        MergedSegment(row.id, row.documents, row.contents, row.gone, float(row.seconds))
        for row in await connection.execute(_SEGMENTS, base)
    ]
    new = [NewContent(row.content_id, row.documents) for row in await connection.execute(_NEW, base)]
    return plan_merge(segments, new)


async def _write(connection: AsyncConnection, knowledge_id: str, plan: Plan) -> None:
    former = await connection.execute(_CONTENTS_OF, {"segments": list(plan.segments)})
    contents = [*plan.contents, *former.scalars().all()]
    driver = await driver_of(connection)
    parts: list[tuple[ChunkMap, Postings]] = []
    for start in range(0, len(contents), _AT_ONCE):
        rows = await driver.fetch(_OWN, contents[start : start + _AT_ONCE])
        parts += await asyncio.to_thread(_read, rows)
    segment = None
    if parts:
        chunks, postings = await asyncio.to_thread(_joined, parts)
        segment = await write_segment(driver, postings, chunks, None, knowledge_id)
        placed = sorted(set(chunks.contents.tolist()))
        values = {"segment": segment, "base": knowledge_id, "contents": placed}
        await connection.execute(_PLACE, values)
    for statement in _REPLACE:
        await connection.execute(statement, {"segments": list(plan.segments)})
    log.debug("base %s: segment %s has the chunks of %d contents", knowledge_id, segment, len(contents))


def _read(rows: Sequence[Any]) -> list[tuple[ChunkMap, Postings]]:
    read = []
    for row in rows:
        chunks = ChunkMap.decode(row["chunks"])
        read.append((chunks, decode_postings(row["blocks"], chunks.lengths)))
    return read


def _joined(parts: Sequence[tuple[ChunkMap, Postings]]) -> tuple[ChunkMap, Postings]:
    starts = np.cumsum([0, *(chunks.chunks.size for chunks, _ in parts)])
    chunks = ChunkMap(
        np.concatenate([part.chunks for part, _ in parts]),
        np.concatenate([part.contents for part, _ in parts]),
        np.concatenate([part.lengths for part, _ in parts]),
    )
    postings = Postings(
        np.concatenate([part.terms for _, part in parts]),
        np.concatenate([
            (part.documents + start).astype(np.uint16)
            for (_, part), start in zip(parts, starts[:-1], strict=True)
        ]),
        np.concatenate([part.counts for _, part in parts]),
        chunks.lengths,
    )  # fmt: skip
    return chunks, postings
