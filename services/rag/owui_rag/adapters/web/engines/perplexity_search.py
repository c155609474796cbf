"""Perplexity's search API."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Perplexity Search", ("perplexity_api_key", "perplexity_search_api_url"))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        values.perplexity_search_api_url,
        headers={"Authorization": f"Bearer {values.perplexity_api_key}"},
        json={"query": query, "max_results": min(count, 20)},
    )
    return results_in(list_in(VENDOR, await http.ask(VENDOR, request), "results"))
