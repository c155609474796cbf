"""A rag that keeps files in memory, as far as the tests of the gateway need it."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from owui.rag.v1 import file_pb2, file_service_pb2
from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui.rag.v1 import public_config_service_pb2 as config_pb
from owui.rag.v1.file_service_pb2_grpc import FileServiceServicer
from owui.rag.v1.file_transfer_service_pb2_grpc import FileTransferServiceServicer
from owui.rag.v1.public_config_service_pb2_grpc import PublicConfigServiceServicer
from owui_chassis.call import current_principal
from owui_chassis.errors import Invalid, NotFound, ServiceError


@dataclass
class Kept:
    """A file."""

    owner: str
    content: bytes
    name: str = "file.txt"
    content_type: str = "text/plain"
    metadata: bytes = b""

    @property
    def etag(self) -> str:
        """Its hash."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Received:
    """An upload as it arrived."""

    head: pb.UploadHead = field(default_factory=pb.UploadHead)
    size: int = 0
    parts: list[int] = field(default_factory=list)
    content: bytes = b""
    end: pb.UploadEnd | None = None


class FakeRag(FileTransferServiceServicer, FileServiceServicer, PublicConfigServiceServicer):
    """Files belong to their owner; `limit` is the size that is announced and enforced."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what a test has done."""
        self.limit = 1024 * 1024 * 1024
        self.kept: dict[str, Kept] = {}
        self.received: list[Received] = []
        self.refuse: ServiceError | None = None
        self.keep_content = True
        self.pace: asyncio.Event | None = None
        self.broken_at: int | None = None
        self.closed = asyncio.Event()
        self.sent = 0
        self.statuses: list[tuple[str, str | None]] = [("completed", None)]
        self.asked = 0

    async def GetPublicConfig(self, request: Any, context: Any) -> Any:
        if self.refuse is not None:
            raise self.refuse
        return config_pb.GetPublicConfigResponse(
            max_size=25,
            enable_web_search=True,
            google_drive=config_pb.GoogleDriveConfig(client_id="picker", api_key="browser-key"),
            onedrive=config_pb.OneDriveConfig(business=True, client_id_business="client"),
        )

    async def GetUploadLimits(self, request: Any, context: Any) -> Any:
        return pb.GetUploadLimitsResponse(max_bytes=self.limit)

    async def Upload(self, requests: AsyncIterator[pb.UploadRequest], context: Any) -> Any:
        upload = Received()
        self.received.append(upload)
        async for request in requests:
            if self.refuse is not None:
                raise self.refuse
            match request.WhichOneof("piece"):
                case "head":
                    upload.head = request.head
                case "data":
                    if self.pace is not None:
                        await self.pace.wait()
                    upload.size += len(request.data)
                    upload.parts.append(len(request.data))
                    if self.keep_content:
                        upload.content += request.data
                    if upload.size > self.limit:
                        raise Invalid(f"A file may have {self.limit} bytes at most", "file_too_large")
                case "end":
                    upload.end = request.end
        if upload.end is None:
            raise Invalid("The upload is not complete", "upload_incomplete")
        return pb.UploadResponse(file=self._keep(upload))

    def _keep(self, upload: Received) -> file_pb2.File:
        assert upload.end is not None
        owner, name = current_principal().user_id, upload.head.name
        file_id = f"file-{len(self.kept) + 1}"
        self.kept[file_id] = Kept(owner, upload.content, name, upload.head.content_type, upload.end.metadata)
        meta = {"name": name, "content_type": upload.head.content_type, "size": upload.size}
        return file_pb2.File(
            id=file_id, user_id=owner, filename=name, data=b'{"status":"pending"}', meta=orjson.dumps(meta)
        )

    def _find(self, file_id: str) -> Kept:
        principal = current_principal()
        found = self.kept.get(file_id)
        if found is None or (found.owner != principal.user_id and not principal.is_admin):
            raise NotFound("We could not find what you're looking for :/", "file_not_found")
        return found

    async def Download(self, request: pb.DownloadRequest, context: Any) -> AsyncIterator[Any]:
        found = self._find(request.id)
        size = len(found.content)
        start, end = 0, size
        if request.HasField("suffix"):
            start = max(0, size - request.suffix)
        elif request.HasField("start"):
            start = request.start
            end = min(request.end, size) if request.HasField("end") else size
        if (request.HasField("suffix") or request.HasField("start")) and start >= end:
            raise Invalid("The file has no such bytes", "range_not_satisfiable")
        yield pb.DownloadResponse(
            head=pb.DownloadHead(
                name=found.name,
                content_type=found.content_type,
                size=size,
                etag=found.etag,
                start=start,
                end=end,
            )
        )
        try:
            for begin in range(start, end if not request.head_only else start, 65_536):
                if self.broken_at is not None and begin >= self.broken_at:
                    raise NotFound("The content of this file is not there", "blob_not_found")
                yield pb.DownloadResponse(data=found.content[begin : min(begin + 65_536, end)])
                self.sent += 65_536
        finally:
            self.closed.set()

    async def GetFileStatus(self, request: Any, context: Any) -> Any:
        self._find(request.id)
        self.asked += 1
        status, error = self.statuses[0] if len(self.statuses) == 1 else self.statuses.pop(0)
        if status == "gone":
            raise NotFound("We could not find what you're looking for :/", "file_not_found")
        return file_service_pb2.GetFileStatusResponse(status=status, error=error, progress=0.5, state=status)
