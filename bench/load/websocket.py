"""A raw WebSocket client that counts the bytes on the wire and takes compressed messages as browsers do."""

from __future__ import annotations

import asyncio
import base64
import os
import zlib
from collections.abc import Callable
from time import monotonic
from typing import cast

from bench.load.http import Address

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
DEFLATE_OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class WebSocketClient(asyncio.Protocol):
    """One socket; `on_text(text, monotonic seconds, bytes received so far)` gets each message."""

    def __init__(
        self, address: Address, path: str, deflate: bool, on_text: Callable[[str, float, int], None]
    ) -> None:
        self._handshake = (
            f"GET {path} HTTP/1.1\r\nHost: {address.host}:{address.port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\n"
            f"Origin: http://{address.host}:{address.port}\r\n{DEFLATE_OFFER if deflate else ''}\r\n"
        ).encode()
        self._on_text = on_text
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._compressed = False
        self._inflate: zlib._Decompress | None = None
        self._keep_context = True
        self.wire_bytes = 0
        self.opened = asyncio.get_running_loop().create_future()
        self.closed = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the handshake."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._handshake)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wakes whoever waits."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"socket refused: {exc}"))
        self.closed.set()

    def data_received(self, data: bytes) -> None:
        """Takes bytes; each whole message is passed on with the time of these bytes."""
        now = monotonic()
        self._buffer += data
        if not self.opened.done() and not self._read_handshake():
            return
        while self._read_frame(now):
            pass

    def _read_handshake(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(self._buffer[:end])
        del self._buffer[: end + 4]
        if not head.startswith(b"HTTP/1.1 101"):
            self.opened.set_exception(ConnectionError(f"no websocket: {head[:200]!r}"))
            self._transport.close()
            return False
        if b"permessage-deflate" in head:
            self._inflate = zlib.decompressobj(-15)
            self._keep_context = b"server_no_context_takeover" not in head
        self.opened.set_result(self._inflate is not None)
        return True

    def _read_frame(self, now: float) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(buffer) < start:
                return False
            length = int.from_bytes(buffer[2:start])
        if len(buffer) < start + length:
            return False
        first, payload = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        self.wire_bytes += start + length
        self._take_frame(first, payload, now)
        return True

    def _take_frame(self, first: int, payload: bytes, now: float) -> None:
        opcode = first & 0x0F
        if opcode == CLOSE:
            self._transport.close()
        elif opcode == PING:
            self._send_frame(PONG, payload)
        elif opcode < CLOSE:
            if opcode:
                self._compressed = bool(first & 0x40)
            self._parts.append(payload)
            if first & 0x80:
                whole, self._parts = b"".join(self._parts), []
                self._on_text(self._plain(whole), now, self.wire_bytes)

    def _plain(self, payload: bytes) -> str:
        if not self._compressed:
            return payload.decode()
        assert self._inflate
        text = self._inflate.decompress(payload + b"\x00\x00\xff\xff").decode()
        if not self._keep_context:
            self._inflate = zlib.decompressobj(-15)
        return text

    def send(self, text: str) -> None:
        """Sends a text message."""
        self._send_frame(TEXT, text.encode())

    def _send_frame(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2)
        pad = int.from_bytes((mask * (size // 4 + 1))[:size])
        masked = (int.from_bytes(payload) ^ pad).to_bytes(size)
        self._transport.write(bytes([0x80 | opcode]) + length + mask + masked)

    def close(self) -> None:
        """Drops the connection."""
        self._transport.close()


async def open_websocket(
    address: Address, path: str, deflate: bool, on_text: Callable[[str, float, int], None]
) -> WebSocketClient:
    """Connects and waits for the handshake; ConnectionError when it is refused."""
    loop = asyncio.get_running_loop()
    _, client = await loop.create_connection(
        lambda: WebSocketClient(address, path, deflate, on_text), address.host, address.port
    )
    async with asyncio.timeout(30):
        await client.opened
    return client
