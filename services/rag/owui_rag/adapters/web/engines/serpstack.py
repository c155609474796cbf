"""Serpstack's view of Google; it tells of refusals inside a successful answer."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor("Serpstack", ("serpstack_api_key",))


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    scheme = "https" if values.serpstack_https else "http"
    request = VendorRequest(
        f"{scheme}://api.serpstack.com/search",
        params={"access_key": values.serpstack_api_key, "query": query, "num": str(count)},
    )
    answer = await http.ask(VENDOR, request)
    if isinstance(answer, dict) and answer.get("success") is False:
        raise VENDOR.refusal()
    return results_in(list_in(VENDOR, answer, "organic_results"))
