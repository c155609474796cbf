"""Fetches pages, searches the web, and makes findable what was fetched."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from owui_chassis.access_control import Caller
from owui_chassis.errors import Invalid, ServiceError

from owui_rag.domain.documents import Unreadable
from owui_rag.domain.quotas import Quota
from owui_rag.domain.web_pages import FetchedPage, WebResult
from owui_rag.ports import Extractor, WebPages, WebSearches
from owui_rag.usecases.process import Process
from owui_rag.usecases.receive_file import Announced, ReceiveFile

MAXIMUM_QUERIES = 8
# The length that names of collections have in the public interface.
_NAME_LENGTH = 63


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that was fetched, with its text; `collection` is empty when it was not made findable."""

    url: str
    title: str
    text: str
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search engine says, and the pages that could be fetched."""

    results: list[WebResult]
    pages: list[Fetched]
    collection: str = ""


class ReadWeb:
    """`values` has the attributes of WebSettings, as they are at the moment."""

    def __init__(
        self,
        pages: WebPages,
        searches: WebSearches,
        *,
        extractor: Callable[[], Extractor],
        receive: ReceiveFile,
        process: Process,
        values: Any,
    ) -> None:
        self._pages = pages
        self._searches = searches
        self._extractor = extractor
        self._receive = receive
        self._process = process
        self._values = values

    async def text(self, url: str) -> Fetched:
        """Fetch a page and return its text; raise Invalid, Exhausted or Unavailable."""
        return await self._read(await self._pages.fetch(url))

    async def page(
        self, caller: Caller, quota: Quota, url: str, collection: str | None, seconds: float
    ) -> Fetched:
        """Fetch a page and make it findable; raise as `text` does."""
        name = collection or hashlib.sha256(url.encode()).hexdigest()[:_NAME_LENGTH]
        return await self._keep(caller, quota, await self._pages.fetch(url), name, seconds)

    async def search(self, caller: Caller, quota: Quota, queries: Sequence[str], seconds: float) -> Found:
        """Search, fetch what was found, and make it findable unless the settings say otherwise.

        Pages that cannot be fetched or read are left out. Raises Invalid when searching is switched off.
        """
        if not self._values.enable_web_search:
            raise Invalid("Searching the web is switched off", "web_search_disabled")
        if not 1 <= len(queries) <= MAXIMUM_QUERIES:
            raise Invalid(f"Ask 1 to {MAXIMUM_QUERIES} questions", "bad_queries")
        results = await self._searches.search_all(queries)
        if self._values.bypass_web_search_web_loader:
            return Found(results, [Fetched(each.url, each.title, each.snippet) for each in results])
        keep = not self._values.bypass_web_search_embedding_and_retrieval
        digest = hashlib.sha256("\n".join(queries).encode()).hexdigest()
        name = f"web-search-{digest}"[:_NAME_LENGTH] if keep else ""

        async def one(result: WebResult) -> Fetched | None:
            try:
                page = await self._pages.fetch(result.url)
                return await (self._keep(caller, quota, page, name, seconds) if keep else self._read(page))
            except ServiceError:
                return None

        pages = await asyncio.gather(*(one(result) for result in results))
        return Found(results, [page for page in pages if page is not None], name)

    async def _keep(
        self, caller: Caller, quota: Quota, page: FetchedPage, collection: str, seconds: float
    ) -> Fetched:
        title = page.name
        announced = Announced(
            # Nothing of a title is a folder.
            name=title.replace("/", "-").replace("\\", "-"),
            content_type=page.content_type,
            size=len(page.body),
            fetched=True,
        )
        said = msgspec.json.encode({"source": page.url, "title": title, **page.metadata})
        row = await self._receive.run(caller, quota, announced, _parts(page.body), metadata=lambda: said)
        text = await self._process.fetched(caller, row, collection, seconds)
        return Fetched(page.url, title, text, collection)

    async def _read(self, page: FetchedPage) -> Fetched:
        with tempfile.TemporaryDirectory(prefix="owui-page-") as folder:
            path = Path(folder) / "page"
            await asyncio.to_thread(path.write_bytes, page.body)
            try:
                name = "page.html" if page.is_html else urlsplit(page.url).path
                document = await self._extractor().extract(path, name, page.content_type)
            except Unreadable as error:
                raise Invalid(error.message, "page_unreadable") from None
        return Fetched(page.url, page.title or document.title, document.text)


async def _parts(body: bytes) -> AsyncIterator[bytes]:
    yield body
