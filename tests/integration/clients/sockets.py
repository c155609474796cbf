"""A Socket.IO client over a bare WebSocket: delta events, or the accumulated form of the public interface."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any, Self

import aiohttp

from .transcript import Transcript

PATH = "/ws/socket.io/?EIO=4&transport=websocket"


class Refused(Exception):
    """The server did not accept the socket."""


class SocketClient:
    """One open socket; everything it hears is kept."""

    def __init__(
        self, http: aiohttp.ClientSession, base_url: str, token: str, *, deltas: bool = True
    ) -> None:
        self._http = http
        self._url = base_url + PATH
        self.auth: dict[str, Any] = {"token": token, **({"stream": "delta"} if deltas else {})}
        self.sid = ""
        self.events: list[tuple[str, Any]] = []
        self.tasks: dict[str, Transcript] = {}
        self.delta_bytes = 0
        self.closed = asyncio.Event()
        self._streams: dict[str, Transcript] = {}
        # What came for tasks whose beginning is still being asked for, with its number.
        self._strangers: dict[str, list[tuple[int, list[Any]]]] = {}
        self._resuming: dict[str, list[tuple[int, Callable[[], None]]]] = {}
        self._changed = asyncio.Condition()
        self._acks: dict[int, asyncio.Future[Any]] = {}
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    async def connect(self, headers: dict[str, str] | None = None) -> Self:
        """Shake hands; raise Refused."""
        try:
            self._socket = await self._http.ws_connect(self._url, headers=headers, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as error:
            raise Refused(f"HTTP {error.status}") from None
        opening = await self._socket.receive_str(timeout=10)
        assert opening.startswith("0{"), opening
        await self._socket.send_str("40" + json.dumps(self.auth))
        answer = await self._socket.receive_str(timeout=10)
        if not answer.startswith("40"):
            await self._socket.close()
            raise Refused(answer)
        self.sid = json.loads(answer[2:])["sid"]
        self.closed.clear()
        self._reader = asyncio.create_task(self._read(self._socket))
        return self

    async def close(self) -> None:
        """Leave in good order."""
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        self.closed.set()

    async def cut(self) -> None:
        """Drop the connection as a dying network does, without a word."""
        assert self._socket is not None
        transport = self._socket.get_extra_info("socket")
        assert transport is not None
        connection = self._socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.abort()
        await self.closed.wait()

    async def __aenter__(self) -> Self:
        return self if self._socket is not None else await self.connect()

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def emit(self, name: str, data: Any) -> None:
        """Send an event without asking for an answer."""
        await self.send_text("42" + json.dumps([name, data]))

    async def send_text(self, text: str) -> None:
        """Send whatever text."""
        assert self._socket is not None
        await self._socket.send_str(text)

    async def call(self, name: str, data: Any, seconds: float = 10.0) -> Any:
        """Send an event and return what the server acknowledges it with."""
        number = len(self._acks) + 1
        answer = self._acks[number] = asyncio.get_running_loop().create_future()
        await self.send_text(f"42{number}" + json.dumps([name, data]))
        return await asyncio.wait_for(answer, seconds)

    async def resume(
        self, task_id: str, transcript: Transcript | None = None, seconds: float = 10.0
    ) -> Transcript:
        """Ask for what was missed of a task since the transcript's end, or since its beginning."""
        known = transcript or self.tasks.get(task_id) or Transcript(task_id)
        self._resuming[task_id] = []
        try:
            asked = {"task_id": task_id, "seq": known.last_seq}
            answer = await self.call("chat:resume", asked, seconds)
            assert answer["status"] is True, answer
            known.take_resumed(answer)
        finally:
            waiting = self._resuming.pop(task_id)
        # What came over the socket while the answer was on its way may be newer than the answer.
        self.tasks[task_id] = self._streams[known.stream] = known
        for seq, delta in self._strangers.pop(known.stream, []):
            waiting.append((seq, partial(known.take_delta, *delta)))
        for _, take in sorted(waiting, key=lambda one: one[0]):
            take()
        return known

    async def wait(self, condition: Callable[[], Any], seconds: float = 30.0) -> None:
        """Wait until the condition holds; it is asked after everything that is heard."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(condition()))

    async def ended(self, task_id: str, seconds: float = 30.0) -> Transcript:
        """Wait for the final event of a task."""
        await self.wait(lambda: task_id in self.tasks and self.tasks[task_id].final is not None, seconds)
        return self.tasks[task_id]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of all `events` of one type."""
        return [data for name, data in self.events if name == "events" and data["data"]["type"] == kind]

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(message.data)
        finally:
            self.closed.set()
            async with self._changed:
                self._changed.notify_all()

    async def _take(self, text: str) -> None:
        if text == "2":
            await self.send_text("3")
        elif text.startswith("43"):
            digits = text[2 : text.index("[")]
            self._acks[int(digits)].set_result(json.loads(text[2 + len(digits) :])[0])
        elif text.startswith("42"):
            name, data = json.loads(text[2:])
            if name == "delta":
                self.delta_bytes += len(text)
                self._take_delta(data)
            else:
                self.events.append((name, data))
                self._take_event(data)
            async with self._changed:
                self._changed.notify_all()

    def _take_delta(self, data: list[Any]) -> None:
        transcript = self._streams.get(data[0])
        if transcript is None or transcript.task_id in self._resuming:
            self._strangers.setdefault(data[0], []).append((data[1], data[1:]))
        else:
            transcript.take_delta(*data[1:])

    def _take_event(self, data: Any) -> None:
        task_id = data.get("task_id") if isinstance(data, dict) else None
        if task_id is None:
            return
        if task_id in self._resuming:
            seq, content = data["seq"], data["data"]
            self._resuming[task_id].append((seq, lambda: self.tasks[task_id].take_event(seq, content)))
            return
        transcript = self.tasks.setdefault(task_id, Transcript(task_id))
        if data["data"]["type"] == "chat:stream":
            transcript.stream = data["data"]["data"]["stream"]
            transcript.chat_id, transcript.message_id = data["chat_id"], data["message_id"]
            self._streams[transcript.stream] = transcript
        transcript.take_event(data["seq"], data["data"])
