"""Serves owui.rag.v1.FileService."""

from typing import Any

import msgspec
from owui.rag.v1 import file_service_pb2 as pb
from owui.rag.v1.file_service_pb2_grpc import FileServiceServicer
from owui_chassis.errors import Invalid

from owui_rag.domain.files import (
    MAXIMUM_TEXT_LENGTH,
    metadata_problem,
    public_error,
    public_status,
    safe_name,
)
from owui_rag.domain.knowledge import access_problem
from owui_rag.ports import FileStore
from owui_rag.rpc.callers import Callers, require_admin
from owui_rag.rpc.messages import file_message
from owui_rag.usecases.erase import Erase
from owui_rag.usecases.finding import found
from owui_rag.usecases.reading import Reading

_PAGE_SIZE = 100
_ALL = 10_000


class FileServicer(FileServiceServicer):
    """Files, their state, their text and their going."""

    def __init__(self, callers: Callers, files: FileStore, reading: Reading, erase: Erase) -> None:
        self._callers = callers
        self._files = files
        self._reading = reading
        self._erase = erase

    async def ListFiles(self, request: pb.ListFilesRequest, _: Any) -> pb.ListFilesResponse:
        """List the caller's files."""
        limit, offset = _ALL, 0
        if request.HasField("page"):
            limit, offset = _PAGE_SIZE, (min(max(request.page, 1), 1_000_000) - 1) * _PAGE_SIZE
        rows = await self._files.page(
            self._callers.caller(), pattern=None, limit=limit, offset=offset, texts=_wants_texts(request)
        )
        return pb.ListFilesResponse(items=[file_message(row) for row in rows])

    async def SearchFiles(self, request: pb.SearchFilesRequest, _: Any) -> pb.SearchFilesResponse:
        """Find files by name."""
        rows = await self._files.page(
            self._callers.caller(),
            pattern=_like(request.filename),
            limit=min(max(request.limit, 1), 1000) if request.HasField("limit") else 100,
            offset=max(request.skip, 0),
            texts=_wants_texts(request),
        )
        return pb.SearchFilesResponse(items=[file_message(row) for row in rows])

    async def DeleteAllFiles(self, _request: pb.DeleteAllFilesRequest, _: Any) -> pb.DeleteAllFilesResponse:
        """Delete all files of everybody."""
        require_admin()
        await self._erase.everything()
        return pb.DeleteAllFilesResponse(message="All files deleted successfully")

    async def GetFile(self, request: pb.GetFileRequest, _: Any) -> pb.GetFileResponse:
        """Read a row."""
        row = found(await self._files.read_with_text(self._callers.caller(), request.id))
        return pb.GetFileResponse(file=file_message(row))

    async def GetFileStatus(self, request: pb.GetFileStatusRequest, _: Any) -> pb.GetFileStatusResponse:
        """Tell how far the reading has come."""
        row = found(await self._files.read(self._callers.caller(), request.id))
        return pb.GetFileStatusResponse(
            status=public_status(row.status), error=public_error(row), progress=row.progress, state=row.status
        )

    async def GetFileText(self, request: pb.GetFileTextRequest, _: Any) -> pb.GetFileTextResponse:
        """Read the text."""
        row = found(await self._files.read_with_text(self._callers.caller(), request.id))
        return pb.GetFileTextResponse(content=row.text or "")

    async def UpdateFileText(self, request: pb.UpdateFileTextRequest, _: Any) -> pb.UpdateFileTextResponse:
        """Replace the text."""
        if not request.content.strip():
            raise Invalid("The text is empty", "text_empty")
        if len(request.content) > MAXIMUM_TEXT_LENGTH:
            raise Invalid("The text is too long", "text_too_long")
        row = found(await self._files.give_text(self._callers.caller(), request.id, request.content))
        await self._reading.submit([row.id])
        return pb.UpdateFileTextResponse(content=request.content)

    async def RenameFile(self, request: pb.RenameFileRequest, _: Any) -> pb.RenameFileResponse:
        """Give another name."""
        if not request.filename.strip():
            raise Invalid("A file needs a name", "bad_name")
        name = safe_name(request.filename)
        row = found(await self._files.rename(self._callers.caller(), request.id, name))
        return pb.RenameFileResponse(file=file_message(row))

    async def UpdateFileMetadata(
        self, request: pb.UpdateFileMetadataRequest, _: Any
    ) -> pb.UpdateFileMetadataResponse:
        """Replace what the uploader said."""
        if problem := metadata_problem(request.metadata):
            raise Invalid(problem, "bad_metadata")
        text = request.metadata.decode()
        row = found(await self._files.set_metadata(self._callers.caller(), request.id, text))
        return pb.UpdateFileMetadataResponse(file=file_message(row))

    async def UpdateFileAccess(
        self, request: pb.UpdateFileAccessRequest, _: Any
    ) -> pb.UpdateFileAccessResponse:
        """Share, or stop sharing."""
        control = read_access(request.access_control)
        if problem := access_problem(control):
            raise Invalid(problem, "bad_access_control")
        text = None if control is None else msgspec.json.encode(control).decode()
        row = found(await self._files.set_access(self._callers.caller(), request.id, text))
        return pb.UpdateFileAccessResponse(file=file_message(row))

    async def DeleteFile(self, request: pb.DeleteFileRequest, _: Any) -> pb.DeleteFileResponse:
        """Delete a file."""
        if not await self._erase.files(self._callers.caller(), [request.id]):
            found(None)
        return pb.DeleteFileResponse(message="File deleted successfully")


def read_access(raw: bytes) -> Any:
    """Return the value of an access control that was sent; nothing counts as null. Raises Invalid."""
    try:
        return msgspec.json.decode(raw) if raw else None
    except (msgspec.DecodeError, RecursionError):
        raise Invalid("access_control is not valid JSON", "bad_access_control") from None


def _wants_texts(request: pb.ListFilesRequest | pb.SearchFilesRequest) -> bool:
    return request.content if request.HasField("content") else True


def _like(pattern: str) -> str:
    """Return the pattern of SQL for one with "*" and "?"."""
    for character in ("\\", "%", "_"):
        pattern = pattern.replace(character, f"\\{character}")
    return pattern.replace("*", "%").replace("?", "_")
