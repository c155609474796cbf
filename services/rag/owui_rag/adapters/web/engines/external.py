"""A search service of one's own: it is sent {query, count} and answers [{link, title, snippet}]."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("The external search", ("external_web_search_url",), "check EXTERNAL_WEB_SEARCH_API_KEY")


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    key = values.external_web_search_api_key
    request = VendorRequest(
        values.external_web_search_url,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        json={"query": query, "count": count},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request))
    return results_in(entries, url=("link", "url"))
