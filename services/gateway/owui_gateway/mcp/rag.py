"""The stubs of rag that the tools use."""

from functools import cached_property

from owui.rag.v1.file_service_pb2_grpc import FileServiceStub
from owui.rag.v1.knowledge_service_pb2_grpc import KnowledgeServiceStub
from owui.rag.v1.retrieval_service_pb2_grpc import RetrievalServiceStub
from owui_chassis.runtime import Runtime


class KnowledgeStubs:
    """Made when they are first used, like those of the transcoded routes."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @cached_property
    def knowledge(self) -> KnowledgeServiceStub:
        """Knowledge bases."""
        return KnowledgeServiceStub(self._runtime.channel("rag"))

    @cached_property
    def retrieval(self) -> RetrievalServiceStub:
        """Passages."""
        return RetrievalServiceStub(self._runtime.channel("rag"))

    @cached_property
    def files(self) -> FileServiceStub:
        """Files and their texts."""
        return FileServiceStub(self._runtime.channel("rag"))
