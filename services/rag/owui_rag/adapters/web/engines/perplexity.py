"""Perplexity's models, of whose answer the sources are taken."""

from typing import Any

from owui_rag.adapters.web.results import list_in, result, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Perplexity", ("perplexity_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        "https://api.perplexity.ai/chat/completions",
        headers={"Authorization": f"Bearer {values.perplexity_api_key}"},
        json={
            "model": values.perplexity_model or "sonar",
            "messages": [{"role": "user", "content": query}],
            "stream": False,
            "web_search_options": {"search_context_size": values.perplexity_search_context_usage or "medium"},
        },
    )
    answer = await http.ask(VENDOR, request)
    found = results_in(list_in(VENDOR, answer, "search_results"))
    if not found:
        addresses = list_in(VENDOR, answer, "citations")
        found = [result("", address, "") for address in addresses if isinstance(address, str)]
    return found[:count]
