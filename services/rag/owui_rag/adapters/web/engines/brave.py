"""Brave's web search API."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Brave Search", ("brave_search_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.search.brave.com/res/v1/web/search",
        params={"q": query, "count": str(min(count, 20))},
        headers={"X-Subscription-Token": values.brave_search_api_key},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "web", "results")
    return results_in(entries, snippet=("description",))
