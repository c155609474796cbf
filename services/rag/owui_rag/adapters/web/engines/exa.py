"""Exa's search API with the beginning of each page."""

from typing import Any

from owui_rag.adapters.web.results import MAXIMUM_SNIPPET, list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Exa", ("exa_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.exa.ai/search",
        headers={"x-api-key": values.exa_api_key},
        json={
            "query": query,
            "numResults": count,
            "type": "auto",
            "contents": {"text": {"maxCharacters": MAXIMUM_SNIPPET}},
        },
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "results")
    return results_in(entries, snippet=("text", "summary"))
