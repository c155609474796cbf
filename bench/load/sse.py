"""A streamed completion in API mode: a raw client that reads server-sent events as they come."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import cast

import orjson

from bench.load.http import Address, request_bytes
from bench.load.receipt import Receipt, WrongTextError


class SseClient(asyncio.Protocol):
    """Reads one answer with a chunked body and closes; `done` is set at its end, whatever the end was."""

    def __init__(self, request: bytes, receipt: Receipt) -> None:
        self._request, self._receipt = request, receipt
        self._raw, self._events = b"", b""
        self._in_body = False
        self.done = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Sends the request."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Takes bytes; every whole event is read with the time of these bytes."""
        now = monotonic()
        self._raw += data
        try:
            if not self._in_body and not self._read_head():
                return
            ended = self._read_chunks()
            self._read_events(now)
        except WrongTextError:
            ended = True
        if ended:
            self._finish()

    def _read_head(self) -> bool:
        end = self._raw.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._raw.startswith(b"HTTP/1.1 200") or b"chunked" not in self._raw[:end].lower():
            self._receipt.error = f"{self._receipt.name}: {self._raw[:300]!r}"
            raise WrongTextError(self._receipt.error)
        self._raw, self._in_body = self._raw[end + 4 :], True
        return True

    def _read_chunks(self) -> bool:
        """Moves whole chunks to the event buffer; True after the last."""
        position, raw, parts, ended = 0, self._raw, [], False
        while (line_end := raw.find(b"\r\n", position)) >= 0:
            size = int(raw[position:line_end], 16)
            if size == 0:
                ended = True
                break
            if len(raw) < line_end + 2 + size + 2:
                break
            parts.append(raw[line_end + 2 : line_end + 2 + size])
            position = line_end + 2 + size + 2
        self._raw = raw[position:]
        self._events += b"".join(parts)
        return ended

    def _read_events(self, now: float) -> None:
        *events, self._events = self._events.split(b"\n\n")
        for event in events:
            if not event.startswith(b"data: {"):
                continue
            chunk = orjson.loads(event[6:])
            for choice in chunk.get("choices", ()):
                if text := choice.get("delta", {}).get("content"):
                    self._receipt.append(text, now)
            if "error" in chunk:
                self._receipt.error = f"{self._receipt.name}: {event[:300]!r}"
                raise WrongTextError(self._receipt.error)

    def _finish(self) -> None:
        self._receipt.finish()
        self._transport.close()
        if not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends the stream when the server hangs up."""
        del exc
        if not self.done.done():
            self._receipt.finish()
            self.done.set_result(None)


async def stream_completion(address: Address, token: str, model: str, receipt: Receipt, limit: float) -> None:
    """Runs one streamed completion to its end or for `limit` seconds; what happened is in the receipt."""
    body = orjson.dumps(
        {
            "model": model,
            "stream": True,
            "messages": [{"role": "user", "content": f"Count. bench:{receipt.name}"}],
        }
    )
    request = request_bytes(address, "POST", "/api/chat/completions", body=body, token=token)
    loop = asyncio.get_running_loop()
    transport, client = await loop.create_connection(
        lambda: SseClient(request, receipt), address.host, address.port
    )
    try:
        async with asyncio.timeout(limit):
            await client.done
    except TimeoutError:
        receipt.error = f"{receipt.name}: {len(receipt.arrivals)} tokens after {limit} s"
    finally:
        transport.close()
