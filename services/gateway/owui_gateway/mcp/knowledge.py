"""What the tools do: calls to rag in the name of the caller, and the text that agents read."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from owui.rag.v1 import file_service_pb2 as file_pb
from owui.rag.v1 import knowledge_service_pb2 as knowledge_pb
from owui.rag.v1 import retrieval_service_pb2 as retrieval_pb
from owui_chassis.errors import Invalid

from owui_gateway.mcp.rag import KnowledgeStubs
from owui_gateway.mcp.tools import (
    FoundPassage,
    KnowledgeBase,
    ListArguments,
    ListResult,
    ReadArguments,
    ReadResult,
    SearchArguments,
    SearchResult,
)

MAXIMUM_BASES = 300
Outcome = tuple[str, msgspec.Struct]


class KnowledgeTools:
    """The tools by name; each returns a text and the same as data, or raises ServiceError."""

    def __init__(self, rag: KnowledgeStubs) -> None:
        self._rag = rag
        self._tools: dict[str, tuple[type, Callable[[Any], Awaitable[Outcome]]]] = {
            "search_knowledge": (SearchArguments, self.search_knowledge),
            "list_knowledge": (ListArguments, self.list_knowledge),
            "read_file": (ReadArguments, self.read_file),
        }

    def has(self, name: str) -> bool:
        """Whether there is a tool of this name."""
        return name in self._tools

    async def call(self, name: str, arguments: object) -> Outcome:
        """Call a tool; raise Invalid for arguments that it does not take."""
        kind, tool = self._tools[name]
        try:
            given: Any = msgspec.convert(arguments, kind)
        except msgspec.ValidationError as error:
            raise Invalid(f"The arguments do not fit: {error}", "invalid_arguments") from None
        return await tool(given)

    async def search_knowledge(self, given: SearchArguments) -> Outcome:
        """Find passages in the bases that are named, or in all that the caller may read."""
        bases = given.knowledge_ids
        if bases is None:
            bases = [base.id for base in (await self._bases()).knowledge]
        if not bases:
            return "There is no knowledge base that you may read.", SearchResult([], False)
        request = retrieval_pb.RetrieveRequest(queries=[given.query], knowledge_ids=bases, k=given.k)
        answer = await self._rag.retrieval.Retrieve(request)
        passages = [_passage(passage) for passage in answer.passages]
        text = "\n\n".join(_shown(number, passage) for number, passage in enumerate(passages, 1))
        return text or "No passage was found.", SearchResult(passages, answer.shortened)

    async def list_knowledge(self, _given: ListArguments) -> Outcome:
        """List the bases that the caller may read."""
        found = await self._bases()
        lines = [f"{base.id}: {base.name} – {base.description}".rstrip(" –") for base in found.knowledge]
        return "\n".join(lines) or "There is no knowledge base that you may read.", found

    async def read_file(self, given: ReadArguments) -> Outcome:
        """Read a part of the text of a file."""
        content = (await self._rag.files.GetFileText(file_pb.GetFileTextRequest(id=given.file_id))).content
        part = content[given.start : given.start + given.length]
        start = min(given.start, len(content))
        return part or "There is no text at this position.", ReadResult(
            given.file_id, part, start, start + len(part), len(content)
        )

    async def _bases(self) -> ListResult:
        found: dict[str, KnowledgeBase] = {}
        for page in range(1, MAXIMUM_BASES + 1):
            answer = await self._rag.knowledge.ListKnowledge(knowledge_pb.ListKnowledgeRequest(page=page))
            for item in answer.items:
                found[item.id] = KnowledgeBase(item.id, item.name, item.description)
            if not answer.items or len(found) >= min(answer.total, MAXIMUM_BASES):
                break
        return ListResult(list(found.values())[:MAXIMUM_BASES], answer.total)


def _passage(passage: retrieval_pb.Passage) -> FoundPassage:
    return FoundPassage(
        file_id=passage.file_id,
        name=passage.name,
        knowledge_id=passage.knowledge_id,
        page=passage.page if passage.HasField("page") else None,
        start=passage.start,
        end=passage.end,
        headings=list(passage.headings),
        text=passage.text,
        score=passage.score,
        source=passage.source,
    )


def _shown(number: int, passage: FoundPassage) -> str:
    """Return a passage as agents read it: where it is from, then what it says."""
    place = [passage.name]
    if passage.page is not None:
        place.append(f"page {passage.page}")
    if passage.headings:
        place.append(" > ".join(passage.headings))
    place.append(f"file {passage.file_id}, characters {passage.start}-{passage.end}")
    return f"[{number}] {'; '.join(place)}\n{passage.text}"
