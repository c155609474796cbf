"""What becomes of the results of an engine."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from owui_chassis.errors import Invalid, Unavailable
from owui_rag.adapters.web.search import WebSearch
from owui_rag.adapters.web.vendors import VendorHttp
from owui_rag.settings_of.web import WebSettings

VALUES = {"web_search_engine": "external", "external_web_search_url": "https://search.example/"}


@pytest.fixture
async def http(everywhere: Any) -> AsyncIterator[VendorHttp]:
    """Requests that all end at the one server."""
    async with VendorHttp(WebSettings(), everywhere, tls=False) as opened:
        yield opened


def finding(site: Any, *urls: str, **texts: str) -> None:
    """Let the engine find these addresses, whatever it is asked."""
    entries = [{"link": url, "title": "t", "snippet": "s", **texts} for url in urls]
    site.says("/", json.dumps(entries), Content_Type="application/json")


def searching(http: VendorHttp, **values: Any) -> WebSearch:
    return WebSearch(WebSettings(**{**VALUES, **values}), http)


class TestSearch:
    async def test_as_many_results_as_the_setting_says(self, http: VendorHttp, secure: Any) -> None:
        finding(secure, *(f"https://x.example/{n}" for n in range(100)))
        assert len(await searching(http).search("q")) == 3
        assert len(await searching(http, web_search_result_count=7).search("q")) == 7
        assert len(await searching(http).search("q", 5)) == 5
        assert len(await searching(http).search("q", 1000)) == 50
        asked = [json.loads(body)["count"] for body in secure.bodies]
        assert asked == [3, 7, 5, 50]

    async def test_an_address_comes_once(self, http: VendorHttp, secure: Any) -> None:
        finding(
            secure,
            "https://x.example/a",
            "http://X.example/a#part",
            "https://x.example/a/",
            "https://x.example/b",
        )
        found = await searching(http, web_search_result_count=9).search("q")
        assert [entry.url for entry in found] == ["https://x.example/a", "https://x.example/b"]

    async def test_only_addresses_of_pages_are_results(self, http: VendorHttp, secure: Any) -> None:
        finding(
            secure,
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://u:p@x.example/",
            "x",
            "data:text/html,x",
            "",
            "https://x.example/",
        )
        found = await searching(http, web_search_result_count=9).search("q")
        assert [entry.url for entry in found] == ["https://x.example/"]

    async def test_domains_are_filtered(self, http: VendorHttp, secure: Any) -> None:
        finding(secure, "https://a.example/", "https://www.b.example/", "https://c.example/")
        refusing = searching(http, web_search_domain_filter_list=("!b.example",))
        assert [entry.url for entry in await refusing.search("q")] == [
            "https://a.example/",
            "https://c.example/",
        ]
        choosing = searching(http, web_search_domain_filter_list=("b.example",))
        assert [entry.url for entry in await choosing.search("q")] == ["https://www.b.example/"]

    async def test_texts_are_plain_and_bounded(self, http: VendorHttp, secure: Any) -> None:
        finding(
            secure,
            "https://x.example/",
            title="<b>Fish</b> &amp;\n chips <script>",
            snippet="a < b and <strong>c</strong> > d " + "x" * 50_000,
        )
        (found,) = await searching(http).search("q")
        assert found.title == "Fish & chips"
        assert found.snippet.startswith("a < b and c > d xxx")
        assert len(found.snippet) == 4000

    @pytest.mark.parametrize("query", ["", "  ", "\n"])
    async def test_an_empty_query_is_refused(self, http: VendorHttp, secure: Any, query: str) -> None:
        with pytest.raises(Invalid, match="nothing to search"):
            await searching(http).search(query)
        assert secure.requests == []

    @pytest.mark.parametrize("engine", ["", "altavista", "../search", "os"])
    async def test_an_engine_that_is_not_there_is_named(self, http: VendorHttp, engine: str) -> None:
        with pytest.raises(Invalid, match="WEB_SEARCH_ENGINE"):
            await searching(http, web_search_engine=engine).search("q")


class TestSearchAll:
    async def test_queries_share_their_results(self, http: VendorHttp, secure: Any) -> None:
        async def answer(request: web.Request) -> web.Response:
            query = (await request.json())["query"]
            return web.json_response(
                [{"link": "https://same.example/"}, {"link": f"https://{query}.example/"}]
            )

        secure.answers["/"] = answer
        found = await searching(http).search_all(["a", "b", "a"])
        assert [entry.url for entry in found] == [
            "https://same.example/",
            "https://a.example/",
            "https://b.example/",
        ]
        assert len(secure.requests) == 2

    async def test_one_failure_does_not_spoil_the_others(self, http: VendorHttp, secure: Any) -> None:
        async def answer(request: web.Request) -> web.Response:
            query = (await request.json())["query"]
            return web.json_response([{"link": "https://x.example/"}], status=500 if query == "bad" else 200)

        secure.answers["/"] = answer
        assert len(await searching(http).search_all(["bad", "good"])) == 1
        with pytest.raises(Unavailable, match="external search"):
            await searching(http).search_all(["bad"])
        assert await searching(http).search_all([]) == []

    @pytest.mark.parametrize(("limit", "expected"), [(2, 2), (0, 6)])
    async def test_as_many_at_once_as_the_setting_says(
        self, http: VendorHttp, secure: Any, limit: int, expected: int
    ) -> None:
        running: list[int] = [0, 0]
        full = asyncio.Event()

        async def answer(_request: web.Request) -> web.Response:
            running[0] += 1
            running[1] = max(running)
            if running[0] == expected:
                full.set()
            await full.wait()
            running[0] -= 1
            return web.json_response([])

        secure.answers["/"] = answer
        await searching(http, web_search_concurrent_requests=limit).search_all([str(n) for n in range(6)])
        assert running[1] == expected
