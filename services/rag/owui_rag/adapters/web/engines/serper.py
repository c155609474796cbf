"""Serper's view of Google."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Serper", ("serper_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://google.serper.dev/search",
        headers={"X-API-KEY": values.serper_api_key},
        json={"q": query, "num": count},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "organic")
    return results_in(entries, url=("link",))
