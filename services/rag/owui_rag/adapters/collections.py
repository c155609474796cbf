"""What clients call collections: bases, files, and names under which a person has made texts findable."""

from collections.abc import Sequence

from owui_chassis.access_control import Caller
from owui_chassis.database import Database
from owui_chassis.statements import Statement

from owui_rag.adapters.access import access_values, own_collection, readable_files, readable_knowledge
from owui_rag.domain.collection_names import files_in
from owui_rag.ports import Collections

_FIND = Statement(f"""
    SELECT true AS is_base, k.id FROM knowledge k
    WHERE k.id = ANY(CAST(:names AS text[])) AND {readable_knowledge("k")}
    UNION ALL
    SELECT false, f.id FROM file f
    WHERE f.id = ANY(CAST(:file_ids AS text[])) AND {readable_files("f")}
    UNION ALL
    SELECT false, f.id FROM file f
    WHERE {own_collection("f", ":names")}
""")  # noqa: S608 - all parts are ours


class NamedCollections:
    """Looks names up for a caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, caller: Caller, names: Sequence[str]) -> Collections:
        """Return the bases and files behind these names, as far as the caller may read them."""
        values = {**access_values(caller), "names": list(names), "file_ids": files_in(names)}
        rows = await self._database.fetch(_FIND, **values)
        return Collections(
            tuple(dict.fromkeys(row.id for row in rows if row.is_base)),
            tuple(dict.fromkeys(row.id for row in rows if not row.is_base)),
        )
