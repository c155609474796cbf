"""What each search engine is asked, and what it answers."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from owui_rag.domain.web_pages import WebResult

KEY = "k3y-that-nobody-may-see"


QUERY = "blue whales & krill"


FOUND = [
    WebResult("One", "https://one.example/a", "First snippet"),
    WebResult("Two", "https://two.example/", "Second snippet"),
]


def entries(
    title: str = "title", url: str = "url", snippet: str = "snippet", **extra: Any
) -> list[dict[str, Any]]:
    """Return the two results under the names that an engine uses."""
    return [{title: found.title, url: found.url, snippet: found.snippet, **extra} for found in FOUND]


DUCKDUCKGO = """<html><body><div id="links">
<div class="result results_links results_links_deep result--ad"><h2><a class="result__a"
 href="https://duckduckgo.com/y.js?ad_domain=ads.example">Ad</a></h2></div>
<div class="result results_links results_links_deep web-result"><h2><a rel="nofollow" class="result__a"
 href="//duckduckgo.com/l/?uddg=https%3A%2F%2Fone.example%2Fa&amp;rut=0f">O<b>ne</b></a></h2>
<a class="result__snippet" href="x">First <b>snippet</b></a></div>
<div class="result results_links web-result"><h2><a class="result__a" href="https://two.example/">Two</a></h2>
<div class="result__snippet">Second snippet</div></div></div></body></html>"""


@dataclass
class Case:
    """An engine, what it is to be sent, and a body as it answers."""

    engine: str
    place: str
    answer: Any
    settings: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    count: int = 2


BEARER = {"Authorization": f"Bearer {KEY}"}


CASES = [
    Case(
        "searxng", "GET searx.example/search",
        {"query": QUERY, "results": [dict(entry, score=score) for entry, score in
                                     zip(reversed(entries(snippet="content")), (0.5, 3), strict=True)]},
        {"searxng_query_url": "https://searx.example/search?q=<query>", "searxng_language": "de"},
        {"q": QUERY, "format": "json", "language": "de"},
    ),
    Case(
        "brave", "GET api.search.brave.com/res/v1/web/search",
        {"type": "search", "web": {"results": entries(snippet="description")}},
        {"brave_search_api_key": KEY}, {"q": QUERY, "count": "2"}, {"X-Subscription-Token": KEY},
    ),
    Case(
        "google_pse", "GET www.googleapis.com/customsearch/v1", {"kind": "x", "items": entries(url="link")},
        {"google_pse_api_key": KEY, "google_pse_engine_id": "cx7"},
        {"key": KEY, "cx": "cx7", "q": QUERY, "num": "2", "start": "1"},
    ),
    Case(
        "tavily", "POST api.tavily.com/search", {"results": entries(snippet="content", score=0.9)},
        {"tavily_api_key": KEY}, headers=BEARER, body={"query": QUERY, "max_results": 2},
    ),
    Case("duckduckgo", "POST html.duckduckgo.com/html/", DUCKDUCKGO, body={"q": [QUERY]}),
    Case(
        "bing", "GET api.bing.microsoft.com/v7.0/search", {"webPages": {"value": entries("name")}},
        {"bing_search_v7_subscription_key": KEY}, {"q": QUERY, "count": "2"},
        {"Ocp-Apim-Subscription-Key": KEY},
    ),
    Case(
        "kagi", "GET kagi.com/api/v0/search",
        {"meta": {}, "data": [{"t": 1, "list": ["related"]}, *entries(t=0), {"t": 7, "url": "https://no.example"}]},
        {"kagi_search_api_key": KEY}, {"q": QUERY, "limit": "2"}, {"Authorization": f"Bot {KEY}"},
    ),
    Case(
        "exa", "POST api.exa.ai/search", {"results": entries(snippet="text")},
        {"exa_api_key": KEY}, headers={"x-api-key": KEY},
        body={"query": QUERY, "numResults": 2, "type": "auto", "contents": {"text": {"maxCharacters": 4000}}},
    ),
    Case(
        "jina", "POST s.jina.ai/", {"code": 200, "data": entries(snippet="description")},
        {"jina_api_key": KEY},
        headers={**BEARER, "X-Respond-With": "no-content", "Accept": "application/json"},
        body={"q": QUERY, "num": 2},
    ),
    Case(
        "serper", "POST google.serper.dev/search", {"organic": entries(url="link", position=1)},
        {"serper_api_key": KEY}, headers={"X-API-KEY": KEY}, body={"q": QUERY, "num": 2},
    ),
    Case(
        "serpapi", "GET serpapi.com/search", {"organic_results": entries(url="link")},
        {"serpapi_api_key": KEY, "serpapi_engine": "bing"},
        {"engine": "bing", "q": QUERY, "num": "2", "api_key": KEY},
    ),
    Case(
        "searchapi", "GET www.searchapi.io/api/v1/search", {"organic_results": entries(url="link")},
        {"searchapi_api_key": KEY}, {"engine": "google", "q": QUERY, "num": "2"}, BEARER,
    ),
    Case(
        "serpstack", "GET api.serpstack.com/search", {"request": {}, "organic_results": entries()},
        {"serpstack_api_key": KEY}, {"access_key": KEY, "query": QUERY, "num": "2"},
    ),
    Case(
        "serply", "GET api.serply.io/v1/search/q=blue+whales+&+krill&num=2&hl=en",
        {"results": entries(url="link", snippet="description")},
        {"serply_api_key": KEY}, headers={"X-Api-Key": KEY, "X-User-Agent": "desktop"},
    ),
    Case(
        "mojeek", "GET api.mojeek.com/search",
        {"response": {"status": "OK", "results": entries(snippet="desc")}},
        {"mojeek_search_api_key": KEY}, {"q": QUERY, "fmt": "json", "t": "2", "api_key": KEY},
    ),
    Case(
        "bocha", "POST api.bochaai.com/v1/web-search",
        {"code": 200, "data": {"webPages": {"value": entries("name", snippet="summary")}}},
        {"bocha_search_api_key": KEY}, headers=BEARER,
        body={"query": QUERY, "summary": True, "freshness": "noLimit", "count": 2},
    ),
    Case(
        "perplexity", "POST api.perplexity.ai/chat/completions",
        {"choices": [{"message": {"content": "x"}}], "citations": ["https://no.example"],
         "search_results": entries()},
        {"perplexity_api_key": KEY, "perplexity_model": "sonar-pro",
         "perplexity_search_context_usage": "low"},
        headers=BEARER,
        body={"model": "sonar-pro", "messages": [{"role": "user", "content": QUERY}], "stream": False,
              "web_search_options": {"search_context_size": "low"}},
    ),
    Case(
        "perplexity_search", "POST api.perplexity.ai/search", {"results": entries(date="2026-01-01")},
        {"perplexity_api_key": KEY}, headers=BEARER, body={"query": QUERY, "max_results": 2},
    ),
    Case(
        "yacy", "GET yacy.example:8090/yacysearch.json",
        {"channels": [{"title": "x", "items": entries(url="link", snippet="description")}]},
        {"yacy_query_url": "https://yacy.example:8090/"},
        {"query": QUERY, "contentdom": "text", "resource": "global", "maximumRecords": "2"},
    ),
    Case(
        "azure", "POST name.search.windows.net/indexes/my index/docs/search",
        {"@odata.context": "x", "value": entries(snippet="content", **{"@search.score": 1.5})},
        {"azure_ai_search_api_key": KEY, "azure_ai_search_endpoint": "https://name.search.windows.net/",
         "azure_ai_search_index_name": "my index"},
        {"api-version": "2024-07-01"}, {"api-key": KEY}, {"search": QUERY, "top": 2},
    ),
    Case(
        "ollama_cloud", "POST ollama.com/api/web_search", {"results": entries(snippet="content")},
        {"ollama_cloud_web_search_api_key": KEY}, headers=BEARER, body={"query": QUERY, "max_results": 2},
    ),
    Case(
        "sougou", "POST tms.tencentcloudapi.com/",
        {"Response": {"Query": QUERY, "Pages": [json.dumps(entry) for entry in entries(snippet="passage")]}},
        {"sougou_api_sid": "AKID", "sougou_api_sk": KEY},
        headers={"X-TC-Action": "SearchPro", "X-TC-Version": "2020-12-29"}, body={"Query": QUERY, "Cnt": 10},
    ),
    Case(
        "firecrawl", "POST api.firecrawl.dev/v2/search",
        {"success": True, "data": {"web": entries(snippet="description")}},
        {"firecrawl_api_key": KEY}, headers=BEARER, body={"query": QUERY, "limit": 2, "sources": ["web"]},
    ),
    Case(
        "external", "POST search.example/find", entries(url="link"),
        {"external_web_search_url": "https://search.example/find", "external_web_search_api_key": KEY},
        headers=BEARER, body={"query": QUERY, "count": 2},
    ),
]  # fmt: skip


BY_NAME = [pytest.param(case, id=case.engine) for case in CASES]
