"""An index of Azure AI Search; which fields it has is up to who made it."""

from typing import Any
from urllib.parse import quote

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor(
    "Azure AI Search",
    ("azure_ai_search_api_key", "azure_ai_search_endpoint", "azure_ai_search_index_name"),
)
_TITLE = ("title", "name", "metadata_title", "metadata_storage_name")
_URL = ("url", "link", "uri", "source", "metadata_storage_path")
_SNIPPET = ("snippet", "description", "summary", "content", "chunk", "text", "merged_content")


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    base = values.azure_ai_search_endpoint.rstrip("/")
    request = VendorRequest(
        f"{base}/indexes/{quote(values.azure_ai_search_index_name, safe='')}/docs/search",
        params={"api-version": "2024-07-01"},
        headers={"api-key": values.azure_ai_search_api_key},
        json={"search": query, "top": count},
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "value")
    return results_in(entries, title=_TITLE, url=_URL, snippet=_SNIPPET)
