"""The HTTP side of the stub: reads requests off a connection and answers them."""

from __future__ import annotations

import asyncio
import json
import re
from time import monotonic
from typing import cast

import orjson

from bench.provider import answers
from bench.provider.completion_stream import CompletionStream
from bench.provider.embeddings import embedding_answer, texts_of
from bench.provider.stub_models import parse_model
from bench.provider.ticker import Ticker

LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
# A client that wants to know when its tokens were sent writes this with a name of its own into its question.
STREAM_NAME = re.compile(r"bench:([\w-]+)")


class Embedded:
    """Texts that were embedded: how many different ones, and how many times all together."""

    def __init__(self) -> None:
        self.texts: set[int] = set()
        self.inputs = 0

    def add(self, texts: list[str]) -> None:
        """Counts the texts of a request."""
        self.texts.update(map(hash, texts))
        self.inputs += len(texts)


class Provider:
    """What all connections share: the ticker, the send times of the named streams, what was embedded."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.ticker = Ticker(loop)
        self.sends: dict[str, list[float]] = {}
        self.embedded = Embedded()
        self.requests = 0

    def take_sends(self) -> dict[str, list[float]]:
        """The send times of each named stream since the last call."""
        taken, self.sends = self.sends, {}
        return taken


class Connection(asyncio.Protocol):
    """One client; requests are answered in turn, a body must have a Content-Length."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._buffer = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answers each request that is complete."""
        self._buffer += data
        while (head_end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:head_end]
            length = LENGTH.search(head)
            end = head_end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[head_end + 4 : end], self._buffer[end:]
            method, path = head.split(b" ", 2)[:2]
            self._answer(method.decode(), path.decode().partition("?")[0], body)

    def _answer(self, method: str, path: str, body: bytes) -> None:
        provider = self._provider
        provider.requests += 1
        if path.endswith("/models"):
            self._transport.write(answers.model_list())
        elif path.endswith("/chat/completions") and method == "POST":
            self._complete(json.loads(body))
        elif path.endswith("/embeddings") and method == "POST":
            asked = orjson.loads(body)
            provider.embedded.add(texts_of(asked))
            self._transport.write(answers.raw_answer(embedding_answer(asked)))
        elif path == "/bench/embedded":
            taken, provider.embedded = provider.embedded, Embedded()
            self._transport.write(answers.json_answer({"texts": len(taken.texts), "inputs": taken.inputs}))
        elif path == "/bench/sends":
            self._transport.write(answers.json_answer(provider.take_sends()))
        else:
            self._transport.write(answers.error("404 Not Found", f"No {method} {path} here"))

    def _complete(self, asked: dict[str, object]) -> None:
        name = str(asked.get("model"))
        model = parse_model(name)
        if model is None:
            self._transport.write(answers.error("404 Not Found", f"The model `{name}` does not exist"))
        elif not asked.get("stream"):
            self._transport.write(answers.plain_completion(name, model.count))
        else:
            named = STREAM_NAME.search(json.dumps(asked.get("messages", "")))
            sends: list[float] = []
            if named:
                self._provider.sends[named[1]] = sends
            stream = CompletionStream(self._transport, name, model, sends)
            self._provider.ticker.add(stream, stream.start(monotonic()))
