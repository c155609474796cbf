"""Serves owui.rag.v1.FileTransferService."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui.rag.v1.file_transfer_service_pb2_grpc import FileTransferServiceServicer
from owui_chassis.errors import Invalid

from owui_rag.domain.byte_ranges import Wanted
from owui_rag.rpc.callers import Callers
from owui_rag.rpc.messages import file_message
from owui_rag.usecases.direct_upload import DirectUploads
from owui_rag.usecases.receive_file import Announced, ReceiveFile
from owui_rag.usecases.send_file import SendFile

# The gateway's parts have 256 KiB; more would only cost memory.
MAXIMUM_PART_BYTES = 1024 * 1024


class FileTransferServicer(FileTransferServiceServicer):
    """Bytes in and out."""

    def __init__(self, callers: Callers, receive: ReceiveFile, send: SendFile, direct: DirectUploads) -> None:
        self._callers = callers
        self._receive = receive
        self._send = send
        self._direct = direct

    async def GetUploadLimits(self, _: pb.GetUploadLimitsRequest, __: Any) -> pb.GetUploadLimitsResponse:
        """Tell what may be uploaded now."""
        return pb.GetUploadLimitsResponse(max_bytes=self._receive.byte_limit(self._callers.quota()))

    async def Upload(self, requests: AsyncIterator[pb.UploadRequest], _: Any) -> pb.UploadResponse:
        """Take a file in."""
        first = await anext(requests, None)
        if first is None or first.WhichOneof("piece") != "head":
            raise Invalid("An upload begins with its head", "upload_incomplete")
        incoming = _Incoming(requests, first.head.metadata)
        announced = Announced(
            name=first.head.name,
            content_type=first.head.content_type,
            size=first.head.size if first.head.HasField("size") else None,
            process=first.head.process if first.head.HasField("process") else True,
            knowledge_id=first.head.knowledge_id or None,
            folder=first.head.folder,
        )
        async with aclosing(incoming.parts()) as parts:
            row = await self._receive.run(
                self._callers.caller(),
                self._callers.quota(),
                announced,
                parts,
                metadata=lambda: incoming.metadata,
            )
        return pb.UploadResponse(file=file_message(row))

    async def Download(self, request: pb.DownloadRequest, _: Any) -> AsyncIterator[pb.DownloadResponse]:
        """Give the bytes of a file."""
        wanted = Wanted(
            start=request.start if request.HasField("start") else None,
            end=request.end if request.HasField("end") else None,
            suffix=request.suffix if request.HasField("suffix") else None,
        )
        sending = await self._send.open(self._callers.caller(), request.id, wanted)
        file = sending.file
        head = pb.DownloadHead(
            name=file.filename,
            content_type=file.content_type,
            size=sending.size,
            etag=sending.etag,
            start=sending.start,
            end=sending.end,
            updated_at=file.updated_at,
        )
        yield pb.DownloadResponse(head=head)
        if not request.head_only:
            async with aclosing(sending.parts) as parts:
                async for part in parts:
                    yield pb.DownloadResponse(data=part)

    async def StartDirectUpload(
        self, request: pb.StartDirectUploadRequest, _: Any
    ) -> pb.StartDirectUploadResponse:
        """Announce an upload to the object store."""
        announced = Announced(
            name=request.name,
            content_type=request.content_type,
            size=request.size,
            knowledge_id=request.knowledge_id or None,
            folder=request.folder,
        )
        address = await self._direct.start(
            self._callers.caller(), self._callers.quota(), announced, request.metadata
        )
        if address is None:
            return pb.StartDirectUploadResponse()
        return pb.StartDirectUploadResponse(
            id=address.file_id, url=address.url, content_type=address.content_type
        )

    async def FinishDirectUpload(
        self, request: pb.FinishDirectUploadRequest, _: Any
    ) -> pb.FinishDirectUploadResponse:
        """Take over what was put into the object store."""
        row = await self._direct.finish(self._callers.caller(), self._callers.quota(), request.id)
        return pb.FinishDirectUploadResponse(file=file_message(row))


class _Incoming:
    """The pieces of an upload behind its head."""

    def __init__(self, requests: AsyncIterator[pb.UploadRequest], metadata: bytes) -> None:
        self._requests = requests
        self.metadata = metadata

    async def parts(self) -> AsyncGenerator[bytes, None]:
        async for request in self._requests:
            match request.WhichOneof("piece"):
                case "data":
                    if len(request.data) > MAXIMUM_PART_BYTES:
                        raise Invalid("A part of an upload is too large", "upload_part_too_large")
                    yield request.data
                case "end":
                    self.metadata = request.end.metadata or self.metadata
                    return
                case _:
                    break
        raise Invalid("The upload is not complete", "upload_incomplete")
