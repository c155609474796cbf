"""The methods of owui.rag.v1.RetrievalService that find passages."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui_chassis.access_control import Caller

from owui_rag.domain.collection_names import files_in, of_file
from owui_rag.domain.files import UnreadFile, public_error
from owui_rag.domain.ranking import Hit, Scope
from owui_rag.ports import CollectionNames, Collections, Lenders, LinkStore, UnreadFiles
from owui_rag.rpc.callers import Callers
from owui_rag.usecases.finding import folder_of, found
from owui_rag.usecases.retrieve import Question, Retrieve

MAXIMUM_NAMES = 1000
MAXIMUM_LOANS = 20
# What a question to collections may wish for, as fields of the interface and of the use case.
_WISHES = {
    "k": "k",
    "k_reranker": "k_reranker",
    "r": "threshold",
    "hybrid": "hybrid",
    "hybrid_bm25_weight": "lexical_weight",
    "enable_enriched_texts": "enriched",
}


class Questions:
    """What the caller may not read is passed over by the search itself."""

    def __init__(
        self,
        callers: Callers,
        retrieve: Retrieve,
        collections: CollectionNames,
        links: LinkStore,
        lenders: Lenders,
        *,
        unread: UnreadFiles,
    ) -> None:
        self._callers = callers
        self._retrieve = retrieve
        self._collections = collections
        self._unread = unread
        self._links = links
        self._lenders = lenders

    async def retrieve(self, request: pb.RetrieveRequest) -> pb.RetrieveResponse:
        """Find passages for the questions of a conversation."""
        scope = await self._scope(request)
        answer = await self._retrieve.run(
            Question(
                scope,
                tuple(request.queries),
                k=request.k if request.HasField("k") else None,
                full_context=request.full_context if request.HasField("full_context") else None,
                token_budget=max(request.token_budget, 0),
                threshold=request.threshold if request.HasField("threshold") else None,
            )
        )
        return pb.RetrieveResponse(
            passages=[_passage(hit) for hit in answer.hits], shortened=answer.shortened
        )

    async def check(self, request: pb.CheckScopeRequest) -> pb.CheckScopeResponse:
        """Tell what of this does not exist for the caller, and what has not been read."""
        caller, values = self._callers.caller(), self._callers.values
        named = await self._readable(caller, request)
        missing = [each for each in request.knowledge_ids if each not in named.knowledge_ids]
        missing += [each for each in request.file_ids if each not in named.file_ids]
        for name in request.collections[:MAXIMUM_NAMES]:
            found_here = await self._collections.find(caller, [name])
            if not (found_here.knowledge_ids or found_here.file_ids):
                missing.append(name)
        missing += request.collections[MAXIMUM_NAMES:]
        unread = {file.id: _unread(file, lent=False) for file in await self._unread.among(named)}
        for file in await self._unread.among(await self._lent(request.loans)):
            unread.setdefault(file.id, _unread(file, lent=True))
        return pb.CheckScopeResponse(
            missing=missing,
            reading=[file for file in unread.values() if not file.error],
            failed=[file for file in unread.values() if file.error],
            full_context=bool(values.full_context or values.bypass_embedding_and_retrieval),
            template=values.rag_template,
            web_search=bool(values.enable_web_search),
        )

    async def query(
        self, names: Sequence[str], request: pb.QueryDocumentRequest | pb.QueryCollectionsRequest
    ) -> dict[str, bytes]:
        """Find passages in collections; return them in columns. Raises NotFound when none is there."""
        caller, names = self._callers.caller(), names[:MAXIMUM_NAMES]
        given = {_WISHES[field.name]: value for field, value in request.ListFields() if field.name in _WISHES}
        # A name may be that of a base, of a file, or one that the caller has chosen: all are looked for.
        scope = _scope_of(caller, Collections(tuple(names), tuple(files_in(names))), tuple(names))
        hits = (await self._retrieve.run(Question(scope, (request.query,), full_context=False, **given))).hits
        if not hits:
            named = await self._collections.find(caller, names)
            found(named if named.knowledge_ids or named.file_ids else None, "collection_not_found")
        columns: dict[str, list[Any]] = {
            "ids": [str(hit.chunk_id) for hit in hits],
            "distances": [hit.score for hit in hits],
            "documents": [hit.text for hit in hits],
            "metadatas": [_metadata(hit) for hit in hits],
        }
        return {name: msgspec.json.encode([values]) for name, values in columns.items()}

    async def _scope(self, request: pb.RetrieveRequest) -> Scope:
        caller = self._callers.caller()
        named = Collections(tuple(request.knowledge_ids), tuple(request.file_ids))
        if request.collections:
            named = _joined(named, await self._collections.find(caller, request.collections[:MAXIMUM_NAMES]))
        if request.folders:
            named = await self._in_folders(caller, named, request.folders)
        if not request.loans:
            return _scope_of(caller, named)
        # A search asks one person's rights: with loans, each name is first held against those of its lender.
        readable = await self._collections.find(caller, _names(named))
        borrower = Caller(user_id=caller.user_id, unrestricted=True)
        return _scope_of(borrower, _joined(readable, await self._lent(request.loans)))

    async def _lent(self, loans: Sequence[pb.Loan]) -> Collections:
        """Return what of this its lenders may read."""
        lent = Collections()
        for loan in loans[:MAXIMUM_LOANS]:
            if lender := await self._lenders.of(loan.user_id):
                lent = _joined(lent, await self._readable(lender, loan))
        return lent

    async def _readable(self, caller: Caller, named: pb.Loan | pb.CheckScopeRequest) -> Collections:
        """Return what of this the caller may read."""
        ids = _names(Collections(tuple(named.knowledge_ids), tuple(named.file_ids)))
        return await self._collections.find(caller, [*ids, *named.collections[:MAXIMUM_NAMES]])

    async def _in_folders(self, caller: Caller, named: Collections, folders: Sequence[str]) -> Collections:
        """Return the files of these folders in place of the bases."""
        file_ids = list(named.file_ids)
        for knowledge_id in named.knowledge_ids:
            for folder in folders:
                copies = await self._links.copies(caller, knowledge_id, folder_of(folder))
                file_ids += [copy.file_id for copy in copies]
        return Collections((), tuple(dict.fromkeys(file_ids)))


def _scope_of(caller: Caller, named: Collections, collections: tuple[str, ...] = ()) -> Scope:
    return Scope(
        caller.user_id,
        tuple(sorted(caller.group_ids)),
        caller.unrestricted,
        named.knowledge_ids,
        named.file_ids,
        collections=collections,
    )


def _names(named: Collections) -> list[str]:
    return [*named.knowledge_ids, *map(of_file, named.file_ids)]


def _joined(one: Collections, other: Collections) -> Collections:
    return Collections(
        tuple(dict.fromkeys((*one.knowledge_ids, *other.knowledge_ids))),
        tuple(dict.fromkeys((*one.file_ids, *other.file_ids))),
    )


def _unread(file: UnreadFile, *, lent: bool) -> pb.UnreadFile:
    return pb.UnreadFile(id=file.id, name=file.filename, error=public_error(file) or "", lent=lent)


def _source(metadata: Mapping[str, Any]) -> str:
    said = metadata.get("data")
    source = metadata.get("source") or (said.get("source") if isinstance(said, dict) else "")
    return source if isinstance(source, str) else ""


def _passage(hit: Hit) -> pb.Passage:
    return pb.Passage(
        file_id=hit.file_id,
        name=hit.filename,
        knowledge_id=hit.knowledge_id or "",
        page=hit.page,
        start=hit.start,
        end=hit.end,
        headings=hit.headings,
        text=hit.text,
        score=hit.score,
        chunk_id=hit.chunk_id,
        tokens=hit.tokens,
        source=_source(hit.metadata),
        hash=hit.file_hash,
        user_id=hit.user_id,
    )


def _metadata(hit: Hit) -> dict[str, Any]:
    return {
        "name": hit.filename,
        "source": _source(hit.metadata) or hit.filename,
        "file_id": hit.file_id,
        "created_by": hit.user_id,
        "hash": hit.file_hash,
        "start_index": hit.start,
        "end_index": hit.end,
        "page": hit.page,
        "headings": list(hit.headings),
    }
