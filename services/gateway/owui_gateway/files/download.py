"""GET /api/v1/files/{id}/content: the bytes of a file, whole or in part."""

import logging
from collections.abc import AsyncGenerator
from typing import Any

from owui.rag.v1 import file_transfer_service_pb2 as pb
from owui_chassis.errors import Invalid, ServiceError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Send

from owui_gateway.access import Doorkeeper
from owui_gateway.errors import problem
from owui_gateway.files.presentation import View, headers_of
from owui_gateway.files.rag import Rag
from owui_gateway.files.ranges import ByteRange, matches, range_of
from owui_gateway.streaming.answer import Answers, ProviderAnswer, Slots
from owui_gateway.transcoding.ports import Access

log = logging.getLogger(__name__)
_USER = Access("user")
_SECONDS = 24 * 3600.0
_YES = frozenset({"true", "1", "on", "yes"})


class Downloads:
    """Gives files out; what may not run in a browser is told so."""

    def __init__(self, rag: Rag, doorkeeper: Doorkeeper, slots: Slots, idle: float) -> None:
        self._rag = rag
        self._doorkeeper = doorkeeper
        self._slots = slots
        self._idle = idle

    async def content(self, request: Request) -> Response:
        """Give a file: shown in the browser where that is safe, else (or with `attachment=true`) saved."""
        attachment = request.query_params.get("attachment", "").lower() in _YES
        return await self._answer(request, View(attachment=attachment))

    async def source(self, request: Request) -> Response:
        """Give a web page as its source text; it never runs."""
        return await self._answer(request, View(source=True))

    async def _answer(self, request: Request, view: View) -> Response:
        await self._doorkeeper(request, _USER)
        wanted = await self._range(request)
        asked = pb.DownloadRequest(id=request.path_params["id"], head_only=request.method == "HEAD")
        if wanted is not None:
            asked.MergeFrom(pb.DownloadRequest(start=wanted.start, end=wanted.end, suffix=wanted.suffix))
        stream = self._rag.transfers.Download(asked, timeout=_SECONDS)
        try:
            head = (await anext(stream)).head
        except Invalid as error:
            if error.reason != "range_not_satisfiable":
                raise
            size = (await self._head(asked.id)).size
            return problem(416, error.message, {"Content-Range": f"bytes */{size}"})
        headers = _headers(head, view, is_part=wanted is not None)
        status = 200 if wanted is None else 206
        if matches(request.headers.get("if-none-match", ""), head.etag):
            status, headers = 304, [pair for pair in headers if pair[0] != b"content-length"]
        if status == 304 or asked.head_only:
            await stream.aclose()
            return _Bodiless(status, headers)
        return _FileAnswer(stream, self._slots, self._idle, status, headers)

    async def _range(self, request: Request) -> ByteRange | None:
        """Return the wanted part; None for all of it, also when the client has a part of another version."""
        wanted = range_of(request.headers.get("range", ""))
        only_if = request.headers.get("if-range", "")
        if wanted is None or not only_if:
            return wanted
        head = await self._head(request.path_params["id"])
        return wanted if only_if.strip() == f'"{head.etag}"' else None

    async def _head(self, file_id: str) -> pb.DownloadHead:
        stream: Any = self._rag.transfers.Download(pb.DownloadRequest(id=file_id, head_only=True))
        try:
            head: pb.DownloadHead = (await anext(stream)).head
        finally:
            await stream.aclose()
        return head


def _headers(head: pb.DownloadHead, view: View, *, is_part: bool) -> list[tuple[bytes, bytes]]:
    headers = [
        *headers_of(head.name, head.content_type, view),
        (b"content-length", b"%d" % (head.end - head.start)),
        (b"etag", f'"{head.etag}"'.encode()),
        (b"accept-ranges", b"bytes"),
        # Rights change: what a browser has kept it may use only after asking.
        (b"cache-control", b"private, no-cache"),
    ]
    if is_part:
        headers.append((b"content-range", f"bytes {head.start}-{head.end - 1}/{head.size}".encode()))
    return headers


class _Bodiless(Response):
    """An answer that is all head."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        super().__init__(status_code=status)
        self.raw_headers = headers


class _FileAnswer(ProviderAnswer):
    """A file on its way out; its head is known, and half a file has no way to say that it is none."""

    silence = "The storage of files has been silent for too long"

    def __init__(
        self,
        pieces: AsyncGenerator[Any, None],
        slots: Slots,
        idle_seconds: float,
        status: int,
        headers: list[tuple[bytes, bytes]],
    ) -> None:
        super().__init__(pieces, slots, idle_seconds)
        self._start = {"type": "http.response.start", "status": status, "headers": headers}

    async def _begin(self, answers: Answers, start: Send) -> None:
        self._kind = b"application/octet-stream"
        await start(self._start)

    async def _break_off(self, send: Send, error: ServiceError) -> None:
        # The server cuts the connection of what is left incomplete.
        log.warning("a download broke off: %s", error.message)
