"""How Postgres plans and walks on the connections that search."""

from typing import Any

from owui_chassis.database import Database
from owui_chassis.database_access import DatabaseAccess
from sqlalchemy import event

from owui_rag.adapters.index.vectors import EF_SEARCH

_SETTINGS = {
    "hnsw.ef_search": str(EF_SEARCH),
    # A filter that leaves few would else leave fewer than wanted of the first that the index gives.
    "hnsw.iterative_scan": "relaxed_order",
    "hnsw.max_scan_tuples": "40000",
    # The few statements of a search have an index for everything. Planning them once saves more than half of
    # what they cost, and what was planned while a table was small must not read it whole when it has grown.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
}


class SearchDatabase(Database):
    """Connections for searches alone, so that these do not wait behind those who store files."""

    def __init__(self, where: str | DatabaseAccess, schema: str, pool_size: int = 8) -> None:
        super().__init__(where, schema, pool_size)

        @event.listens_for(self.engine.sync_engine, "do_connect")
        def add_settings(_dialect: Any, _record: Any, _arguments: Any, parameters: dict[str, Any]) -> None:
            parameters["server_settings"] = {**parameters.get("server_settings", {}), **_SETTINGS}
