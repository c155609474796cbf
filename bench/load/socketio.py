"""A Socket.IO client over the raw WebSocket: connects, receives events, emits, answers pings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import orjson

from bench.load.http import Address
from bench.load.websocket import WebSocketClient, open_websocket

PATH = "/ws/socket.io/?EIO=4&transport=websocket"
# Name, argument, monotonic seconds, bytes received on the wire so far.
OnEvent = Callable[[str, Any, float, int], None]


class SocketIoClient:
    """One connected socket; `sid` is the session id that chat requests name."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._connected: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._auth: dict[str, str] = {}
        self.socket: WebSocketClient
        self.sid = ""

    async def connect(self, address: Address, auth: dict[str, str], deflate: bool) -> None:
        """Connects; ConnectionError when the server refuses the credentials."""
        self._auth = auth
        self.socket = await open_websocket(address, PATH, deflate, self._take)
        async with asyncio.timeout(30):
            self.sid = await self._connected

    def _take(self, text: str, now: float, wire: int) -> None:
        if text.startswith("42"):
            event = orjson.loads(text[text.index("[") :])
            self._on_event(event[0], event[1] if len(event) > 1 else None, now, wire)
        elif text == "2":
            self.socket.send("3")
        elif text.startswith("0"):
            # The socket may not be set yet: the first message can come with the handshake.
            asyncio.get_running_loop().call_soon(self._authenticate)
        elif text.startswith("40"):
            self._connected.set_result(orjson.loads(text[2:])["sid"])
        elif text.startswith("44") and not self._connected.done():
            self._connected.set_exception(ConnectionError(f"refused: {text}"))

    def _authenticate(self) -> None:
        self.socket.send("40" + orjson.dumps(self._auth).decode())

    def close(self) -> None:
        """Closes the socket."""
        self.socket.close()
