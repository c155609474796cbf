"""Turn an address into a page: by this service itself or by the reader that the settings name."""

from typing import Any

from owui_chassis.errors import Invalid

from owui_rag.adapters.web.guard import EgressGuard
from owui_rag.adapters.web.loaders import external, firecrawl, playwright, tavily
from owui_rag.adapters.web.room import Room
from owui_rag.adapters.web.vendors import VendorHttp
from owui_rag.adapters.web.youtube.addresses import video_of
from owui_rag.adapters.web.youtube.transcripts import Transcripts
from owui_rag.domain.web_pages import FetchedPage

_SERVICES = {"firecrawl": firecrawl.load, "tavily": tavily.load, "external": external.load}
_MAXIMUM_AT_ONCE = 50


class PageFetcher:
    """Fetches pages, a bounded number at the same time."""

    def __init__(self, values: Any, guard: EgressGuard, http: VendorHttp) -> None:
        self._values = values
        self._guard = guard
        self._http = http
        self._transcripts = Transcripts(values, guard)
        self._room = Room(lambda: min(values.web_loader_concurrent_requests, _MAXIMUM_AT_ONCE))

    async def fetch(self, url: str) -> FetchedPage:
        """Return a page, or the transcript of a YouTube video.

        Raises EgressRefused (an Invalid) for an address that must not be fetched, NotFound, Invalid for what
        cannot be read, Exhausted or Unavailable for what may work later.
        """
        # Refusals need no turn.
        self._guard.read(url)
        async with self._room.enter():
            if video := video_of(url):
                return await self._transcripts.fetch(video)
            return await self._load(url)

    async def _load(self, url: str) -> FetchedPage:
        engine = self._values.web_loader_engine
        if engine in {"", "safe_web", "requests"}:
            answer = await self._guard.fetch(url)
            return FetchedPage(answer.url, answer.content_type, answer.body)
        # A reader inside the network would fetch what its callers may not see.
        target = await self._guard.check(url)
        if engine == "playwright":
            return await playwright.load(self._values, self._guard, target.url)
        if engine not in _SERVICES:
            raise Invalid(
                f"There is no page reader {engine[:40]}; set WEB_LOADER_ENGINE in the admin settings.",
                "web_not_configured",
            )
        return await _SERVICES[engine](self._values, self._http, target.url, self._guard.total_seconds)
