"""A small HTTP/1.1 client over one kept connection, so that the server is the limit, not the client."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True)
class Address:
    """Where a system listens."""

    host: str
    port: int


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer."""

    status: int
    body: bytes

    def json(self) -> Any:  # the shape is the public contract's, which the caller knows
        """The body as JSON; raises RuntimeError for an error status."""
        if self.status >= 400:
            raise RuntimeError(f"HTTP {self.status}: {self.body[:300]!r}")
        return orjson.loads(self.body)


def request_bytes(
    address: Address,
    method: str,
    path: str,
    *,
    body: bytes | None = None,
    content_type: str = "application/json",
    token: str | None = None,
    encoding: str = "identity",
) -> bytes:
    """A whole request."""
    head = [
        f"{method} {path} HTTP/1.1",
        f"host: {address.host}:{address.port}",
        f"accept-encoding: {encoding}",
    ]
    if token:
        head.append(f"authorization: Bearer {token}")
    if body is not None:
        head += [f"content-type: {content_type}", f"content-length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + (body or b"")


class HttpConnection:
    """One kept connection; opened at the first request and again when the server closed it."""

    def __init__(self, address: Address, token: str | None = None, encoding: str = "identity") -> None:
        self.address, self.token, self._encoding = address, token, encoding
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, value: object = None, timeout: float = 60) -> Answer:
        """Sends a request (`value`: its JSON body), reads the answer; TimeoutError after `timeout` s."""
        body = None if value is None else orjson.dumps(value)
        return await self.send(method, path, body, timeout=timeout)

    async def send(
        self,
        method: str,
        path: str,
        body: bytes | None,
        content_type: str = "application/json",
        timeout: float = 60,
    ) -> Answer:
        """Sends a request with a body of any type, as `request` does."""
        async with asyncio.timeout(timeout):
            if self._reader and self._reader.at_eof():
                self.close()
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection(
                    self.address.host, self.address.port, limit=2**20
                )
            data = request_bytes(
                self.address,
                method,
                path,
                body=body,
                content_type=content_type,
                token=self.token,
                encoding=self._encoding,
            )
            self._writer.write(data)
            return await self._read()

    async def _read(self) -> Answer:
        assert self._reader
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        status = int(head[9:12])
        fields = dict(line.split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            body = await self._read_chunks()
        else:
            body = await self._reader.readexactly(int(fields.get(b"content-length", b"0")))
        if b"close" in fields.get(b"connection", b""):
            self.close()
        return Answer(status, body)

    async def _read_chunks(self) -> bytes:
        assert self._reader
        parts = []
        while size := int(await self._reader.readline(), 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readexactly(2)
        await self._reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """Closes the connection."""
        if self._writer:
            self._writer.close()
        self._reader = self._writer = None
