"""Gathers what an answer rests on: named documents, the model's knowledge, pages, chats, notes, the web."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from owui_chassis.errors import Forbidden, Invalid, NotFound
from owui_chassis.identity import Principal

from owui_chat.domain.attachments import Attachment, Kind, Scope, names_of
from owui_chat.domain.completion_request import Asked
from owui_chat.domain.grounding_prompt import context_of, grounded
from owui_chat.domain.plan import Plan
from owui_chat.domain.sources import Passage, numbered, public
from owui_chat.domain.texts import NOT_FOUND
from owui_chat.ports import Catalogue, Documents, Told
from owui_chat.usecases.attached import Attached
from owui_chat.usecases.await_files import AwaitFiles
from owui_chat.usecases.find_passages import FindPassages, passage_of
from owui_chat.usecases.read_web import ReadWeb


@dataclass(frozen=True, slots=True)
class Grounded:
    """A conversation with its sources in it, and the sources as the public interface shows them."""

    messages: list[dict[str, Any]]
    sources: list[dict[str, Any]]


class Ground:
    """First finds out whether everything may be had, which is quick, then gathers it, which may take long."""

    def __init__(
        self,
        documents: Documents,
        catalogue: Catalogue,
        attached: Attached,
        *,
        awaited: AwaitFiles,
        find: FindPassages,
        web: ReadWeb,
    ) -> None:
        self._documents = documents
        self._catalogue = catalogue
        self._attached = attached
        self._await_files = awaited
        self._find = find
        self._web = web

    async def plan(self, principal: Principal, asked: Asked) -> Plan:
        """Find out what is asked for and whether the caller may have it.

        Raises NotFound for a model, file, base, chat, note or folder that does not exist for the caller,
        Forbidden or Invalid for a search of the web that is not to be had, Unavailable when that cannot be
        found out.
        What came with earlier questions and has gone since is no reason to refuse this one.
        """
        if asked.web_search and not principal.may("features.web_search"):
            raise Forbidden("You do not have permission to search the web", "web_search_forbidden")
        asked = await self._attached.unfolded(principal, asked)
        model, texts = await asyncio.gather(
            self._catalogue.facts(asked.model), self._attached.texts(principal, asked)
        )
        checked = await self._documents.check(Scope(names_of(asked.attachments), model.loans()))
        if not asked.earlier.issuperset(checked.missing):
            raise NotFound(NOT_FOUND, "attachment_not_found")
        if asked.web_search and not checked.web_search:
            raise Invalid("Searching the web is switched off", "web_search_disabled")
        return Plan(asked, model, checked, texts)

    async def gather(self, plan: Plan, told: Told) -> Grounded:
        """Gather the sources and put them into the conversation; raise Unavailable when that is impossible.

        Files that cannot be read, pages that cannot be fetched and searches of the web that fail are told
        and left out.
        """
        plan = await self._await_files(plan, told)
        for one in plan.asked.attachments:
            if one.kind is Kind.UNKNOWN:
                told.status(_cannot_read(one))
            elif one.name in plan.checked.missing:
                told.status(_is_gone(one))
        queries, findings = await self._web.search(plan, told)
        pages = await self._web.read_pages(plan, told)
        texts = [*plan.texts, *_inline(plan.asked.attachments), *findings.pages, *pages]
        passages = await self._find(plan, queries, findings.collections, texts, told)
        sources = numbered(passages)
        if not sources:
            return Grounded(list(plan.asked.messages), [])
        shown = public(sources)
        told.sources(shown)
        return Grounded(grounded(plan.asked.messages, plan.checked.template, context_of(sources)), shown)


def _inline(attachments: Sequence[Attachment]) -> list[Passage]:
    return [passage_of(one) for one in attachments if one.kind is Kind.TEXT and one.text.strip()]


def _cannot_read(one: Attachment) -> dict[str, Any]:
    description = f"What is attached cannot be read here ({one.name or 'no type'})"
    return {"description": description, "done": True, "error": True}


def _is_gone(one: Attachment) -> dict[str, Any]:
    name = str(one.item.get("name") or "What was attached earlier")[:200]
    return {"description": f"{name} is not there any more", "done": True, "error": True}
