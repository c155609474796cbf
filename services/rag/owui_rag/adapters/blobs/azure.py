"""Keeps the bytes of files in Azure Blob Storage."""

import base64
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from datetime import timedelta
from typing import Self

from lxml import etree
from owui_chassis.http import Outside
from owui_chassis.tokens import Tokens
from yarl import URL

from owui_rag.adapters.blobs.azure_access import AzureAccess
from owui_rag.adapters.blobs.http import StorageHttp
from owui_rag.adapters.blobs.keys import checked
from owui_rag.adapters.blobs.pieces import UPLOAD_BYTES, pieces, span

_PAGE = "1000"


class AzureBlobs:
    """Block blobs: blocks that no list names are invisible, and Azure removes them after a week."""

    def __init__(
        self,
        endpoint: str,
        container: str,
        *,
        key: str,
        tokens: Tokens,
        timeout: timedelta,
        outside: Outside,
    ) -> None:
        """Use the account's key, or the tokens of Entra when there is none."""
        self._container = URL(endpoint.rstrip("/")) / container
        access = AzureAccess(URL(endpoint), key, tokens)
        self._http = StorageHttp(timeout, access.sign, outside)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.close()

    async def put(self, key: str, parts: AsyncIterator[bytes]) -> int:
        """Store what comes and return its size; nothing is there unless it ended well. Raises Unavailable."""
        url = self._url(key)
        async with aclosing(pieces(parts, UPLOAD_BYTES)) as cut:
            first = await anext(cut)
            second = await anext(cut, None)
            if second is None:
                await self._http.do("PUT", url, first, {"x-ms-blob-type": "BlockBlob"})
                return len(first)
            names = [await self._put_block(url, 0, first), await self._put_block(url, 1, second)]
            size = len(first) + len(second)
            del first, second
            async for piece in cut:
                names.append(await self._put_block(url, len(names), piece))
                size += len(piece)
        blocks = "".join(f"<Latest>{name}</Latest>" for name in names)
        listing = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{blocks}</BlockList>'
        await self._http.do("PUT", url.with_query(comp="blocklist"), listing.encode())
        return size

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncGenerator[bytes, None]:
        """Give the bytes from `start` to `end` (excluded); raise NotFound or Unavailable."""
        url = self._url(key)
        if end is None or start < end:
            async with aclosing(self._http.read(url, "x-ms-range", span(start, end))) as parts:
                async for part in parts:
                    yield part

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove; what is not there is no error."""
        await self._http.delete([self._url(key) for key in keys], {"x-ms-delete-snapshots": "include"})

    async def keys(self, prefix: str = "") -> AsyncIterator[str]:
        """Give all keys that begin with a prefix."""
        query = {"restype": "container", "comp": "list", "prefix": prefix, "maxresults": _PAGE}
        while True:
            async with self._http.ask("GET", self._container.with_query(query)) as answer:
                page = etree.fromstring(await answer.read(), etree.XMLParser(resolve_entities=False))
            for name in page.iterfind("Blobs/Blob/Name"):
                yield str(name.text)
            marker = page.findtext("NextMarker")
            if not marker:
                return
            query["marker"] = str(marker)

    async def presign_put(self, key: str, size: int, content_type: str) -> str | None:
        """Return None: uploads go through us."""
        return None

    async def _put_block(self, url: URL, number: int, piece: bytearray) -> str:
        name = base64.b64encode(b"%08d" % number).decode()
        await self._http.do("PUT", url.with_query(comp="block", blockid=name), piece)
        return name

    def _url(self, key: str) -> URL:
        return self._container.joinpath(*checked(key).split("/"))
