"""Unpacking of compressed bodies within a size."""

import zlib
from typing import Protocol

ACCEPTED_ENCODINGS = "gzip, deflate"


class TooLarge(Exception):
    """A body is larger than its limit."""


class Garbled(Exception):
    """A body is not what its head says."""


class Unpacker(Protocol):
    """Takes a body as it arrives and gives it unpacked."""

    def feed(self, data: bytes, room: int) -> bytes:
        """Return what `data` unpacks to; raise TooLarge above `room` bytes, or Garbled."""


class Plain:
    """A body that is not compressed."""

    def feed(self, data: bytes, room: int) -> bytes:
        """Return the data."""
        if len(data) > room:
            raise TooLarge
        return data


class Inflating:
    """A gzip or deflate body; deflate with or without its header, as servers send both."""

    def __init__(self, encoding: str) -> None:
        self._raw_allowed = encoding == "deflate"
        self._inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._begun = False

    def feed(self, data: bytes, room: int) -> bytes:
        """Unpack at most `room` bytes: a small body must not become a large one in memory."""
        try:
            unpacked = self._inflate.decompress(data, room + 1)
        except zlib.error:
            if self._begun or not self._raw_allowed:
                raise Garbled from None
            self._inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
            try:
                unpacked = self._inflate.decompress(data, room + 1)
            except zlib.error:
                raise Garbled from None
        self._begun = True
        if len(unpacked) > room:
            raise TooLarge
        return unpacked


def unpacker_of(encoding: str) -> Unpacker:
    """Return what unpacks a content encoding; raise Garbled for one that was not accepted."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        return Plain()
    if encoding in {"gzip", "x-gzip", "deflate"}:
        return Inflating(encoding)
    raise Garbled
