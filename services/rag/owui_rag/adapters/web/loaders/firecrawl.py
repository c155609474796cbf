"""Firecrawl, of the vendor or self-hosted, reads a page to Markdown."""

from typing import Any

from owui_rag.adapters.web.loaders.texts import page_of, part_in, text_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import FetchedPage

VENDOR = Vendor("Firecrawl", ("firecrawl_api_base_url",), "check FIRECRAWL_API_KEY")


async def load(values: Any, http: VendorHttp, url: str, seconds: float) -> FetchedPage:
    """Return the page as Markdown; raise ServiceError."""
    VENDOR.require(values)
    key = values.firecrawl_api_key
    request = VendorRequest(
        f"{values.firecrawl_api_base_url.rstrip('/')}/v2/scrape",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        json={"url": url, "formats": ["markdown"], "timeout": int(seconds * 1000)},
        seconds=seconds + 5,
    )
    data = part_in(await http.ask(VENDOR, request), "data")
    return page_of(VENDOR, url, text_in(data, "markdown"), part_in(data, "metadata"))
