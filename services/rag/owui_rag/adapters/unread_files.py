"""The files in which nothing can be found, since they have not been read."""

from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.domain.files import UnreadFile
from owui_rag.ports import Collections

_MOST = 20
# A file that is read again is found by its former text meanwhile; one that was stored without being read is
# "completed". The subqueries are such that no plan joins all files of all bases: the first file that has been
# read settles it for a base, as a rule the first of all.
_AMONG = Statement("""
    (
        SELECT f.id, f.filename, f.status, f.error FROM file f
        WHERE f.id = ANY(CAST(:file_ids AS text[])) AND f.content_id IS NULL AND f.status <> 'completed'
        ORDER BY f.status IN ('pending', 'processing') DESC, f.filename, f.id LIMIT CAST(:most AS integer)
    )
    UNION
    SELECT unread.id, unread.filename, unread.status, unread.error
    FROM unnest(CAST(:knowledge_ids AS text[])) AS base (id)
    CROSS JOIN LATERAL (
        SELECT f.id, f.filename, f.status, f.error FROM knowledge_file link CROSS JOIN LATERAL (
            SELECT * FROM file WHERE file.id = link.file_id OFFSET 0
        ) AS f
        WHERE link.knowledge_id = base.id AND f.status <> 'completed'
        ORDER BY f.status IN ('pending', 'processing') DESC, f.filename, f.id LIMIT CAST(:most AS integer)
    ) AS unread
    WHERE (
        SELECT true FROM knowledge_file link
        WHERE link.knowledge_id = base.id
            AND (SELECT content_id FROM file WHERE file.id = link.file_id) IS NOT NULL
        ORDER BY link.file_id LIMIT 1
    ) IS NULL
    ORDER BY filename, id
""")


class UnreadRows:
    """Asks nobody's rights: what is named has been looked up for the caller before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def among(self, named: Collections) -> list[UnreadFile]:
        """Return those of these files that have no text, and all of bases in which there is none at all."""
        if not (named.knowledge_ids or named.file_ids):
            return []
        values = {"knowledge_ids": list(named.knowledge_ids), "file_ids": list(named.file_ids)}
        rows = await self._database.fetch(_AMONG, **values, most=_MOST)
        return [UnreadFile(row.id, row.filename, row.status, row.error) for row in rows]
