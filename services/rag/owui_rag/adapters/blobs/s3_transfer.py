"""One blob on its way to S3, and what to do when it does not arrive."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

from owui_chassis.errors import ServiceError

log = logging.getLogger(__name__)


class S3Transfer:
    """In one request when it is small, else in parts, of which one travels while the next one fills."""

    def __init__(self, call: Callable[..., Any], where: dict[str, str], tags: dict[str, str]) -> None:
        self._call = call
        self._where = where
        self._tags = tags
        self._upload: dict[str, str] = {}
        self._etags: list[str] = []
        self._running: asyncio.Task[Any] | None = None
        self.size = 0

    async def run(self, cut: AsyncIterator[bytearray]) -> None:
        """Store the pieces; raise NotFound or Unavailable."""
        first = await anext(cut)
        second = await anext(cut, None)
        self.size = len(first)
        if second is None:
            await self._do("put_object", **self._tags, Body=first)
            return
        started = await self._do("create_multipart_upload", **self._tags)
        self._upload = {"UploadId": started["UploadId"]}
        await self._send(first)
        del first
        piece: bytearray | None = second
        while piece is not None:
            self.size += len(piece)
            await self._send(piece)
            piece = await anext(cut, None)
        await self._sent()
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(self._etags, 1)]
        await self._do("complete_multipart_upload", **self._upload, MultipartUpload={"Parts": parts})

    async def _send(self, piece: bytearray) -> None:
        await self._sent()
        self._start("upload_part", **self._upload, PartNumber=len(self._etags) + 1, Body=piece)

    async def _sent(self) -> None:
        if self._running is not None:
            self._etags.append((await self._end())["ETag"])

    async def _do(self, operation: str, **parameters: Any) -> Any:
        self._start(operation, **parameters)
        return await self._end()

    def _start(self, operation: str, **parameters: Any) -> None:
        self._running = asyncio.create_task(self._call(operation, **self._where, **parameters))

    async def _end(self) -> Any:
        # A thread cannot be called back: whoever gives up waits for it in `take_back`.
        assert self._running is not None  # noqa: S101 - callers have started something
        answer = await asyncio.shield(self._running)
        self._running = None
        return answer

    async def take_back(self) -> None:
        """Leave nothing behind, whatever has been reached."""
        if self._running is not None:
            await asyncio.wait([self._running])
        try:
            if self._upload:
                await self._call("abort_multipart_upload", **self._where, **self._upload)
        except ServiceError as error:
            # It may have been completed in the last moment.
            log.warning("an upload to S3 could not be taken back: %s", error.message)
        try:
            await self._call("delete_object", **self._where)
        except ServiceError as error:
            log.warning("a broken upload to S3 could not be deleted: %s", error.message)
