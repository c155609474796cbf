"""A YaCy peer of one's own, in its JSON format."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("YaCy", ("yacy_query_url",), "check YACY_USERNAME and YACY_PASSWORD")


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    address = values.yacy_query_url.partition("?")[0].rstrip("/")
    if not address.endswith("/yacysearch.json"):
        address += "/yacysearch.json"
    request = VendorRequest(
        address,
        params={
            "query": query,
            "contentdom": "text",
            "resource": "global",
            "maximumRecords": str(count),
            "nav": "none",
        },
        digest=(values.yacy_username, values.yacy_password) if values.yacy_username else None,
    )
    channels = list_in(VENDOR, await http.ask(VENDOR, request), "channels")
    entries = [entry for channel in channels for entry in list_in(VENDOR, channel, "items")]
    return results_in(entries, url=("link",), snippet=("description",))
