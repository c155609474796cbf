"""Stands in for rag: a shelf of documents that tests fill, with who may read what."""

import asyncio
from typing import Any

from owui.rag.v1 import retrieval_service_pb2 as pb
from owui.rag.v1.retrieval_service_pb2_grpc import RetrievalServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import ServiceError


class ScriptedRag(RetrievalServiceServicer):
    """`readers` says who may read a file or base; "*" stands for everybody."""

    def __init__(self) -> None:
        self._checked = asyncio.Event()
        self.clear()

    async def until_checked(self, times: int) -> None:
        """Wait until CheckScope has been called so often."""
        async with asyncio.timeout(10):
            while self.checks < times:
                self._checked.clear()
                await self._checked.wait()

    def clear(self) -> None:
        """Forget everything."""
        self.readers: dict[str, set[str]] = {}
        self.passages: list[pb.Passage] = []
        self.texts: list[pb.Passage] = []
        self.pages: dict[str, str] = {}
        self.template = ""
        self.full_context = False
        self.web_search = True
        self.web: pb.ProcessWebSearchResponse | ServiceError = pb.ProcessWebSearchResponse(status=True)
        self.failure: ServiceError | None = None
        self.gate: asyncio.Event | None = None
        # What CheckScope tells of a file while it is named; "" stands for one that is still being read.
        self.unread: dict[str, str] = {}
        self.checks = 0
        self.asked: list[pb.RetrieveRequest] = []
        self.searched: list[list[str]] = []

    def _may(self, user_id: str, name: str) -> bool:
        return bool({user_id, "*"} & self.readers.get(name, set()))

    async def CheckScope(self, request: Any, _: Any) -> pb.CheckScopeResponse:
        if self.failure is not None:
            raise self.failure
        self.checks += 1
        self._checked.set()
        user_id = current_principal().user_id
        named = [*request.knowledge_ids, *request.file_ids, *request.collections]
        unread = [
            pb.UnreadFile(id=name, name=f"{name}.txt", error=error)
            for name, error in self.unread.items()
            if name in named and self._may(user_id, name)
        ]
        for loan in request.loans:
            unread += [
                pb.UnreadFile(id=name, name=f"{name}.txt", error=self.unread[name], lent=True)
                for name in loan.file_ids
                if name in self.unread and name not in named and self._may(loan.user_id, name)
            ]
        return pb.CheckScopeResponse(
            reading=[file for file in unread if not file.error],
            failed=[file for file in unread if file.error],
            missing=[name for name in named if not self._may(user_id, name)],
            template=self.template,
            full_context=self.full_context,
            web_search=self.web_search,
        )

    async def Retrieve(self, request: Any, _: Any) -> pb.RetrieveResponse:
        self.asked.append(request)
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        user_id = current_principal().user_id
        named = [*request.knowledge_ids, *request.file_ids, *request.collections]
        open_to = {name for name in named if self._may(user_id, name)}
        for loan in request.loans:
            lent = [*loan.knowledge_ids, *loan.file_ids, *loan.collections]
            open_to |= {name for name in lent if self._may(loan.user_id, name)}
        shelf = self.texts if request.full_context else self.passages
        return pb.RetrieveResponse(
            passages=[
                one
                for one in shelf
                if {one.file_id, one.knowledge_id} & open_to and one.file_id not in self.unread
            ]
        )

    async def ProcessWeb(self, request: Any, _: Any) -> pb.ProcessWebResponse:
        found = self.pages[request.form.url]
        if isinstance(found, ServiceError):
            raise found
        return pb.ProcessWebResponse(status=True, filename=request.form.url, content=found)

    async def ProcessWebSearch(self, request: Any, _: Any) -> pb.ProcessWebSearchResponse:
        self.searched.append(list(request.queries))
        if isinstance(self.web, ServiceError):
            raise self.web
        return self.web
