"""Who reads a page, and how many are read at the same time."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from owui_chassis.errors import Invalid, ServiceError, Unavailable
from owui_rag.adapters.web.fetch import PageFetcher
from owui_rag.adapters.web.guard import EgressGuard
from owui_rag.adapters.web.room import Room
from owui_rag.adapters.web.vendors import VendorHttp
from owui_rag.domain.egress import EgressRefused
from owui_rag.settings_of.web import WebSettings

KEY = "k3y-that-nobody-may-see"
URL = "https://public.example/page"
READERS = {
    "firecrawl": (
        "api.firecrawl.dev/v2/scrape",
        {"firecrawl_api_key": KEY},
        {"url": URL, "formats": ["markdown"], "timeout": 20000},
        {
            "success": True,
            "data": {"markdown": "# Text", "metadata": {"title": "A <b>page</b>", "language": "en"}},
        },
    ),
    "tavily": (
        "api.tavily.com/extract",
        {"tavily_api_key": KEY, "tavily_extract_depth": "advanced"},
        {"urls": [URL], "extract_depth": "advanced", "format": "markdown", "timeout": 20.0},
        {"results": [{"url": URL, "raw_content": "# Text", "title": "A page", "language": "en"}]},
    ),
    "external": (
        "reader.example/load",
        {"external_web_loader_url": "https://reader.example/load", "external_web_loader_api_key": KEY},
        {"urls": [URL]},
        [{"page_content": "# Text", "metadata": {"title": "A page", "language": "en", "source": URL}}],
    ),
}


@pytest.fixture
async def fetching(everywhere: Any) -> AsyncIterator[Any]:
    """Make fetchers with the settings that a test gives, on an internet that is one server."""
    opened: list[Any] = []

    async def make(**values: Any) -> PageFetcher:
        known = {
            "web_fetch_allowed_networks": ("127.0.0.2/32",),
            "enable_web_loader_ssl_verification": False,
            "web_loader_timeout": "20",
        }
        settings = WebSettings(**{**known, **values})
        guard = await EgressGuard(settings, everywhere).__aenter__()
        http = await VendorHttp(settings, everywhere, tls=False).__aenter__()
        opened.extend((guard, http))
        return PageFetcher(settings, guard, http)

    yield make
    for part in opened:
        await part.__aexit__()


class TestOwnReader:
    async def test_a_page_comes_as_the_server_sent_it(self, fetching: Any, secure: Any) -> None:
        secure.says("/page", b"\xe4", Content_Type="text/html; charset=latin-1")
        page = await (await fetching()).fetch(URL)
        assert (page.url, page.body, page.content_type) == (URL, b"\xe4", "text/html; charset=latin-1")

    async def test_videos_come_as_transcripts(self, fetching: Any, secure: Any) -> None:
        with pytest.raises(ServiceError, match=r"www\.youtube\.com"):
            await (await fetching()).fetch("https://youtu.be/dQw4w9WgXcQ")
        assert secure.requests[0].path == "/watch"

    async def test_a_refused_address_needs_no_turn(self, fetching: Any, secure: Any) -> None:
        arrived, go_on = asyncio.Event(), asyncio.Event()

        async def wait(_request: web.Request) -> web.Response:
            arrived.set()
            await go_on.wait()
            return web.Response(text="x")

        secure.answers["/page"] = wait
        fetcher = await fetching(web_loader_concurrent_requests=1)
        first = asyncio.create_task(fetcher.fetch(URL))
        await arrived.wait()
        with pytest.raises(EgressRefused):
            await fetcher.fetch("http://127.0.0.1/")
        go_on.set()
        await first

    async def test_as_many_at_once_as_the_setting_says(self, fetching: Any, secure: Any) -> None:
        running = [0, 0]
        full = asyncio.Event()

        async def answer(_request: web.Request) -> web.Response:
            running[0] += 1
            running[1] = max(running)
            if running[0] == 3:
                full.set()
            await full.wait()
            running[0] -= 1
            return web.Response(text="x")

        secure.answers["/page"] = answer
        fetcher = await fetching(web_loader_concurrent_requests=3)
        pages = await asyncio.gather(*(fetcher.fetch(f"{URL}?{n}") for n in range(9)))
        assert len(pages) == 9
        assert running == [0, 3]


class TestReaders:
    @pytest.mark.parametrize("engine", READERS)
    async def test_it_is_asked_as_documented_and_understood(
        self, fetching: Any, secure: Any, engine: str
    ) -> None:
        place, settings, asked, answer = READERS[engine]
        secure.says(place, json.dumps(answer), Content_Type="application/json")
        page = await (await fetching(web_loader_engine=engine, **settings)).fetch(URL)
        assert page.body == b"# Text"
        assert page.content_type == "text/markdown; charset=utf-8"
        assert page.title == "A page"
        assert page.metadata == {"language": "en"}
        (request,) = secure.requests
        assert request.method == "POST"
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        assert json.loads(secure.bodies[0]) == asked

    @pytest.mark.parametrize("engine", READERS)
    @pytest.mark.parametrize(
        "url", ["http://127.0.0.1/", "http://inside.example/", "http://169.254.169.254/", "http://localhost/"]
    )
    async def test_it_is_not_sent_inside(
        self, fetching: Any, everywhere: Any, secure: Any, engine: str, url: str
    ) -> None:
        everywhere.add("inside.example", ["10.0.0.1"])
        everywhere.add("localhost", ["127.0.0.1"])
        with pytest.raises(EgressRefused):
            await (await fetching(web_loader_engine=engine, **READERS[engine][1])).fetch(url)
        assert secure.requests == []

    @pytest.mark.parametrize("engine", READERS)
    @pytest.mark.parametrize(
        "body", ["", "{", "7", "null", "[]", "[7]", '{"data": 7}', '{"results": [7]}', "[{}]"]
    )
    async def test_garbage_is_an_error_that_names_it(
        self, fetching: Any, secure: Any, engine: str, body: str
    ) -> None:
        secure.says(READERS[engine][0], body)
        with pytest.raises(ServiceError, match=r"(?i)firecrawl|tavily|page reader") as raised:
            await (await fetching(web_loader_engine=engine, **READERS[engine][1])).fetch(URL)
        assert raised.value.reason in {"web_garbage", "page_empty"}

    @pytest.mark.parametrize("engine", READERS)
    async def test_a_refused_key_is_named_and_not_shown(
        self, fetching: Any, secure: Any, engine: str
    ) -> None:
        secure.says(READERS[engine][0], KEY, 401)
        with pytest.raises(Unavailable, match="_KEY") as raised:
            await (await fetching(web_loader_engine=engine, **READERS[engine][1])).fetch(URL)
        assert KEY not in raised.value.message

    @pytest.mark.parametrize(
        ("engine", "needed"),
        [
            ("tavily", "TAVILY_API_KEY"),
            ("external", "EXTERNAL_WEB_LOADER_URL"),
            ("playwright", "PLAYWRIGHT_WS_URL"),
            ("lynx", "WEB_LOADER_ENGINE"),
        ],
    )
    async def test_what_is_not_configured_is_said(self, fetching: Any, engine: str, needed: str) -> None:
        with pytest.raises(Invalid, match=needed):
            await (await fetching(web_loader_engine=engine)).fetch(URL)


class TestRoom:
    async def test_one_that_gives_up_leaves_its_turn_to_the_next(self) -> None:
        room = Room(lambda: 1)
        entered: list[str] = []

        async def visit(name: str) -> None:
            async with room.enter():
                entered.append(name)

        async with room.enter():
            tasks = [asyncio.create_task(visit(name)) for name in "abc"]
            await asyncio.sleep(0)
            tasks[0].cancel()
        # The turn that was just given to "b" is given up before "b" runs.
        tasks[1].cancel()
        await asyncio.wait(tasks)
        assert entered == ["c"]

    async def test_a_larger_setting_lets_all_in(self) -> None:
        capacity = [1]
        room = Room(lambda: capacity[0])
        inside = 0
        all_in = asyncio.Event()

        async def visit() -> None:
            nonlocal inside
            async with room.enter():
                inside += 1
                if inside == 3:
                    all_in.set()
                await all_in.wait()

        async with room.enter():
            tasks = [asyncio.create_task(visit()) for _ in range(3)]
            await asyncio.sleep(0)
            capacity[0] = 3
        await asyncio.gather(*tasks)
        assert inside == 3

    async def test_a_setting_of_nought_still_lets_one_in(self) -> None:
        async with Room(lambda: 0).enter():
            pass
