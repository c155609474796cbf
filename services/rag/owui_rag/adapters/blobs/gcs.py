"""Keeps the bytes of files in Google Cloud Storage."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Self

import msgspec
from owui_chassis.errors import ServiceError
from owui_chassis.http import Outside
from yarl import URL

from owui_rag.adapters.blobs.google_access import GoogleAccess
from owui_rag.adapters.blobs.http import StorageHttp
from owui_rag.adapters.blobs.keys import checked
from owui_rag.adapters.blobs.pieces import UPLOAD_BYTES, pieces, span

# What a session answers while it waits for more.
_RESUME = 308


class _Object(msgspec.Struct):
    name: str


class _Page(msgspec.Struct):
    items: list[_Object] = []
    next_page_token: str = msgspec.field(default="", name="nextPageToken")


class GcsBlobs:
    """Uploads are resumable sessions: an object appears when its last piece has come."""

    def __init__(
        self,
        endpoint: str,
        bucket: str,
        *,
        credentials: str,
        metadata_host: str,
        timeout: timedelta,
        outside: Outside,
    ) -> None:
        """Use `credentials` (JSON of a service account's key or a federation), else the machine's identity.

        Raises ValueError for credentials that are none.
        """
        base = URL(endpoint if "://" in endpoint else f"http://{endpoint}")
        self._objects = base / "storage/v1/b" / bucket / "o"
        self._uploads = base / "upload/storage/v1/b" / bucket / "o"
        access = GoogleAccess(credentials, metadata_host, lambda: self._http.session)
        self._http = StorageHttp(timeout, access.sign, outside)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.close()

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""
        start = self._uploads.with_query(uploadType="resumable", name=checked(key))
        async with self._http.ask("POST", start) as answer:
            session = URL(answer.headers["location"], encoded=True)
        try:
            async with aclosing(pieces(parts, UPLOAD_BYTES)) as cut:
                return await self._send(session, cut)
        except Exception:
            # Sessions that are cut off by a cancellation end by themselves after a week.
            await self._forget(session)
            raise

    async def _send(self, session: URL, cut: AsyncIterator[bytearray]) -> int:
        sent = 0
        piece: bytearray | None = await anext(cut)
        while piece is not None:
            following = await anext(cut, None)
            end = sent + len(piece)
            total = "*" if following is not None else str(end)
            place = f"{sent}-{end - 1}" if piece else "*"
            await self._http.do(
                "PUT", session, piece, {"content-range": f"bytes {place}/{total}"}, allowed=(_RESUME,)
            )
            sent, piece = end, following
        return sent

    async def _forget(self, session: URL) -> None:
        try:
            # 499 is how a session says that it is gone.
            await self._http.do("DELETE", session, allowed=(499,))
        except ServiceError:
            return

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""
        url = self._url(key).with_query(alt="media")
        if end is None or start < end:
            async with aclosing(self._http.read(url, "range", span(start, end))) as parts:
                async for part in parts:
                    yield part

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        await self._http.delete([self._url(key) for key in keys])

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""
        query = {"prefix": prefix, "fields": "items(name),nextPageToken"}
        while True:
            async with self._http.ask("GET", self._objects.with_query(query)) as answer:
                page = msgspec.json.decode(await answer.read(), type=_Page)
            for found in page.items:
                yield found.name
            if not page.next_page_token:
                return
            query["pageToken"] = page.next_page_token

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return None: uploads go through us."""
        return None

    def _url(self, key: str) -> URL:
        # The name is one segment of the path: its slashes are encoded.
        return URL(f"{self._objects}/{checked(key).replace('/', '%2F')}", encoded=True)
