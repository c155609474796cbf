"""A streamed completion in UI mode: a chat, a message in it, and the socket events that bring its text."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Any

from bench.load.http import Address, HttpConnection
from bench.load.receipt import Receipt, WrongTextError
from bench.load.socketio import SocketIoClient


class UiStream:
    """One user's socket and the answer that is streamed over it."""

    def __init__(self, address: Address, token: str, receipt: Receipt, delta: bool, deflate: bool) -> None:
        self._address, self._token, self._delta, self._deflate = address, token, delta, deflate
        self.receipt = receipt
        self._chat_id = ""
        self._sequence = 0
        self.answer_id, self._question_id = str(uuid.uuid4()), str(uuid.uuid4())
        self._http = HttpConnection(address, token)
        self._done = asyncio.Event()
        self.socket = SocketIoClient(self.take)
        self.deltas_seen = False
        self.events = 0

    async def prepare(self, model: str) -> None:
        """Opens the socket and creates the chat."""
        auth = {"token": self._token} | ({"stream": "delta"} if self._delta else {})
        await self.socket.connect(self._address, auth, self._deflate)
        answer = await self._http.request("POST", "/api/v1/chats/new", {"chat": self._chat(model)})
        self._chat_id = answer.json()["id"]
        # Servers close a connection that idles for seconds; the next request opens its own.
        self._http.close()

    def _question(self, model: str) -> dict[str, Any]:
        return {
            "id": self._question_id,
            "parentId": None,
            "childrenIds": [self.answer_id],
            "role": "user",
            "content": f"Count. bench:{self.receipt.name}",
            "timestamp": int(time.time()),
            "models": [model],
        }

    def _chat(self, model: str) -> dict[str, Any]:
        question = self._question(model)
        answer = {
            "id": self.answer_id,
            "parentId": self._question_id,
            "childrenIds": [],
            "role": "assistant",
            "content": "",
            "model": model,
            "modelName": model,
            "modelIdx": 0,
            "timestamp": int(time.time()),
        }
        return {
            "title": "New Chat",
            "models": [model],
            "params": {},
            "tags": [],
            "timestamp": int(time.time() * 1000),
            "messages": [question, answer],
            "history": {"currentId": self.answer_id, "messages": {m["id"]: m for m in (question, answer)}},
        }

    async def run(self, model: str, limit: float) -> None:
        """Asks and follows the answer to its end, at most `limit` seconds; the receipt tells what came."""
        question = self._question(model)
        try:
            async with asyncio.timeout(limit):
                answer = await self._http.request("POST", "/api/chat/completions", {
                    "stream": True,
                    "model": model,
                    "messages": [{"role": "user", "content": question["content"]}],
                    "params": {},
                    "features": {},
                    "variables": {},
                    "session_id": self.socket.sid,
                    "chat_id": self._chat_id,
                    "id": self.answer_id,
                    "parent_id": self._question_id,
                    "parent_message": question,
                    "background_tasks": {},
                })  # fmt: skip
                answer.json()
                await self._done.wait()
        except TimeoutError:
            self.receipt.error = f"{self.receipt.name}: {len(self.receipt.arrivals)} tokens after {limit} s"
        except (RuntimeError, OSError, EOFError) as error:
            self.receipt.error = f"{self.receipt.name}: {error}"
        self.receipt.finish()

    def take(self, name: str, value: Any, now: float, wire: int) -> None:
        self.events += 1
        try:
            if name == "delta":
                self._take_delta(value, now, wire)
            elif name == "events" and value.get("message_id") == self.answer_id:
                self._check_sequence(value.get("seq"))
                self._take_event(value["data"], now, wire)
        except WrongTextError:
            self._done.set()

    def _take_delta(self, value: list[Any], now: float, wire: int) -> None:
        self.deltas_seen = True
        self._check_sequence(value[1])
        self.receipt.append(value[2], now, wire)

    def _check_sequence(self, sequence: int | None) -> None:
        """Every event of a task has the next number, where the client asked for deltas."""
        if sequence is None or not self._delta:
            return
        self._sequence += 1
        if sequence != self._sequence:
            self.receipt.error = f"{self.receipt.name}: event {sequence} where {self._sequence} was due"
            raise WrongTextError(self.receipt.error)

    def _take_event(self, event: dict[str, Any], now: float, wire: int) -> None:
        data = event.get("data")
        if event["type"] == "chat:message:error" or (isinstance(data, dict) and data.get("error")):
            self.receipt.error = f"{self.receipt.name}: {data}"
            self._done.set()
        elif event["type"] == "chat:completion" and isinstance(data, dict):
            if isinstance(data.get("content"), str):
                self.receipt.replace(data["content"], now, wire)
            if data.get("done"):
                self._done.set()

    async def check_stored(self, patience: float = 5.0) -> None:
        """Reads the chat until the stored answer is the whole text; after `patience` s that is an error."""
        end = time.monotonic() + patience
        while (stored := await self._read_stored()) != self.receipt.expected.text:
            if time.monotonic() > end:
                if self.receipt.error is None:
                    tail = stored[-60:]
                    self.receipt.error = f"{self.receipt.name}: stored {len(stored)} characters: {tail!r}"
                return
            await asyncio.sleep(0.5)

    async def _read_stored(self) -> str:
        answer = await self._http.request("GET", f"/api/v1/chats/{self._chat_id}")
        message = answer.json()["chat"]["history"]["messages"][self.answer_id]
        return str(message.get("content") or "")

    def close(self) -> None:
        """Closes socket and connection."""
        self.socket.close()
        self._http.close()
