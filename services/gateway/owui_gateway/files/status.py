"""GET /api/v1/files/{id}/process/status: how far the reading of a file is, once or as a stream of events."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import orjson
from owui.rag.v1 import file_service_pb2 as pb
from owui_chassis.errors import NotFound
from starlette.requests import Request
from starlette.responses import Response

from owui_gateway.access import Doorkeeper
from owui_gateway.files.rag import Rag
from owui_gateway.streaming.answer import ProviderAnswer, Slots
from owui_gateway.transcoding.encode import encode
from owui_gateway.transcoding.ports import Access

_USER = Access("user")
_SETTLED = frozenset({"completed", "failed"})
_LOOK_SECONDS = 0.5
# A file that takes long is looked at less often: its reader tells open windows anyway.
_SLOWER_AFTER_SECONDS = 60.0
_SLOWER_LOOK_SECONDS = 2.0
_LONGEST_SECONDS = 3600.0
_PING_SECONDS = 15.0
_PING = b": still waiting\n\n"


@dataclass(frozen=True, slots=True)
class _Head:
    status: int = 200
    content_type: str = "text/event-stream"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a streamed answer is made of."""

    head: _Head = field(default_factory=_Head)
    data: bytes = b""


class FileStatus:
    """Tells it once, or at each change until there is nothing more to tell."""

    def __init__(self, rag: Rag, doorkeeper: Doorkeeper, slots: Slots, idle: float) -> None:
        self._rag = rag
        self._doorkeeper = doorkeeper
        self._slots = slots
        self._idle = idle

    async def status(self, request: Request) -> Response:
        """Tell how far the reading of a file is; with `stream=true` as events until it has ended."""
        await self._doorkeeper(request, _USER)
        asked = pb.GetFileStatusRequest(id=request.path_params["id"])
        first = await self._rag.files.GetFileStatus(asked)
        if request.query_params.get("stream", "").lower() not in {"true", "1", "on", "yes"}:
            return Response(encode(first), media_type="application/json")
        return ProviderAnswer(_events(self._rag, asked, first), self._slots, self._idle)


async def until_settled(rag: Rag, file_id: str) -> None:
    """Wait until a file has been read, has failed or is gone, an hour at most."""
    asked = pb.GetFileStatusRequest(id=file_id)
    try:
        async for _ in _changes(rag, asked, await rag.files.GetFileStatus(asked)):
            pass
    except NotFound:
        return


async def _events(rag: Rag, asked: Any, first: Any) -> AsyncGenerator[_Piece, None]:
    yield _Piece()
    try:
        async for status in _changes(rag, asked, first):
            yield _Piece(data=_PING if status is None else _event(status))
    except NotFound:
        yield _Piece(data=b'data: {"status":"not_found"}\n\n')


async def _changes(rag: Rag, asked: Any, status: Any) -> AsyncGenerator[Any, None]:
    """Give the status now and at each change, None now and then when nothing changes."""
    began = told = time.monotonic()
    yield status
    while status.status not in _SETTLED and (now := time.monotonic()) - began < _LONGEST_SECONDS:
        slow = now - began > _SLOWER_AFTER_SECONDS
        await asyncio.sleep(_SLOWER_LOOK_SECONDS if slow else _LOOK_SECONDS)
        former, status = status, await rag.files.GetFileStatus(asked)
        if _event(status) != _event(former):
            yield status
        elif time.monotonic() - told > _PING_SECONDS:
            yield None
        else:
            continue
        told = time.monotonic()


def _event(status: Any) -> bytes:
    data = {"status": status.status, "progress": status.progress}
    if status.HasField("error"):
        data["error"] = status.error
    return b"data: " + orjson.dumps(data) + b"\n\n"
