"""Kagi's search API; besides results it gives related searches, which have another kind."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Kagi", ("kagi_search_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://kagi.com/api/v0/search",
        params={"q": query, "limit": str(count)},
        headers={"Authorization": f"Bot {values.kagi_search_api_key}"},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "data")
    return results_in([entry for entry in entries if isinstance(entry, dict) and entry.get("t") == 0])
