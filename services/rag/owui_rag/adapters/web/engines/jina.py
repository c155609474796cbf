"""Jina's search API, without the contents of the pages."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Jina", ("jina_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://s.jina.ai/",
        headers={"Authorization": f"Bearer {values.jina_api_key}", "X-Respond-With": "no-content"},
        json={"q": query, "num": min(count, 20)},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "data")
    return results_in(entries, snippet=("description", "content"))
