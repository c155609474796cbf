"""The stubs of rag that these routes use."""

from functools import cached_property

from owui.rag.v1.file_service_pb2_grpc import FileServiceStub
from owui.rag.v1.file_transfer_service_pb2_grpc import FileTransferServiceStub
from owui_chassis.runtime import Runtime


class Rag:
    """Made when they are first used, like those of the transcoded routes."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    @cached_property
    def transfers(self) -> FileTransferServiceStub:
        """Bytes in and out."""
        return FileTransferServiceStub(self._runtime.channel("rag"))

    @cached_property
    def files(self) -> FileServiceStub:
        """Rows of files."""
        return FileServiceStub(self._runtime.channel("rag"))
