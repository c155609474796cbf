"""One WebSocket that speaks Socket.IO: handshake, heartbeat, a bounded queue of what it is to be told."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive, Send

from owui_gateway.credentials import Caller
from owui_gateway.sockets import packets
from owui_gateway.sockets.packets import Packet, ProtocolError

log = logging.getLogger(__name__)
TRY_AGAIN_LATER, POLICY, GOING_AWAY = 1013, 1008, 1001
_FAREWELL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How patient the server is (seconds), how much it reads and how much it keeps (characters)."""

    ping_interval: float = 25.0
    ping_timeout: float = 20.0
    handshake: float = 10.0
    packet: int = 1_000_000
    waiting_packets: int = 2_000
    waiting: int = 8_000_000
    recheck: float = 4.0


class Refused(Exception):
    """The client may not connect; the message tells it why."""


Admit = Callable[["Connection", dict[str, Any]], Awaitable[None]]
OnEvent = Callable[["Connection", str, Any], Awaitable[Any]]
# Sends a text at once; False when it has to wait.
WriteText = Callable[[str], bool]


class Connection:
    """A client's socket."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        admit: Admit,
        on_event: OnEvent,
        limits: Limits,
        *,
        write_text: WriteText | None = None,
    ) -> None:
        self.sid = secrets.token_urlsafe(15)
        self.caller: Caller | None = None
        self.wants_deltas = False
        self._receive = receive
        self._send = send
        self._admit = admit
        self._on_event = on_event
        self._limits = limits
        self._write_text = write_text
        # Whether everything that was told has been sent and the writing task waits for more.
        self._idle = False
        self._waiting: deque[str] = deque()
        self._waiting_size = 0
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._heard_at = self._pinged_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._cut: asyncio.Future[None] = self._loop.create_future()
        self._closing: int | None = None

    def tell(self, text: str) -> None:
        """Queue a text; a client that does not keep up is disconnected and may come back and resume."""
        if self._closing is not None:
            return
        if self._idle and self._write_text is not None and self._write_text(text):
            return
        full = self._waiting_size + len(text) > self._limits.waiting
        if self._waiting and (full or len(self._waiting) >= self._limits.waiting_packets):
            self.close(TRY_AGAIN_LATER, at_once=True)
            return
        self._waiting.append(text)
        self._waiting_size += len(text)
        self._wake_writer()

    def close(self, code: int = GOING_AWAY, *, at_once: bool = False) -> None:
        """End the connection after what is queued has been sent; `at_once` drops that."""
        if self._closing is not None:
            return
        self._closing = code
        if at_once:
            self._waiting.clear()
        self._wake_writer()
        self._after(_FAREWELL_SECONDS, self._cut_off)

    def _wake_writer(self) -> None:
        self._idle = False
        self._wake.set()

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        self._forget_timer()
        self._timer = self._loop.call_later(seconds, call)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _cut_off(self) -> None:
        if not self._cut.done():
            self._cut.set_result(None)

    async def run(self) -> None:
        """Serve the connection until either side ends it."""
        await self._send({"type": "websocket.accept"})
        opening = packets.opening(
            secrets.token_urlsafe(15),
            self._limits.ping_interval,
            self._limits.ping_timeout,
            self._limits.packet,
        )
        await self._send({"type": "websocket.send", "text": opening})
        if not await self._handshake():
            return
        if self._closing is None:
            self._after(self._limits.ping_interval, self._ping)
        reader, writer = asyncio.create_task(self._read()), asyncio.create_task(self._write())
        work: list[asyncio.Future[None]] = [reader, writer, self._cut]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._forget_timer()
            for one in work:
                one.cancel()
            outcomes = await asyncio.gather(*work, return_exceptions=True)
        if isinstance(outcomes[0], ProtocolError):
            log.info("a socket is closed: %s", outcomes[0])
            await self._say_goodbye(POLICY)
        elif isinstance(outcomes[0], Exception):
            log.error("a socket failed", exc_info=outcomes[0])

    async def _say_goodbye(self, code: int) -> None:
        # Whoever does not read hears nothing of this either, and whoever has left need not.
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(_FAREWELL_SECONDS):
                await self._send({"type": "websocket.close", "code": code})

    async def _handshake(self) -> bool:
        namespace = "/"
        try:
            async with asyncio.timeout(self._limits.handshake):
                text = await self._next_text()
                while text is not None and not text.startswith("40"):
                    text = await self._next_text()
                if text is None:
                    return False
                packet = packets.parse(text[1:])
                namespace = packet.namespace
                if namespace != "/":
                    raise Refused("Invalid namespace")
                auth = packet.data if isinstance(packet.data, dict) else {}
                self.wants_deltas = auth.get("stream") == "delta"
                await self._admit(self, auth)
                await self._send({"type": "websocket.send", "text": packets.connected(self.sid)})
        except (Refused, ProtocolError) as refusal:
            await self._send({"type": "websocket.send", "text": packets.refused(str(refusal), namespace)})
            await self._say_goodbye(POLICY)
            return False
        except TimeoutError:
            await self._say_goodbye(POLICY)
            return False
        return True

    async def _next_text(self) -> str | None:
        """Return the next text, None when the client has left; raise ProtocolError for what none is."""
        message = await self._receive()
        while message["type"] == "websocket.connect":
            message = await self._receive()
        if message["type"] != "websocket.receive":
            return None
        text: str | None = message.get("text")
        if text is None:
            raise ProtocolError("binary packets are not used here")
        if len(text) > self._limits.packet:
            raise ProtocolError("the packet is too large")
        return text

    async def _write(self) -> None:
        send, waiting = self._send, self._waiting
        with suppress(OSError):
            while True:
                while waiting:
                    text = waiting.popleft()
                    self._waiting_size -= len(text)
                    await send({"type": "websocket.send", "text": text})
                if self._closing is not None:
                    await send({"type": "websocket.close", "code": self._closing})
                    return
                self._wake.clear()
                self._idle = True
                await self._wake.wait()

    def _ping(self) -> None:
        self._pinged_at = self._loop.time()
        self.tell(packets.PING)
        if self._closing is None:
            self._after(self._limits.ping_timeout, self._expect_pong)

    def _expect_pong(self) -> None:
        if self._heard_at < self._pinged_at:
            self._cut_off()
        else:
            self._after(max(0.0, self._limits.ping_interval - self._limits.ping_timeout), self._ping)

    async def _read(self) -> None:
        while (text := await self._next_text()) is not None:
            self._heard_at = self._loop.time()
            if text[:1] == "4":
                packet = packets.parse(text[1:])
                if packet.kind == packets.DISCONNECT and packet.namespace == "/":
                    return
                if packet.kind == packets.EVENT and packet.namespace == "/":
                    await self._handle(packet)
            elif text[:1] == "1":
                return
            elif text == "2probe":
                self.tell("3probe")

    async def _handle(self, packet: Packet) -> None:
        data = packet.data
        if not isinstance(data, list) or not data or not isinstance(data[0], str):
            raise ProtocolError("an event is a list that begins with its name")
        answer = await self._on_event(self, data[0], data[1] if len(data) > 1 else None)
        if packet.ack is not None:
            self.tell(packets.ack(packet.ack, answer))
