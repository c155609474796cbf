"""Serves owui.rag.v1.RetrievalService."""

from typing import Any

import msgspec
from owui.rag.v1 import retrieval_service_pb2 as pb
from owui.rag.v1.retrieval_service_pb2_grpc import RetrievalServiceServicer
from owui_chassis.errors import Invalid

from owui_rag.domain.files import MAXIMUM_TEXT_LENGTH
from owui_rag.ports import EmbedNow
from owui_rag.rpc.callers import Callers, require_admin, seconds_to_wait
from owui_rag.rpc.configuration import Configuration
from owui_rag.rpc.questions import Questions
from owui_rag.usecases.erase import Erase
from owui_rag.usecases.knowledge_files import KnowledgeFiles
from owui_rag.usecases.process import Process
from owui_rag.usecases.read_web import Fetched, ReadWeb

_WAIT_SECONDS = 25.0
_MAXIMUM_TRIAL_LENGTH = 8192


class RetrievalServicer(RetrievalServiceServicer):
    """Questions, settings, and what makes texts findable while somebody waits."""

    def __init__(
        self,
        callers: Callers,
        configuration: Configuration,
        questions: Questions,
        *,
        process: Process,
        web: ReadWeb,
        contents: KnowledgeFiles,
        erase: Erase,
        embed: EmbedNow,
    ) -> None:
        self._callers = callers
        self._configuration = configuration
        self._questions = questions
        self._process = process
        self._web = web
        self._contents = contents
        self._erase = erase
        self._embed = embed

    async def Retrieve(self, request: pb.RetrieveRequest, _: Any) -> pb.RetrieveResponse:
        """Find passages."""
        return await self._questions.retrieve(request)

    async def CheckScope(self, request: pb.CheckScopeRequest, _: Any) -> pb.CheckScopeResponse:
        """Tell what does not exist for the caller."""
        return await self._questions.check(request)

    async def QueryDocument(self, request: pb.QueryDocumentRequest, _: Any) -> pb.QueryDocumentResponse:
        """Find passages in one collection."""
        columns = await self._questions.query([request.collection_name], request)
        return pb.QueryDocumentResponse(**columns)

    async def QueryCollections(
        self, request: pb.QueryCollectionsRequest, _: Any
    ) -> pb.QueryCollectionsResponse:
        """Find passages in several collections."""
        columns = await self._questions.query(request.collection_names, request)
        return pb.QueryCollectionsResponse(**columns)

    async def GetStatus(self, _request: pb.GetStatusRequest, _: Any) -> pb.GetStatusResponse:
        """Tell what is in use."""
        return self._configuration.status()

    async def GetEmbeddingConfig(
        self, _request: pb.GetEmbeddingConfigRequest, _: Any
    ) -> pb.GetEmbeddingConfigResponse:
        """Tell what turns texts into vectors."""
        return pb.GetEmbeddingConfigResponse(config=self._configuration.embedding())

    async def UpdateEmbeddingConfig(
        self, request: pb.UpdateEmbeddingConfigRequest, _: Any
    ) -> pb.UpdateEmbeddingConfigResponse:
        """Change what turns texts into vectors."""
        changed = await self._configuration.change_embedding(request.config)
        return pb.UpdateEmbeddingConfigResponse(config=changed)

    async def GetRetrievalConfig(
        self, _request: pb.GetRetrievalConfigRequest, _: Any
    ) -> pb.GetRetrievalConfigResponse:
        """Tell the settings."""
        return pb.GetRetrievalConfigResponse(config=self._configuration.retrieval())

    async def UpdateRetrievalConfig(
        self, request: pb.UpdateRetrievalConfigRequest, _: Any
    ) -> pb.UpdateRetrievalConfigResponse:
        """Change the settings that are given."""
        changed = await self._configuration.change_retrieval(request.config)
        return pb.UpdateRetrievalConfigResponse(config=changed)

    async def ProcessFile(self, request: pb.ProcessFileRequest, context: Any) -> pb.ProcessFileResponse:
        """Have a file read."""
        if len(request.content) > MAXIMUM_TEXT_LENGTH:
            raise Invalid("The text is too long", "text_too_long")
        row = await self._process.file(
            self._callers.caller(),
            request.file_id,
            request.content if request.HasField("content") else None,
            request.collection_name or None,
            seconds_to_wait(context, _WAIT_SECONDS),
        )
        return pb.ProcessFileResponse(
            status=True,
            collection_name=request.collection_name or f"file-{row.id}",
            filename=row.filename,
            content=row.text or "",
        )

    async def ProcessText(self, request: pb.ProcessTextRequest, context: Any) -> pb.ProcessTextResponse:
        """Make a text findable."""
        name = await self._process.text(
            self._callers.caller(),
            request.name,
            request.content,
            request.collection_name or None,
            quota=self._callers.quota(),
            seconds=seconds_to_wait(context, _WAIT_SECONDS),
        )
        return pb.ProcessTextResponse(status=True, collection_name=name, content=request.content)

    async def ProcessWeb(self, request: pb.ProcessWebRequest, context: Any) -> pb.ProcessWebResponse:
        """Fetch a page."""
        if request.HasField("process") and not request.process:
            page = await self._web.text(request.form.url)
            return pb.ProcessWebResponse(status=True, filename=request.form.url, content=page.text)
        page = await self._web.page(
            self._callers.caller(),
            self._callers.quota(),
            request.form.url,
            request.form.collection_name or None,
            seconds_to_wait(context, _WAIT_SECONDS),
        )
        return pb.ProcessWebResponse(
            status=True,
            collection_name=page.collection,
            filename=request.form.url,
            file=pb.WebFile(
                data=pb.WebFileData(content=page.text),
                meta=pb.WebFileMeta(name=request.form.url, source=request.form.url),
            ),
        )

    async def ProcessWebSearch(
        self, request: pb.ProcessWebSearchRequest, context: Any
    ) -> pb.ProcessWebSearchResponse:
        """Search the web."""
        found = await self._web.search(
            self._callers.caller(),
            self._callers.quota(),
            list(request.queries),
            seconds_to_wait(context, _WAIT_SECONDS),
        )
        return pb.ProcessWebSearchResponse(
            status=True,
            collection_name=found.collection or None,
            collection_names=[found.collection] if found.collection else [],
            filenames=[page.url for page in found.pages],
            items=[
                pb.WebSearchItem(link=each.url, title=each.title, snippet=each.snippet)
                for each in found.results
            ],
            docs=[] if found.collection else [_web_document(page) for page in found.pages],
            loaded_count=len(found.pages),
        )

    async def ProcessFiles(self, request: pb.ProcessFilesRequest, _: Any) -> pb.ProcessFilesResponse:
        """Have several files read."""
        ids = [file.id for file in request.files]
        outcomes = await self._process.files(self._callers.caller(), ids, request.collection_name)
        results = [
            pb.ProcessFilesResult(file_id=each.file_id, status=each.status, error=each.error)
            for each in outcomes
        ]
        return pb.ProcessFilesResponse(
            results=[each for each in results if each.status != "failed"],
            errors=[each for each in results if each.status == "failed"],
        )

    async def DeleteFromCollection(
        self, request: pb.DeleteFromCollectionRequest, _: Any
    ) -> pb.DeleteFromCollectionResponse:
        """Take a file out of a collection."""
        require_admin()
        caller = self._callers.caller()
        await self._contents.remove(caller, request.collection_name, request.file_id, delete=False)
        return pb.DeleteFromCollectionResponse(status=True)

    async def ResetIndex(self, _request: pb.ResetIndexRequest, _: Any) -> pb.ResetIndexResponse:
        """Forget all texts, chunks and vectors."""
        require_admin()
        await self._erase.contents()
        return pb.ResetIndexResponse(reset=True)

    async def ResetUploads(self, _request: pb.ResetUploadsRequest, _: Any) -> pb.ResetUploadsResponse:
        """Delete all files of everybody."""
        require_admin()
        await self._erase.everything()
        return pb.ResetUploadsResponse(reset=True)

    async def EmbedText(self, request: pb.EmbedTextRequest, _: Any) -> pb.EmbedTextResponse:
        """Turn a text into a vector."""
        if not 0 < len(request.text) <= _MAXIMUM_TRIAL_LENGTH:
            raise Invalid(f"Give a text of at most {_MAXIMUM_TRIAL_LENGTH} characters", "bad_text")
        self._callers.caller()
        [vector] = await self._embed().embed_queries([request.text])
        return pb.EmbedTextResponse(result=vector.tolist())


def _web_document(page: Fetched) -> pb.WebSearchDocument:
    metadata = msgspec.json.encode({"source": page.url, "title": page.title, "name": page.title or page.url})
    return pb.WebSearchDocument(content=page.text, metadata=metadata)
