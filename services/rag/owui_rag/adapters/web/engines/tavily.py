"""Tavily's search API."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Tavily", ("tavily_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.tavily.com/search",
        headers={"Authorization": f"Bearer {values.tavily_api_key}"},
        json={"query": query, "max_results": min(count, 20)},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "results")
    return results_in(entries, snippet=("content",))
