"""Answers that rest on a search of the web: what was found is read, cited, and never from this network."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from aiohttp import web

from .clients.people import Person
from .world import PUBLIC_ADDRESS, World

QUESTION = "When does the ferry to Farholm leave?"
FERRY = "The ferry to Farholm leaves at seven in the morning from pier nine."
SECRET = "The vault of this network opens with 4711."
SEARCH = {"features": {"web_search": True}}


@dataclass
class Web:
    """A search engine and a page that may be read, and a neighbour in the network that may not."""

    page: str = ""
    private: str = ""
    hits: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    visitors: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Be as at the beginning: the page, the neighbour, and a page that leads to him."""
        self.asked, self.visitors = [], []
        self.hits = [
            {"url": url, "title": title, "content": "a few words", "score": score}
            for score, (url, title) in enumerate(
                [(self.private, "Vault"), (f"{self.page}detour", "Detour"), (f"{self.page}ferry", "Ferries")]
            )
        ]

    async def search(self, request: web.Request) -> web.Response:
        """Answer like SearXNG."""
        self.asked.append(request.query["q"])
        return web.json_response({"results": self.hits})

    async def ferry(self, _: web.Request) -> web.Response:
        """The page that answers."""
        text = f"<html><head><title>Ferries</title></head><body><p>{FERRY}</p></body></html>"
        return web.Response(text=text, content_type="text/html")

    async def detour(self, _: web.Request) -> web.Response:
        """A page that leads into the network."""
        raise web.HTTPFound(self.private)

    async def vault(self, request: web.Request) -> web.Response:
        """What nobody may read from outside."""
        self.visitors.append(request.path)
        return web.Response(text=SECRET)


async def listen(stack: AsyncExitStack, address: str, **routes: Any) -> str:
    """Serve these paths on a free port; return the address."""
    application = web.Application()
    for name, answer in routes.items():
        application.router.add_get(f"/{name}", answer)
    runner = web.AppRunner(application)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, address, 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}/"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def whole_web() -> AsyncIterator[Web]:
    """One for all tests."""
    async with AsyncExitStack() as stack:
        served = Web()
        served.private = await listen(stack, "127.0.0.1", vault=served.vault, search=served.search) + "vault"
        served.page = await listen(stack, PUBLIC_ADDRESS, ferry=served.ferry, detour=served.detour)
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def searched(platform: World, whole_web: Web) -> AsyncIterator[Web]:
    """The web as it can be searched, for the time of a test."""
    whole_web.forget()
    engine = whole_web.private.replace("vault", "search")
    settings = {"WEB_SEARCH_ENGINE": "searxng", "SEARXNG_QUERY_URL": engine, "WEB_SEARCH_RESULT_COUNT": 3}
    change = "/api/v1/retrieval/config/update"
    await platform.admin.rest.send(change, {"web": {"ENABLE_WEB_SEARCH": True, **settings}})
    yield whole_web
    await platform.admin.rest.send(change, {"web": {"ENABLE_WEB_SEARCH": False}})


def question(**more: Any) -> dict[str, Any]:
    """The body of a completion."""
    return {"model": "fake-model", "messages": [{"role": "user", "content": QUESTION}], **more}


def check(platform: World, searched: Web, sources: list[dict[str, Any]]) -> None:
    """The page that may be read is the one source, in the answer and in the prompt; nothing else was read."""
    [source] = sources
    assert source["document"] == [FERRY]
    assert source["metadata"][0]["source"] == f"{searched.page}ferry"
    prompts = [request.json["messages"][-1]["content"] for request in platform.provider.completions]
    assert any('<source id="1"' in prompt and FERRY in prompt for prompt in prompts)
    assert not any("4711" in prompt for prompt in prompts)
    assert searched.asked == [QUESTION]
    assert searched.visitors == []


