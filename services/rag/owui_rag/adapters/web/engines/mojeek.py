"""Mojeek's search API."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Mojeek", ("mojeek_search_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.mojeek.com/search",
        params={"q": query, "fmt": "json", "t": str(count), "api_key": values.mojeek_search_api_key},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "response", "results")
    return results_in(entries, snippet=("desc",))
