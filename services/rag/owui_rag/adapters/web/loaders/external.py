"""A page reader of one's own: it is sent {urls} and answers [{page_content, metadata}]."""

from typing import Any

from owui_rag.adapters.web.loaders.texts import page_of, part_in, text_in
from owui_rag.adapters.web.results import list_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import FetchedPage

VENDOR = Vendor("The external page reader", ("external_web_loader_url",), "check EXTERNAL_WEB_LOADER_API_KEY")


async def load(values: Any, http: VendorHttp, url: str, seconds: float) -> FetchedPage:
    """Return the page as Markdown; raise ServiceError."""
    VENDOR.require(values)
    key = values.external_web_loader_api_key
    request = VendorRequest(
        values.external_web_loader_url,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        json={"urls": [url]},
        seconds=seconds,
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request))
    entry = entries[0] if entries else None
    return page_of(VENDOR, url, text_in(entry, "page_content"), part_in(entry, "metadata"))
