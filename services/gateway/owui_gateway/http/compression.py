"""Compresses answers that are complete and worth it; a stream is never held back."""

import zlib
from functools import lru_cache

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from owui_gateway.http.headers import header

_LEAST_BYTES = 1024
_COMPRESSIBLE = (
    b"application/json",
    b"text/",
    b"application/javascript",
    b"image/svg+xml",
    b"application/manifest",
    b"application/xml",
)
# Higher levels cost several times the CPU for a few per cent of size.
_GZIP_LEVEL = 4
_BROTLI_QUALITY = 4


@lru_cache(maxsize=256)
def accepted_encoding(accept: bytes) -> bytes:
    """Return "br" or "gzip", the first that an Accept-Encoding header allows; empty for neither."""
    qualities = {}
    for part in accept.lower().split(b","):
        name, _, parameter = part.strip().partition(b";")
        qualities[name.strip()] = parameter.replace(b" ", b"").removeprefix(b"q=")
    for encoding in (b"br", b"gzip"):
        quality = qualities.get(encoding, qualities.get(b"*"))
        # "q=0" in any of its spellings is a refusal; saying nothing is not.
        if quality is not None and (not quality or quality.strip(b"0.")):
            return encoding
    return b""


def compress(content: bytes, encoding: bytes) -> bytes:
    """Return the content in "br" or "gzip"."""
    if encoding == b"br":
        compressed: bytes = brotli.compress(content, quality=_BROTLI_QUALITY)
        return compressed
    return zlib.compress(content, _GZIP_LEVEL, wbits=31)


def is_compressible(content_type: bytes) -> bool:
    """Whether content of this type gets smaller and may be held back."""
    return content_type.startswith(_COMPRESSIBLE) and not content_type.startswith(b"text/event-stream")


class Compression:
    """Brotli or gzip, as the client accepts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        accepted = header(scope["headers"], b"accept-encoding") if scope["type"] == "http" else b""
        encoding = accepted_encoding(accepted) if accepted else b""
        if not encoding:
            await self._app(scope, receive, send)
            return
        held: Message | None = None

        async def compressing(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                if _worth_it(message):
                    held = message
                    return
            elif held is not None:
                start, held = held, None
                if not message.get("more_body"):
                    message = _compressed(start, message, encoding)
                await send(start)
            await send(message)

        await self._app(scope, receive, compressing)


def _worth_it(start: Message) -> bool:
    headers = start["headers"]
    if header(headers, b"content-encoding") or start["status"] in (204, 206, 304):
        return False
    return is_compressible(header(headers, b"content-type"))


def _compressed(start: Message, body: Message, encoding: bytes) -> Message:
    content = body.get("body", b"")
    if len(content) < _LEAST_BYTES:
        return body
    content = compress(content, encoding)
    kept = [pair for pair in start["headers"] if pair[0] not in (b"content-length", b"etag", b"vary")]
    varies, etag = header(start["headers"], b"vary"), header(start["headers"], b"etag")
    start["headers"] = [
        *kept,
        (b"content-encoding", encoding),
        (b"content-length", str(len(content)).encode()),
        (b"vary", b", ".join(part for part in (varies, b"Accept-Encoding") if part)),
    ]
    if etag:
        # The same content in other bytes.
        start["headers"].append((b"etag", b"W/" + etag.removeprefix(b"W/")))
    return {"type": "http.response.body", "body": content, "more_body": False}
