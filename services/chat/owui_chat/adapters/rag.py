"""Documents and the web, through rag, in the name of the caller of the current call."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui.rag.v1.retrieval_service_pb2_grpc import RetrievalServiceStub
from owui_chassis.grpc.channel import Channel

from owui_chat.domain.attachments import Loan, Scope
from owui_chat.domain.plan import Checked, UnreadFile
from owui_chat.domain.sources import Passage, tokens_of
from owui_chat.ports import WebFindings

_CHECK_SECONDS = 5.0
_SEARCH_SECONDS = 30.0
_WEB_SECONDS = 60.0


class RagDocuments:
    """Raises the ServiceErrors of rag; Unavailable when it is away."""

    def __init__(self, channel: Channel) -> None:
        self._stub = RetrievalServiceStub(channel)

    async def check(self, scope: Scope) -> Checked:
        """Return what of this does not exist for the caller or is unread, and what the settings say."""
        request = pb.CheckScopeRequest(
            knowledge_ids=scope.names.bases,
            file_ids=scope.names.files,
            collections=scope.names.collections,
            loans=[_loan(loan) for loan in scope.loans],
        )
        found = await self._stub.CheckScope(request, timeout=_CHECK_SECONDS)
        return Checked(
            missing=tuple(found.missing),
            template=found.template,
            full_context=found.full_context,
            web_search=found.web_search,
            reading=tuple(map(_unread, found.reading)),
            failed=tuple(map(_unread, found.failed)),
        )

    async def find(self, queries: Sequence[str], scope: Scope, *, whole: bool, budget: int) -> list[Passage]:
        """Return the passages that answer the queries best, or whole texts, in at most so many tokens."""
        request = pb.RetrieveRequest(
            queries=queries,
            knowledge_ids=scope.names.bases,
            file_ids=scope.names.files,
            collections=scope.names.collections,
            token_budget=budget,
            # When absent the setting counts, which may want whole texts too.
            full_context=True if whole else None,
            loans=[_loan(loan) for loan in scope.loans],
        )
        found = await self._stub.Retrieve(request, timeout=_SEARCH_SECONDS)
        return [_passage(passage) for passage in found.passages]

    async def page(self, url: str) -> str:
        """Fetch a page and return its text."""
        request = pb.ProcessWebRequest(process=False, form=pb.WebForm(url=url))
        return _storable((await self._stub.ProcessWeb(request, timeout=_WEB_SECONDS)).content)

    async def search_web(self, queries: Sequence[str]) -> WebFindings:
        """Search the web; what was found is in a collection, or in whole pages."""
        request = pb.ProcessWebSearchRequest(queries=queries)
        found = await self._stub.ProcessWebSearch(request, timeout=_WEB_SECONDS)
        return WebFindings(
            collections=tuple(found.collection_names),
            pages=tuple(_page(document) for document in found.docs),
            urls=tuple(map(_storable, found.filenames)),
            items=tuple(
                {"link": _storable(item.link), "title": _storable(item.title or item.link)}
                for item in found.items
            ),
        )


def _unread(file: pb.UnreadFile) -> UnreadFile:
    return UnreadFile(file.id, file.name, file.error, lent=file.lent)


def _loan(loan: Loan) -> pb.Loan:
    names = loan.names
    return pb.Loan(
        user_id=loan.lender_id,
        knowledge_ids=names.bases,
        file_ids=names.files,
        collections=names.collections,
    )


def _passage(found: pb.Passage) -> Passage:
    return Passage(
        document=found.file_id,
        name=found.name,
        text=found.text,
        tokens=found.tokens or tokens_of(found.text),
        file_id=found.file_id,
        base_id=found.knowledge_id,
        address=found.source,
        page=found.page if found.HasField("page") else None,
        start=found.start,
        end=found.end,
        headings=tuple(found.headings),
        score=found.score,
        facts=_facts(found),
    )


def _facts(found: pb.Passage) -> dict[str, Any]:
    facts = {"hash": found.hash, "created_by": found.user_id}
    return {name: value for name, value in facts.items() if value}


def _page(document: pb.WebSearchDocument) -> Passage:
    said: Mapping[str, Any] = msgspec.json.decode(document.metadata or b"{}")
    address, title = _storable(str(said.get("source") or "")), _storable(str(said.get("title") or ""))
    text = _storable(document.content)
    return Passage(
        document=address or text[:200],
        name=title or address,
        text=text,
        tokens=tokens_of(text),
        item={"type": "web_search", "name": title or address, "url": address},
        address=address,
    )


def _storable(text: str) -> str:
    """Return a text of the web without the one character that Postgres does not hold."""
    return text.replace("\x00", "\ufffd")
