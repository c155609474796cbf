"""Reading a body while counting it."""

import aiohttp

from owui_rag.adapters.web.unpacking import TooLarge, unpacker_of


async def read_body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the body unpacked; raise TooLarge above `limit` bytes before or after unpacking, or Garbled.

    The session must leave bodies as they come (`auto_decompress=False`).
    """
    if (response.content_length or 0) > limit:
        raise TooLarge
    unpacker = unpacker_of(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    arrived = 0
    async for data in response.content.iter_any():
        arrived += len(data)
        if arrived > limit:
            raise TooLarge
        body += unpacker.feed(data, limit - len(body))
    return bytes(body)
