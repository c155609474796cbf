"""SerpApi's view of Google and other engines."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("SerpApi", ("serpapi_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://serpapi.com/search",
        params={
            "engine": values.serpapi_engine or "google",
            "q": query,
            "num": str(count),
            "output": "json",
            "api_key": values.serpapi_api_key,
        },
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "organic_results")
    return results_in(entries, url=("link",))
