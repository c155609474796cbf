"""The part of each search statement that says where the caller searches: only in what they may read.

The statements begin with `SCOPE`, which gives `base` (the named knowledge bases the caller may read),
`named` (the named files the caller may read) and `loose` (the contents of these). Parameters: those of
`access_values`, :knowledge_ids, :file_ids, :collections, :folders, and :allowed, a list of contents that
narrows all that or null.
"""

from typing import Any

from owui_chassis.access_control import Caller

from owui_rag.adapters.access import access_values, own_collection, readable_files, readable_knowledge
from owui_rag.domain.ranking import Scope

SCOPE = f"""
    WITH base AS MATERIALIZED (
        SELECT knowledge.id FROM knowledge
        WHERE knowledge.id = ANY(CAST(:knowledge_ids AS text[])) AND {readable_knowledge("knowledge")}
    ), named AS MATERIALIZED (
        SELECT file.id, file.content_id FROM file
        WHERE file.id = ANY(CAST(:file_ids AS text[])) AND {readable_files("file")}
        UNION
        SELECT file.id, file.content_id FROM file WHERE {own_collection("file", ":collections")}
    ), loose AS MATERIALIZED (
        SELECT DISTINCT named.content_id FROM named
        WHERE named.content_id IS NOT NULL
            AND (CAST(:allowed AS bigint[]) IS NULL OR named.content_id = ANY(CAST(:allowed AS bigint[])))
    )
"""

# The contents of the scope, one row each; for scopes that are known to be small.
CONTENTS = """
    SELECT content_id FROM loose
    UNION
    SELECT held.content_id FROM base JOIN knowledge_content AS held ON held.knowledge_id = base.id
    WHERE held.links > 0
        AND (CAST(:allowed AS bigint[]) IS NULL OR held.content_id = ANY(CAST(:allowed AS bigint[])))
"""


def within(content: str) -> str:
    """Return the condition that a content, named by an SQL expression, is in the scope.

    A look-up for one content at a time: a joined or hashed list would cost a reading of the whole base.
    """
    return f"""(
        (CAST(:allowed AS bigint[]) IS NULL OR {content} = ANY(CAST(:allowed AS bigint[])))
        AND (
            (SELECT held.links FROM knowledge_content AS held
             WHERE held.knowledge_id = ANY(ARRAY(SELECT id FROM base)) AND held.content_id = {content}
                AND held.links > 0
             LIMIT 1) > 0
            OR {content} = ANY(ARRAY(SELECT content_id FROM loose))
        )
    )"""


def folder_condition(folder: str) -> str:
    """Return the condition that a folder, named by an SQL expression, is in or below one of :folders."""
    return f"""(cardinality(CAST(:folders AS text[])) = 0 OR EXISTS (
        SELECT 1 FROM unnest(CAST(:folders AS text[])) AS wanted
        WHERE {folder} = wanted OR starts_with({folder}, wanted || '/')
    ))"""


def scope_values(scope: Scope, allowed: list[int] | None = None) -> dict[str, Any]:
    """Return the values of the parameters."""
    caller = Caller(
        user_id=scope.user_id, group_ids=frozenset(scope.group_ids), unrestricted=scope.unrestricted
    )
    return {
        **access_values(caller),
        "knowledge_ids": list(scope.knowledge_ids),
        "file_ids": list(scope.file_ids),
        "collections": list(scope.collections),
        "allowed": allowed,
        "folders": list(scope.folders),
    }
