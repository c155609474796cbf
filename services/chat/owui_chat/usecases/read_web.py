"""Searches the web for a question and reads the pages that it names; what fails is told and left out."""

import asyncio
from dataclasses import replace

from owui_chassis.errors import ServiceError

from owui_chat.domain.attachments import Attachment, Kind
from owui_chat.domain.plan import Plan
from owui_chat.domain.sources import Passage
from owui_chat.ports import Documents, Told, WebFindings
from owui_chat.usecases.find_passages import QueryWriter, passage_of


class ReadWeb:
    """Raises only when nobody is there to ask."""

    def __init__(self, documents: Documents, writer: QueryWriter) -> None:
        self._documents = documents
        self._writer = writer

    async def search(self, plan: Plan, told: Told) -> tuple[list[str], WebFindings]:
        """Return what was searched for and what was found; nothing when no search is wanted."""
        asked = plan.asked
        if not asked.web_search:
            return [], WebFindings()
        told.status({"action": "web_search", "description": "Searching the web", "done": False})
        written = await self._writer.queries(asked.model, asked.messages, local=plan.model.local, web=True)
        queries = written or ([plan.query] if plan.query else [])
        if not queries:
            told.status(
                {"action": "web_search", "description": "There is nothing to search for", "done": True}
            )
            return [], WebFindings()
        told.status({"action": "web_search_queries_generated", "queries": queries, "done": False})
        try:
            found = await self._documents.search_web(queries)
        except ServiceError as error:
            _raise_if_away(error)
            status = {"action": "web_search", "description": error.message, "done": True, "error": True}
            told.status(status)
            return [], WebFindings()
        count = len(found.urls) or len(found.pages)
        status = {"action": "web_search", "description": f"Searched {count} sites", "done": True}
        told.status({**status, "urls": list(found.urls), "items": list(found.items)})
        return queries, found

    async def read_pages(self, plan: Plan, told: Told) -> list[Passage]:
        """Return the texts of the pages that the request names."""
        pages = [one for one in plan.asked.attachments if one.kind is Kind.URL]
        found = await asyncio.gather(*(self._read(page, told) for page in pages))
        return [page for page in found if page is not None]

    async def _read(self, page: Attachment, told: Told) -> Passage | None:
        try:
            text = await self._documents.page(page.name)
        except ServiceError as error:
            _raise_if_away(error)
            told.status({"description": f"{page.name}: {error.message}", "done": True, "error": True})
            return None
        return passage_of(replace(page, text=text)) if text.strip() else None


def _raise_if_away(error: ServiceError) -> None:
    if error.reason == "unreachable":
        raise error
