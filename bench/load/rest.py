"""Plain requests over a few kept connections, as many as the server answers in some seconds."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic

from bench.load.http import Address, HttpConnection


@dataclass(frozen=True)
class RequestRun:
    """Requests done, seconds they took, bytes of one answer."""

    requests: int
    seconds: float
    answer_bytes: int


async def repeat_request(
    address: Address, token: str, path: str, *, seconds: float, connections: int, encoding: str
) -> RequestRun:
    """GETs `path` for `seconds` over `connections` connections; RuntimeError for an error status."""
    clients = [HttpConnection(address, token, encoding) for _ in range(connections)]
    sizes = []
    started = monotonic()

    async def work(client: HttpConnection) -> None:
        while monotonic() - started < seconds:
            answer = await client.request("GET", path)
            if answer.status != 200:
                answer.json()
            sizes.append(len(answer.body))

    await asyncio.gather(*(work(client) for client in clients))
    took = monotonic() - started
    for client in clients:
        client.close()
    return RequestRun(len(sizes), took, sizes[0])
