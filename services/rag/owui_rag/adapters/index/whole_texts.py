"""Whole texts of the files of a scope, as many as a budget takes."""

from owui_chassis.database import Database
from owui_chassis.statements import Row, Statement

from owui_rag.adapters.index.scope_sql import SCOPE, folder_condition, scope_values, within
from owui_rag.domain.ranking import Hit, Scope
from owui_rag.domain.ranking_passages import CHARACTERS_PER_TOKEN, cut

# More files than this do not fit into any context.
_FILES = 500
_AT_ONCE = 8
# Named files come first, in the order of their names in the request; then those of the bases as they came.
_LIST = Statement(f"""{SCOPE}
    SELECT file.id AS file_id, file.filename, file.content_id, file.meta, file.user_id, file.hash,
        min(link.knowledge_id) AS knowledge_id
    FROM file LEFT JOIN knowledge_file AS link
        ON link.file_id = file.id AND link.knowledge_id = ANY(ARRAY(SELECT id FROM base))
        AND {folder_condition("link.folder")}
    WHERE file.content_id IS NOT NULL AND (
        file.id IN (SELECT held.file_id FROM knowledge_file AS held JOIN base ON base.id = held.knowledge_id
            WHERE {folder_condition("held.folder")})
        OR file.id = ANY(ARRAY(SELECT id FROM named))
    )
    GROUP BY file.id
    ORDER BY array_position(CAST(:file_ids AS text[]), file.id), min(link.added_at), file.id
    LIMIT {_FILES + 1}
""")
_TEXTS = Statement(f"""{SCOPE}
    SELECT content.id, left(content.text, CAST(:characters AS integer)) AS text
    FROM content WHERE content.id = ANY(CAST(:contents AS bigint[])) AND {within("content.id")}
""")


async def read_whole(database: Database, scope: Scope, budget: int) -> tuple[list[Hit], bool]:
    """Return texts of at most `budget` tokens together (estimated), and whether anything was left out.

    Files with the same text are given once.
    """
    values = scope_values(scope)
    files = await database.fetch(_LIST, **values)
    first = {row["content_id"]: row for row in reversed(files)}
    order = [row for row in files[:_FILES] if first[row["content_id"]] is row]
    hits: list[Hit] = []
    left = budget
    for start in range(0, len(order), _AT_ONCE):
        some = order[start : start + _AT_ONCE]
        characters = left * CHARACTERS_PER_TOKEN + 1
        contents = [row["content_id"] for row in some]
        texts = await database.fetch(_TEXTS, contents=contents, characters=characters, **values)
        by_content = {row["id"]: row["text"] for row in texts}
        for row in some:
            if row["content_id"] not in by_content:
                continue
            hit = _hit(row, by_content[row["content_id"]])
            if hit.tokens > left:
                if left > 0:
                    hits.append(cut(hit, hit.tokens, left))
                return hits, True
            hits.append(hit)
            left -= hit.tokens
    return hits, len(files) > _FILES


def _hit(row: Row, text: str) -> Hit:
    return Hit(
        chunk_id=0, content_id=row["content_id"], file_id=row["file_id"], knowledge_id=row["knowledge_id"],
        filename=row["filename"], text=text, page=None, start=0, end=len(text), headings=(), score=1.0,
        tokens=-(-len(text) // CHARACTERS_PER_TOKEN), metadata=row["meta"],
        user_id=row["user_id"], file_hash=row["hash"] or "",
    )  # fmt: skip
