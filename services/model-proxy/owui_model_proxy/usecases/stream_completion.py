"""Ask a model and pass on what it answers."""

import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from owui_chassis.errors import Conflict, Invalid, NotFound, Unavailable
from owui_chassis.identity import Principal

from owui_model_proxy import metrics
from owui_model_proxy.domain import sse
from owui_model_proxy.domain.completion_request import Api, Asker, Outgoing, prepare
from owui_model_proxy.domain.model_index import Route
from owui_model_proxy.domain.ollama_answers import AnswerError, OllamaStream, to_openai_completion
from owui_model_proxy.domain.ollama_requests import ConversionError
from owui_model_proxy.ports import ProviderAnswer, ProviderRequest
from owui_model_proxy.usecases.door import Door, model_of, refuse_redirect
from owui_model_proxy.usecases.paced_reading import PacedReading, Ticks

JSON = "application/json"
# A message between processes has an upper bound, an answer of a model may be larger.
PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Head:
    """How an answer begins."""

    status: int
    content_type: str
    model: str
    connection_type: str


class StreamCompletion:
    """The way of every completion: authorise, prepare, send, pass on."""

    def __init__(self, door: Door, now: Callable[[], datetime]) -> None:
        self._door = door
        self._now = now
        self._ticks = Ticks()

    async def __call__(
        self,
        api: Api,
        raw: bytes,
        index: int | None,
        principal: Principal,
        *,
        grounded: bool = False,
        paced: bool = False,
    ) -> AsyncGenerator[Head | bytes, None]:
        """Give the head and then bytes, `paced` ones at most 25 times a second.

        An answer that breaks ends with an error event when it was streamed: what arrived before is passed on.
        Raises NotFound for a model that is not the caller's to use, Invalid for a body that makes no sense,
        Conflict for a model whose knowledge the caller has not `grounded` the request in, and Unavailable for
        a provider that cannot be reached or whose plain answer breaks.
        """
        began = time.perf_counter()
        with self._door.gate.inside():
            route, outgoing = await self._prepare(api, raw, index, principal)
            if route.knowledge and not grounded and api.is_conversation:
                raise Conflict("The answers of this model rest on its knowledge", "needs_grounding")
            request = ProviderRequest(
                "POST",
                outgoing.path,
                self._door.write(outgoing.body),
                headers=self._door.headers(principal),
            )
            counted = _Counted(outgoing.connection.label, began)
            async with self._door.providers.ask(outgoing.connection, request) as answer:
                refuse_redirect(answer, outgoing.connection.host)
                try:
                    if _is_streamed(answer, outgoing):
                        content_type = sse.CONTENT_TYPE if outgoing.converts else answer.content_type
                        yield _head(answer.status, content_type, route, outgoing)
                        read = _Converting(answer, route.id).read if outgoing.converts else answer.read_some
                        if paced:
                            read = PacedReading(answer, read, self._ticks).read
                        try:
                            while data := await read():
                                counted.add(len(data))
                                yield data
                        except Unavailable as error:
                            yield _last_words(content_type, error)
                    else:
                        # Read whole before the head leaves: one that breaks is an error and no half answer.
                        body = await answer.read_all()
                        content_type = answer.content_type
                        if outgoing.converts and answer.status == 200:
                            body, content_type = _convert_plain(route.id, body), JSON
                        counted.add(len(body))
                        yield _head(answer.status, content_type, route, outgoing)
                        for start in range(0, len(body), PIECE_BYTES):
                            yield body[start : start + PIECE_BYTES]
                finally:
                    counted.finish()

    async def _prepare(
        self, api: Api, raw: bytes, index: int | None, principal: Principal
    ) -> tuple[Route, Outgoing]:
        body = self._door.read(raw)
        route = await self._door.catalogue.route(model_of(body), principal)
        if api.is_conversation:
            _check_messages(body)
        target = route.base.target(index)
        if target is None or (api.only_ollama and target[0].dialect != "ollama"):
            raise NotFound("Model not found", "model_not_found")
        try:
            return route, prepare(
                api, body, route, target, Asker(principal.name, principal.email, self._now())
            )
        except ConversionError as error:
            raise Invalid(str(error), "not_convertible") from None


class _Converting:
    """Ollama's lines as events in OpenAI's form."""

    def __init__(self, answer: ProviderAnswer, model: str) -> None:
        self._answer = answer
        self._lines = OllamaStream(model)

    async def read(self) -> bytes:
        """Return the next events, or nothing at the end; raise Unavailable when the answer breaks."""
        while not self._lines.done:
            try:
                data = await self._answer.read_some()
                events = self._lines.feed(data) if data else self._lines.finish()
            except AnswerError as error:
                self._lines.done = True
                return error.events + sse.error_event(str(error), "provider_garbage")
            if events:
                return events
        return b""


class _Counted:
    """Adds up one answer and tells the metrics at its end: nothing is counted per token."""

    def __init__(self, connection: str, began: float) -> None:
        self._connection = connection
        self._began = began
        self._first = 0.0
        self._bytes = 0
        self._chunks = 0

    def add(self, size: int) -> None:
        """Note bytes that are passed on."""
        if not self._chunks:
            self._first = time.perf_counter()
        self._chunks += 1
        self._bytes += size

    def finish(self) -> None:
        """Tell the metrics."""
        if self._chunks:
            metrics.FIRST_BYTE_SECONDS.labels(self._connection).observe(self._first - self._began)
            metrics.ANSWER_BYTES.labels(self._connection).inc(self._bytes)
            metrics.CHUNKS.labels(self._connection).inc(self._chunks)


def _is_streamed(answer: ProviderAnswer, outgoing: Outgoing) -> bool:
    if answer.status >= 400:
        return False
    kind = answer.content_type
    if outgoing.converts:
        return outgoing.streams
    return kind.startswith(sse.CONTENT_TYPE) or (outgoing.streams and not kind.startswith(JSON))


def _last_words(content_type: str, error: Unavailable) -> bytes:
    if "ndjson" in content_type:
        return b"\n" + orjson.dumps({"error": error.message}) + b"\n"
    return sse.error_event(error.message, error.reason)


def _convert_plain(model: str, body: bytes) -> bytes:
    try:
        return to_openai_completion(model, body)
    except AnswerError as error:
        raise Unavailable(str(error), "provider_garbage") from None


def _check_messages(body: dict[str, Any]) -> None:
    if not isinstance(body.get("messages"), list):
        raise Invalid("The request has to hold a list of messages", "messages_missing")


def _head(status: int, content_type: str, route: Route, outgoing: Outgoing) -> Head:
    return Head(status, content_type, route.id, outgoing.connection.connection_type)
