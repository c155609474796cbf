"""Firecrawl's search, of the vendor or self-hosted."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Firecrawl", ("firecrawl_api_base_url",), "check FIRECRAWL_API_KEY")


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    headers = {"Authorization": f"Bearer {values.firecrawl_api_key}"} if values.firecrawl_api_key else {}
    request = VendorRequest(
        f"{values.firecrawl_api_base_url.rstrip('/')}/v2/search",
        headers=headers,
        json={"query": query, "limit": count, "sources": ["web"]},
    )
    answer = await http.ask(VENDOR, request)
    # Self-hosted ones of an older version answer with the list itself.
    listed = isinstance(answer, dict) and isinstance(answer.get("data"), list)
    entries = list_in(VENDOR, answer, "data") if listed else list_in(VENDOR, answer, "data", "web")
    return results_in(entries, snippet=("description", "markdown"))