class TestSearch:
    async def test_gives_a_response_its_sources(self, platform: World, ada: Person, searched: Web) -> None:
        answer = await ada.rest.send("/api/chat/completions", question(**SEARCH))
        assert answer["choices"][0]["message"]["content"] == platform.provider.default.text
        check(platform, searched, answer["sources"])

    async def test_shows_its_steps_in_a_conversation(
        self, platform: World, ada: Person, searched: Web
    ) -> None:
        async with ada.socket() as socket:
            conversation = await ada.converse(question=QUESTION)
            more = question(**SEARCH)
            task = await socket.ended(await ada.ask(conversation, socket.sid, more.pop("model"), **more))
        assert task.faults == []
        stored = await ada.message(conversation)
        check(platform, searched, stored["sources"])
        steps = task.of_type("status")
        assert stored["statusHistory"] == steps
        assert [step["action"] for step in steps[:2]] == ["web_search", "web_search_queries_generated"]
        [found] = [step for step in steps if "urls" in step]
        assert found["urls"] == [f"{searched.page}ferry"]
        assert {item["title"] for item in found["items"]} == {"Vault", "Detour", "Ferries"}
        assert steps[-1]["action"] == "sources_retrieved"

    async def test_that_finds_only_what_may_not_be_read_has_no_sources(
        self, platform: World, ada: Person, searched: Web
    ) -> None:
        searched.hits = [hit for hit in searched.hits if hit["title"] != "Ferries"]
        answer = await ada.rest.send("/api/chat/completions", question(**SEARCH))
        assert "sources" not in answer
        assert answer["choices"][0]["message"]["content"] == platform.provider.default.text
        assert searched.visitors == []

    async def test_by_the_route_tells_the_collection(self, ada: Person, searched: Web) -> None:
        found = await ada.rest.send("/api/v1/retrieval/process/web/search", {"queries": [QUESTION]})
        assert (found["status"], found["loaded_count"]) == (True, 1)
        assert found["filenames"] == [f"{searched.page}ferry"]
        asked = {"collection_names": found["collection_names"], "query": QUESTION}
        answer = await ada.rest.send("/api/v1/retrieval/query/collection", asked)
        assert answer["documents"] == [[FERRY]]
        assert searched.visitors == []

    async def test_is_refused_where_it_is_switched_off(self, platform: World, ada: Person) -> None:
        refused = await ada.rest.post("/api/chat/completions", question(**SEARCH))
        assert (refused.status, refused.detail) == (400, "Searching the web is switched off")
        assert not platform.provider.completions


class TestPage:
    async def test_that_a_question_names_is_a_source(
        self, platform: World, ada: Person, searched: Web
    ) -> None:
        item = {"type": "url", "url": f"{searched.page}ferry"}
        answer = await ada.rest.send("/api/chat/completions", question(files=[item]))
        assert answer["sources"][0]["document"] == [FERRY]

    async def test_of_this_network_is_told_and_left_out(
        self, platform: World, ada: Person, searched: Web
    ) -> None:
        items = [{"type": "url", "url": url} for url in (searched.private, f"{searched.page}detour")]
        async with ada.socket() as socket:
            conversation = await ada.converse(question=QUESTION)
            more = question(files=items)
            task = await socket.ended(await ada.ask(conversation, socket.sid, more.pop("model"), **more))
        assert [step["description"].split(": ")[0] for step in task.of_type("status") if step.get("error")]
        assert "sources" not in await ada.message(conversation)
        assert searched.visitors == []
        assert not any(b"4711" in request.body for request in platform.provider.completions)

    async def test_may_be_asked_for_by_many_at_once(self, ada: Person, bob: Person, searched: Web) -> None:
        form = {"url": f"{searched.page}ferry"}
        answers = await asyncio.gather(
            *(who.rest.send("/api/v1/retrieval/process/web", form) for who in (ada, bob) * 4)
        )
        assert {answer["file"]["data"]["content"] for answer in answers} == {FERRY}
