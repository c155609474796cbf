"""Cuts what arrives in parts of any size into pieces of one size."""

from collections.abc import AsyncGenerator, AsyncIterator

READ_BYTES = 256 * 1024
# The smallest part that S3 takes, so that a process may hold a few; 10,000 of them make 48 GiB.
UPLOAD_BYTES = 5 * 1024 * 1024


async def pieces(parts: AsyncIterator[bytes], size: int) -> AsyncGenerator[bytearray, None]:
    """Give pieces of `size` bytes and a last one of 0 to `size`; there is always a last one.

    A piece is given only when it is known whether more follows, so exactly the last one is the last.
    """
    piece = bytearray()
    async for part in parts:
        view = memoryview(part)
        while view:
            if len(piece) == size:
                yield piece
                piece = bytearray()
            taken = view[: size - len(piece)]
            piece += taken
            view = view[len(taken) :]
    yield piece


def span(start: int, end: int | None) -> str:
    """Return the Range header for the bytes from `start` to `end` (excluded); "" for all of them."""
    if end is None:
        return f"bytes={start}-" if start else ""
    return f"bytes={start}-{end - 1}"
