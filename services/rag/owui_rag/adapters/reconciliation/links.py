"""Which base holds which text, counted anew; and links to what is gone."""

from collections.abc import Sequence
from datetime import timedelta

from owui_chassis.database import Database
from owui_chassis.statements import Statement
from sqlalchemy import text

from owui_rag.adapters.reconciliation.texts import found_of
from owui_rag.domain.reconciliation import MOST, Found

_COUNTED = """
    SELECT link.knowledge_id, file.content_id, count(*) AS links, max(link.added_at) AS added_at
    FROM knowledge_file AS link JOIN file ON file.id = link.file_id
    WHERE file.content_id IS NOT NULL GROUP BY 1, 2
"""
_MISCOUNTED = Statement(f"""
    SELECT knowledge_id || '/' || content_id AS id, count(*) OVER () AS total
    FROM knowledge_content AS held FULL JOIN ({_COUNTED}) AS counted USING (knowledge_id, content_id)
    WHERE COALESCE(held.links, 0) <> COALESCE(counted.links, 0)
        AND COALESCE(held.changed_at, to_timestamp(counted.added_at)) < now() - CAST(:grace AS interval)
    ORDER BY 1 LIMIT {MOST}
""")  # noqa: S608 - all parts are ours
_COUNT_AGAIN = Statement("""
    INSERT INTO knowledge_content AS held (knowledge_id, content_id, links)
    SELECT base.id, CAST(:content AS bigint), (
        SELECT count(*) FROM knowledge_file AS link JOIN file ON file.id = link.file_id
        WHERE link.knowledge_id = base.id AND file.content_id = CAST(:content AS bigint)
    ) FROM knowledge AS base WHERE base.id = :base
    ON CONFLICT (knowledge_id, content_id) DO UPDATE SET links = excluded.links, changed_at = now()
    WHERE held.links <> excluded.links
""")
_LOCK_BASES = Statement("""
    SELECT id FROM knowledge WHERE id = ANY(CAST(:ids AS text[])) ORDER BY id FOR KEY SHARE
""")
_BROKEN = """
    SELECT 'base ' || link.knowledge_id || '/' || link.file_id AS id FROM knowledge_file AS link
    WHERE link.added_at < extract(epoch FROM now() - CAST(:grace AS interval)) AND (
        NOT EXISTS (SELECT 1 FROM file WHERE file.id = link.file_id)
        OR NOT EXISTS (SELECT 1 FROM knowledge WHERE knowledge.id = link.knowledge_id))
    UNION ALL
    SELECT 'job ' || part.job_id || '/' || part.file_id FROM ingest_job_file AS part
    JOIN ingest_job AS job ON job.id = part.job_id
    WHERE part.outcome IS NULL AND job.created_at < extract(epoch FROM now() - CAST(:grace AS interval))
        AND NOT EXISTS (SELECT 1 FROM file WHERE file.id = part.file_id)
"""
_FIND_BROKEN = Statement(f"""
    SELECT id, count(*) OVER () AS total FROM ({_BROKEN}) AS broken LIMIT {MOST}
""")  # noqa: S608
_UNLINK = Statement("""
    DELETE FROM knowledge_file AS link
    WHERE 'base ' || link.knowledge_id || '/' || link.file_id = ANY(CAST(:ids AS text[])) AND (
        NOT EXISTS (SELECT 1 FROM file WHERE file.id = link.file_id)
        OR NOT EXISTS (SELECT 1 FROM knowledge WHERE knowledge.id = link.knowledge_id))
    RETURNING link.file_id
""")
_SETTLE = Statement("""
    UPDATE ingest_job_file AS part SET outcome = 'cancelled', error = 'The file was deleted'
    WHERE 'job ' || part.job_id || '/' || part.file_id = ANY(CAST(:ids AS text[])) AND part.outcome IS NULL
        AND NOT EXISTS (SELECT 1 FROM file WHERE file.id = part.file_id)
    RETURNING part.file_id
""")


class MiscountedContents:
    """Bases whose list of texts, which the search reads, is not that of their files."""

    kind = "miscounted_contents"

    def __init__(self, database: Database, grace: timedelta) -> None:
        self._database = database
        self._grace = grace

    async def find(self) -> Found:
        """Return "base/text"."""
        return found_of(await self._database.fetch(_MISCOUNTED, grace=self._grace))

    async def repair(self, ids: Sequence[str]) -> int:
        """Count again."""
        repaired = 0
        async with self._database.begin() as connection:
            await connection.execute(text("SET LOCAL lock_timeout = '5s'"))
            # Everybody locks the base first, then counts.
            bases = {each.rpartition("/")[0] for each in ids}
            await connection.execute(_LOCK_BASES.text, {"ids": sorted(bases)})
            # Who links a file counts it afterwards: he waits for us then, and we do not see his link.
            await connection.execute(text("LOCK TABLE knowledge_content IN SHARE ROW EXCLUSIVE MODE"))
            for each in ids:
                base, _, content = each.rpartition("/")
                counted = await connection.execute(_COUNT_AGAIN.text, {"base": base, "content": int(content)})
                repaired += counted.rowcount
        return repaired


class LinksWithoutTargets:
    """Members of bases, and open parts of jobs, whose file is gone."""

    kind = "links_without_targets"

    def __init__(self, database: Database, grace: timedelta) -> None:
        self._database = database
        self._grace = grace

    async def find(self) -> Found:
        """Return "base …/file" and "job …/file"."""
        return found_of(await self._database.fetch(_FIND_BROKEN, grace=self._grace))

    async def repair(self, ids: Sequence[str]) -> int:
        """Take them out of the base; count them as cancelled in the job."""
        unlinked = await self._database.fetch(_UNLINK, ids=list(ids))
        return len(unlinked) + len(await self._database.fetch(_SETTLE, ids=list(ids)))
