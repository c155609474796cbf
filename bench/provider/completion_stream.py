"""One streamed completion: writes its tokens as they fall due and notes when it did."""

from __future__ import annotations

import asyncio

from bench.provider import answers
from bench.provider.stub_models import StubModel


class CompletionStream:
    """Sends the tokens of one answer over a connection; `sends` gets the monotonic second of each."""

    def __init__(self, transport: asyncio.Transport, name: str, model: StubModel, sends: list[float]) -> None:
        self._transport = transport
        self._chunks = answers.token_chunks(name, model.count)
        self._last = answers.last_chunks(name, model.count)
        self._interval = model.interval
        self._sends = sends
        self._next = 0
        self._due = 0.0
        transport.write(answers.STREAM_HEAD + answers.role_chunk(name))

    def start(self, now: float) -> float:
        """The time at which the first token is due."""
        self._due = now + self._interval
        return self._due

    def send_due(self, now: float) -> float | None:
        """Writes every token due at `now`; the time of the next, or None after the last or a hang-up."""
        if self._transport.is_closing():
            return None
        first, end = self._next, len(self._chunks)
        while self._next < end and self._due <= now:
            self._next += 1
            self._due += self._interval
        self._sends.extend([now] * (self._next - first))
        data = self._chunks[first] if self._next == first + 1 else b"".join(self._chunks[first : self._next])
        if self._next == end:
            self._transport.write(data + self._last)
            return None
        self._transport.write(data)
        return self._due
