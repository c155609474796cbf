"""Finds what of documents goes into a prompt, as much as there is room for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from owui_chat.domain.attachments import Attachment, Kind, Scope, shown
from owui_chat.domain.plan import Plan
from owui_chat.domain.sources import Passage, numbered, shortened, tokens_of, within
from owui_chat.ports import Documents, Told

_NAME_LENGTH = 500


class QueryWriter(Protocol):
    """Knows what to search for."""

    async def queries(
        self, model: str, messages: Sequence[Mapping[str, Any]], *, local: bool, web: bool
    ) -> list[str]:
        """Return queries, or nothing when it cannot tell."""


class FindPassages:
    """Passages that were searched for come first, since they are short and fit best; then whole texts.

    `tokens` gives how many tokens of documents a question may bring along.
    """

    def __init__(self, documents: Documents, writer: QueryWriter, tokens: Callable[[], int]) -> None:
        self._documents = documents
        self._writer = writer
        self._tokens = tokens

    async def __call__(
        self, plan: Plan, queries: list[str], collections: tuple[str, ...], texts: list[Passage], told: Told
    ) -> list[Passage]:
        """Return what goes into the prompt; raise ServiceError when documents cannot be searched.

        `queries` and `collections` come from a search of the web, `texts` are at hand already.
        """
        budget = self._tokens()
        found: list[Passage] = []
        searched, read_whole = plan.searched(collections), plan.read_whole(collections)
        if searched:
            queries = await self._queries(plan, queries, told)
            found = await self._search(queries, searched, budget)
            budget -= sum(passage.tokens for passage in found)
        if read_whole and budget > 0:
            wholes = await self._documents.find(
                queries or [plan.query], read_whole, whole=True, budget=budget
            )
            taken, budget = within(wholes, budget)
            found += taken
        found = _with_items(found, plan.attachments)
        for text in texts:
            if cut := shortened(text.text, budget):
                found.append(replace(text, text=cut, tokens=tokens_of(cut)))
                budget -= tokens_of(cut)
        if searched or read_whole or texts:
            told.status({"action": "sources_retrieved", "count": len(numbered(found)), "done": True})
        return found

    async def _search(self, queries: list[str], scope: Scope, budget: int) -> list[Passage]:
        if not queries:
            return []
        return within(await self._documents.find(queries, scope, whole=False, budget=budget), budget)[0]

    async def _queries(self, plan: Plan, queries: list[str], told: Told) -> list[str]:
        told.status({"action": "knowledge_search", "query": plan.query, "done": False})
        if queries:
            return queries
        asked = plan.asked
        written = await self._writer.queries(asked.model, asked.messages, local=plan.model.local, web=False)
        if written:
            told.status({"action": "queries_generated", "queries": written, "done": False})
            return written
        return [plan.query] if plan.query else []


def passage_of(one: Attachment) -> Passage:
    """Return the text that an attachment holds."""
    address = one.name if one.name.startswith(("http://", "https://")) else ""
    name = one.title or str(one.item.get("name") or "") or one.name or "Text"
    return Passage(
        document=one.name or str(one.item.get("id") or "") or f"{name}\n{one.text[:200]}",
        name=name[:_NAME_LENGTH],
        text=one.text,
        tokens=tokens_of(one.text),
        item=shown(one.item),
        address=address,
    )


def _with_items(passages: Sequence[Passage], attachments: Sequence[Attachment]) -> list[Passage]:
    """Return the passages with the item that each was found through: the file, the base, or what it is."""
    items = {(one.kind, one.name): shown(one.item) for one in attachments}
    result = []
    for passage in passages:
        item = items.get((Kind.FILE, passage.file_id)) or items.get((Kind.BASE, passage.base_id))
        if item is None:
            item = {"type": "file", "id": passage.file_id, "name": passage.name}
            if passage.address:
                item["url"] = passage.address
        result.append(replace(passage, item=item))
    return result
