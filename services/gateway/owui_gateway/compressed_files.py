"""Files of the web interface in compressed form: made when first asked for, kept in memory."""

from collections import OrderedDict
from pathlib import Path

import anyio.to_thread
from starlette.responses import FileResponse, Response
from starlette.types import Scope

from owui_gateway.http.compression import accepted_encoding, compress, is_compressible
from owui_gateway.http.headers import header

_LEAST_BYTES = 1024
_MOST_BYTES = 16 * 1024 * 1024
_MOST_KEPT_BYTES = 64 * 1024 * 1024


class CompressedFiles:
    """Compresses each file once per encoding."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str, bytes], bytes] = OrderedDict()
        self._kept_bytes = 0

    async def answer(self, response: Response, scope: Scope) -> Response:
        """Return the compressed form of a file's answer, or the answer as it is where that is better."""
        encoding = accepted_encoding(header(scope["headers"], b"accept-encoding"))
        if not encoding or not isinstance(response, FileResponse) or header(scope["headers"], b"range"):
            return response
        if not is_compressible(response.headers.get("content-type", "").encode("latin-1")):
            return response
        path = str(response.path)
        etag = response.headers.get("etag", "")
        content = self._kept.get((path, etag, encoding))
        if content is None:
            if not _LEAST_BYTES <= int(response.headers.get("content-length", 0)) <= _MOST_BYTES:
                return response
            content = await anyio.to_thread.run_sync(lambda: compress(Path(path).read_bytes(), encoding))
            self._keep((path, etag, encoding), content)
        headers = {
            name: value
            for name, value in response.headers.items()
            if name not in ("content-length", "accept-ranges", "etag")
        }
        headers |= {"content-encoding": encoding.decode(), "vary": "Accept-Encoding", "etag": f"W/{etag}"}
        return Response(content, response.status_code, headers)

    def _keep(self, key: tuple[str, str, bytes], content: bytes) -> None:
        self._kept[key] = content
        self._kept_bytes += len(content)
        while self._kept_bytes > _MOST_KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])
