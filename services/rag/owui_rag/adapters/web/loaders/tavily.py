"""Tavily extracts the text of a page."""

from typing import Any

from owui_rag.adapters.web.loaders.texts import page_of, text_in
from owui_rag.adapters.web.results import list_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import FetchedPage

VENDOR = Vendor("Tavily", ("tavily_api_key",))


async def load(values: Any, http: VendorHttp, url: str, seconds: float) -> FetchedPage:
    """Return the page as Markdown; raise ServiceError."""
    VENDOR.require(values)
    request = VendorRequest(
        "https://api.tavily.com/extract",
        headers={"Authorization": f"Bearer {values.tavily_api_key}"},
        json={
            "urls": [url],
            "extract_depth": values.tavily_extract_depth or "basic",
            "format": "markdown",
            "timeout": min(max(seconds, 1.0), 60.0),
        },
        seconds=seconds + 5,
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "results")
    entry = entries[0] if entries else None
    return page_of(VENDOR, url, text_in(entry, "raw_content"), entry)
