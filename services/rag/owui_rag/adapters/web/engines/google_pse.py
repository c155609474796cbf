"""Google's Programmable Search Engine, ten results per request."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Google PSE", ("google_pse_api_key", "google_pse_engine_id"))
_PAGE = 10


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    found: list[WebResult] = []
    for start in range(1, count + 1, _PAGE):
        request = VendorRequest(
            "https://www.googleapis.com/customsearch/v1",
            params={
                "key": values.google_pse_api_key,
                "cx": values.google_pse_engine_id,
                "q": query,
                "num": str(min(count + 1 - start, _PAGE)),
                "start": str(start),
            },
        )
        entries = list_in(VENDOR, await http.ask(VENDOR, request), "items")
        found += results_in(entries, url=("link",))
        if len(entries) < _PAGE:
            break
    return found
