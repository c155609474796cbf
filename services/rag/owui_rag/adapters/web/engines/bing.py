"""Bing's web search API, or one that speaks like it."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Bing", ("bing_search_v7_endpoint", "bing_search_v7_subscription_key"))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        values.bing_search_v7_endpoint,
        params={"q": query, "count": str(min(count, 50)), "textFormat": "Raw"},
        headers={"Ocp-Apim-Subscription-Key": values.bing_search_v7_subscription_key},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "webPages", "value")
    return results_in(entries, title=("name",))
