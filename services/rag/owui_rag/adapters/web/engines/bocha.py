"""Bocha's search API, whose summaries are longer than its snippets."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Bocha", ("bocha_search_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.bochaai.com/v1/web-search",
        headers={"Authorization": f"Bearer {values.bocha_search_api_key}"},
        json={"query": query, "summary": True, "freshness": "noLimit", "count": count},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "data", "webPages", "value")
    return results_in(entries, title=("name",), snippet=("summary", "snippet"))
