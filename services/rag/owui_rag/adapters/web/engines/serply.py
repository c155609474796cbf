"""Serply's view of Google; the query is part of the path."""

from typing import Any
from urllib.parse import urlencode

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Serply", ("serply_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    asked = urlencode({"q": query, "num": count, "hl": "en"})
    request = VendorRequest(
        f"https://api.serply.io/v1/search/{asked}",
        headers={"X-Api-Key": values.serply_api_key, "X-User-Agent": "desktop"},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "results")
    return results_in(entries, url=("link",), snippet=("description",))
