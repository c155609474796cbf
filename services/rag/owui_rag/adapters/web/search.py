"""Search the web with the engine that the settings name."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from importlib import import_module
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from owui_chassis.errors import Invalid, ServiceError

from owui_rag.adapters.web.vendors import Vendor, VendorHttp
from owui_rag.domain.egress import EgressRefused, read_url
from owui_rag.domain.egress_lists import is_listed_domain
from owui_rag.domain.web_pages import WebResult

log = logging.getLogger(__name__)
MAXIMUM_RESULTS = 50
MAXIMUM_QUERY_CHARACTERS = 2000
MAXIMUM_QUERIES = 20
ENGINES = (
    "searxng", "brave", "google_pse", "tavily", "duckduckgo", "bing", "kagi", "exa", "jina", "serper",
    "serpapi", "searchapi", "serpstack", "serply", "mojeek", "bocha", "perplexity", "perplexity_search",
    "yacy", "azure", "ollama_cloud", "sougou", "firecrawl", "external",
)  # fmt: skip


class Engine(Protocol):
    """What the file of an engine offers."""

    VENDOR: Vendor

    def search(self, values: Any, http: VendorHttp, query: str, count: int) -> Awaitable[list[WebResult]]:
        """Return about `count` results; raise ServiceError."""


class WebSearch:
    """Asks the engine of the settings, which are read at each search."""

    def __init__(self, values: Any, http: VendorHttp) -> None:
        self._values = values
        self._http = http

    async def search(self, query: str, count: int | None = None) -> list[WebResult]:
        """Return at most `count` results, each address once; raise Invalid, Exhausted or Unavailable."""
        query = " ".join(query.split())[:MAXIMUM_QUERY_CHARACTERS]
        if not query:
            raise Invalid("There is nothing to search for.", "empty_query")
        engine = engine_of(self._values.web_search_engine)
        engine.VENDOR.require(self._values)
        wanted = max(1, min(count or self._values.web_search_result_count, MAXIMUM_RESULTS))
        found = await engine.search(self._values, self._http, query, wanted)
        return presentable(found, self._values.web_search_domain_filter_list)[:wanted]

    async def search_all(self, queries: Sequence[str], count: int | None = None) -> list[WebResult]:
        """Return the results of several queries, each address once; raise only when all of them failed."""
        queries = list(dict.fromkeys(queries))[:MAXIMUM_QUERIES]
        limit = self._values.web_search_concurrent_requests
        room = asyncio.Semaphore(limit if limit > 0 else MAXIMUM_QUERIES)

        async def one(query: str) -> list[WebResult] | ServiceError:
            async with room:
                try:
                    return await self.search(query, count)
                except ServiceError as error:
                    log.info("a web search failed: %s", error.message)
                    return error

        answers = await asyncio.gather(*(one(query) for query in queries))
        errors = [answer for answer in answers if isinstance(answer, ServiceError)]
        if errors and len(errors) == len(answers):
            raise errors[0]
        return presentable([found for answer in answers if isinstance(answer, list) for found in answer], ())


def engine_of(name: str) -> Engine:
    """Return an engine by the name that the settings give it; raise Invalid when there is none."""
    if name not in ENGINES:
        problem = f"There is no search engine {name[:40]}." if name else "No search engine is chosen."
        raise Invalid(f"{problem} Set WEB_SEARCH_ENGINE in the admin settings.", "web_not_configured")
    return cast(Engine, import_module(f"owui_rag.adapters.web.engines.{name}"))


def presentable(found: Sequence[WebResult], domains: Sequence[str]) -> list[WebResult]:
    """Keep results that lead to pages of the allowed domains, each address once, in their order."""
    kept: dict[str, WebResult] = {}
    for entry in found:
        try:
            target = read_url(entry.url)
        except EgressRefused:
            continue
        if is_listed_domain(target.host, domains):
            key = urlsplit(target.url)._replace(scheme="").geturl().rstrip("/")
            kept.setdefault(key, entry)
    return list(kept.values())
