"""A SearXNG of one's own, in its JSON format."""

from typing import Any

from owui_rag.adapters.web.results import list_in, results_in
from owui_rag.adapters.web.vendors import Vendor, VendorHttp, VendorRequest
from owui_rag.domain.web_pages import WebResult

VENDOR = Vendor(
    "SearXNG",
    ("searxng_query_url",),
    "allow the format json in its settings.yml, and this service in its limiter",
)


async def search(values: Any, http: VendorHttp, query: str, count: int) -> list[WebResult]:
    """Return what the engine finds; raise ServiceError."""
    request = VendorRequest(
        # Older configurations end in ?q=<query>, which is what the parameters say.
        values.searxng_query_url.partition("?")[0],
        params={
            "q": query,
            "format": "json",
            "pageno": "1",
            "safesearch": "1",
            "language": values.searxng_language or "all",
        },
    )
    entries = list_in(VENDOR, await http.ask(VENDOR, request), "results")
    entries = [entry for entry in entries if isinstance(entry, dict)]
    entries.sort(key=lambda entry: -_score(entry))
    return results_in(entries, snippet=("content",))


def _score(entry: dict[str, Any]) -> float:
    score = entry.get("score")
    return float(score) if isinstance(score, int | float) else 0.0
