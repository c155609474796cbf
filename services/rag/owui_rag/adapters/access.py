"""The SQL conditions that say what a caller may read and write; every statement about files uses these.

`alias` is the name of the table in the statement. The parameters are :user_id, :group_ids (a list) and
:unrestricted, as `access_values` gives them.
"""

from owui_chassis.access_control import allowed, granted
from owui_chassis.access_control import sql_values as access_values

__all__ = [
    "access_values",
    "own_collection",
    "readable_files",
    "readable_knowledge",
    "writable_files",
    "writable_knowledge",
]


def readable_knowledge(alias: str) -> str:
    """Return the condition that the caller may read a row of `knowledge`."""
    return f"COALESCE({allowed(alias, 'read')}, false)"


def writable_knowledge(alias: str) -> str:
    """Return the condition that the caller may change a row of `knowledge`."""
    return f"COALESCE({allowed(alias, 'write')}, false)"


def readable_files(alias: str) -> str:
    """Return the condition that the caller may read a row of `file`.

    A file without access control is its owner's alone; whoever reads a base reads the files in it.
    """
    in_a_base = f"""EXISTS (
        SELECT 1 FROM knowledge_file AS access_link
        JOIN knowledge AS access_base ON access_base.id = access_link.knowledge_id
        WHERE access_link.file_id = {alias}.id AND {readable_knowledge("access_base")}
    )"""  # noqa: S608 - all parts are ours
    granted_here = f"COALESCE({granted(alias, 'read')}, false)"
    return f"(:unrestricted OR {alias}.user_id = :user_id OR {granted_here} OR {in_a_base})"


def own_collection(alias: str, names: str) -> str:
    """Return the condition that a row of `file` is the caller's and stands under one of these names.

    Names that a person has chosen are looked up among his own files only. `names` is a parameter (text[]).
    """
    # The second condition says what the index knows and the planner cannot conclude from a parameter.
    return f"""({alias}.user_id = :user_id
        AND {alias}.meta ->> 'collection_name' = ANY(CAST({names} AS text[]))
        AND {alias}.meta ->> 'collection_name' IS NOT NULL)"""


def writable_files(alias: str) -> str:
    """Return the condition that the caller may change or delete a row of `file`; no base lends that."""
    return f"(:unrestricted OR {alias}.user_id = :user_id OR COALESCE({granted(alias, 'write')}, false))"
