"""The form of an upload: its file is passed on while it is read."""

from collections.abc import AsyncGenerator, AsyncIterator

from fastapi.exceptions import RequestValidationError
from owui.rag.v1 import file_transfer_service_pb2 as pb
from starlette.requests import ClientDisconnect, Request

from owui_gateway.files.multipart import BrokenForm, Multipart, boundary_of
from owui_gateway.http.limits import UnreadableBody

# What is read at once is a third of a mebibyte at most, so that a message stays below the one rag takes.
_PART_BYTES = 256 * 1024
_MOST_FIELD_BYTES = 256 * 1024


class UploadForm:
    """What of it is not the file is kept: a JSON object at most."""

    def __init__(self, request: Request, head: pb.UploadHead) -> None:
        """Raise BrokenForm when the request says that it holds something else."""
        boundary = boundary_of(request.headers.get("content-type", ""))
        self._parts = Multipart(_body(request), boundary)
        self._head = head
        self._metadata = b""
        self.failure: Exception | None = None

    async def find_file(self) -> None:
        """Read as far as the file; raise RequestValidationError where there is none."""
        if not await self._next_file():
            raise unfit("missing", "Field required", ["body", "file"])

    async def messages(self) -> AsyncGenerator[pb.UploadRequest, None]:
        """Give what rag wants; never raises: an upload without its end has failed, and `failure` says why."""
        try:
            yield pb.UploadRequest(head=self._head)
            held: list[bytes] = []
            size = 0
            while content := await self._parts.read():
                held.append(content)
                size += len(content)
                if size >= _PART_BYTES:
                    yield pb.UploadRequest(data=b"".join(held))
                    held, size = [], 0
            if held:
                yield pb.UploadRequest(data=b"".join(held))
            if await self._next_file():
                raise unfit("value_error", "One file at a time", ["body", "file"])
            yield pb.UploadRequest(end=pb.UploadEnd(metadata=self._metadata))
        except (BrokenForm, ClientDisconnect, RequestValidationError, UnreadableBody) as error:
            self.failure = error

    async def _next_file(self) -> bool:
        while (part := await self._parts.next_part()) is not None:
            if part.name == "file":
                if part.filename is None:
                    raise unfit("value_error", "Expected a file, received a text", ["body", "file"])
                self._head.name = part.filename
                self._head.content_type = part.content_type
                return True
            if part.name == "metadata":
                self._metadata = await self._field()
        return False

    async def _field(self) -> bytes:
        value = bytearray()
        while content := await self._parts.read():
            value += content
            if len(value) > _MOST_FIELD_BYTES:
                raise unfit("too_long", "The metadata is too large", ["body", "metadata"])
        return bytes(value)


async def _body(request: Request) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        if body := message.get("body", b""):
            yield body


def unfit(kind: str, message: str, location: list[str]) -> RequestValidationError:
    """Return what is answered with 422."""
    return RequestValidationError([{"type": kind, "loc": location, "msg": message, "input": None}])
