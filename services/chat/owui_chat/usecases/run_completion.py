"""One running completion: reads the provider's bytes, grows the answer, tells the user's windows, stores
the end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

import msgspec
from owui_chassis.errors import Conflict, Invalid, ServiceError

from owui_chat.domain.answer import Answer
from owui_chat.domain.chunks import ABSENT, Chunk, error_text, parse_chunk, present, storable
from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.reasoning import ReasoningSplitter
from owui_chat.domain.sse import EventSplitter
from owui_chat.domain.task import INTERRUPTED_TEXT, Task
from owui_chat.ports import Finished, Head, TaskStore, TaskStream

log = logging.getLogger(__name__)
# Why model-proxy refuses a model whose knowledge has to be looked into first.
NEEDS_GROUNDING = "needs_grounding"
_DONE = b"[DONE]"
_WHOLE_LIMIT = 16 * 1024 * 1024
_ERROR_LIMIT = 64 * 1024
Provider = AsyncGenerator[Head | bytes, None]


class RunningCompletion:
    """A completion from the first byte of the provider to the stored message."""

    def __init__(
        self,
        task: Task,
        request: CompletionRequest,
        before: str,
        events: TaskStream,
        *,
        clock: Callable[[], float],
        longest: int,
        instead: "Callable[[RunningCompletion], Provider] | None" = None,
    ) -> None:
        self.task = task
        self.request = request
        self.answer = Answer(clock, before)
        self.head: Head | None = None
        self.arrived_at = clock()
        self.stored_length = 0
        self.error = ""
        self.stopped = False
        self.interrupted = False
        self.gone = False
        self.events = events
        self._clock = clock
        self._longest = longest
        self._instead = instead
        self._tags = ReasoningSplitter(request.reasoning_tags)
        self._reader: asyncio.Task[None] | None = None
        self._members: dict[str, Any] = {}
        self._sources: list[Any] = []
        self._statuses: list[Mapping[str, Any]] = []
        self._handled = False

    @property
    def outcome(self) -> str:
        """How it ended: finished, stopped, interrupted, deleted or failed."""
        if self.stopped:
            return "stopped"
        if self.interrupted:
            return "interrupted"
        if self.gone:
            return "deleted"
        return "failed" if self.error else "finished"

    def end(self, *, error: str = "", interrupted: bool = False, gone: bool = False) -> None:
        """Stop reading, for the person (the default) or for a reason; what has arrived is kept."""
        if self._handled:
            return
        self._handled = True
        self.interrupted, self.gone = interrupted, gone
        self.error = INTERRUPTED_TEXT if interrupted else error
        self.stopped = not (error or interrupted or gone)
        if self._reader is not None:
            self._reader.cancel()

    def status(self, status: Mapping[str, Any]) -> None:
        """Take a step of what happens before the model is asked."""
        self.arrived_at = self._clock()
        self._statuses.append(status)
        self._members["statusHistory"] = self._statuses
        self.events.emit("status", msgspec.json.encode(status))

    def sources(self, sources: Sequence[Any]) -> None:
        """Take what the answer rests on; more may follow."""
        self._sources += sources
        self._members["sources"] = self._sources
        self.events.emit("chat:completion", msgspec.json.encode({"sources": self._sources}))

    async def read(self, first: "asyncio.Future[Head | bytes]", provider: Provider) -> None:
        """Read the answer to its end, or until `end`; the provider's connection is closed then."""
        self._reader = asyncio.create_task(self._read(first, provider), name=f"answer {self.task.id}")
        if self._handled:
            self._reader.cancel()
        try:
            await asyncio.wait({self._reader})
        finally:
            self._reader.cancel()
        if not self._reader.cancelled() and (failure := self._reader.exception()) is not None:
            if not isinstance(failure, ServiceError | ValueError):
                log.error("reading an answer failed", exc_info=failure)
            self.error = (
                failure.message if isinstance(failure, ServiceError) else str(failure) or "Internal error"
            )
        self._handled = True
        for text, reasoning in self._tags.finish():
            self._text(text, reasoning=reasoning)
        self.answer.close()

    def finished(self) -> Finished:
        """Return what the message shall hold."""
        members = {**self._members, "done": True}
        if self.error:
            members["error"] = {"content": self.error}
        if self.interrupted:
            members["interrupted"] = True
        return Finished(self.answer.serialise(), members)

    async def conclude(self, store: TaskStore, pauses: tuple[float, ...]) -> None:
        """Store the end and tell the user's windows; a database that is away is asked again after each
        pause."""
        finished = self.finished()
        stored = await _store(store, self.task, finished)
        self._announce(finished.content, stored or "")
        for pause in pauses:
            if stored is not None:
                return
            await asyncio.sleep(pause)
            stored = await _store(store, self.task, finished)
        if stored is None:
            log.error("the end of answer %s could not be stored", self.task.id)

    def _announce(self, content: str, title: str) -> None:
        if self.error:
            data = {"error": {"content": self.error}}
            self.events.emit("chat:message:error", msgspec.json.encode(data))
        if self.stopped:
            self.events.emit("chat:tasks:cancel", b"")
        final = {"done": True, "content": content, "title": title}
        self.events.emit("chat:completion", msgspec.json.encode(final))

    async def _read(self, first: "asyncio.Future[Head | bytes]", provider: Provider) -> None:
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(contextlib.aclosing(provider))
            try:
                head = await _head(first)
            except Conflict as refusal:
                if refusal.reason != NEEDS_GROUNDING or self._instead is None:
                    raise
                provider = await stack.enter_async_context(contextlib.aclosing(self._instead(self)))
                head = await _head(asyncio.ensure_future(anext(provider)))
            self.head = head
            self.arrived_at = self._clock()
            if head.status >= 400:
                body = await _collect(provider, _ERROR_LIMIT)
                self.error = error_text(body, f"The provider answered {head.status}")
            elif "json" in head.content_type and "stream" not in head.content_type:
                self._take_whole(await _collect(provider, _WHOLE_LIMIT))
            else:
                await self._read_events(provider)

    async def _read_events(self, provider: Provider) -> None:
        splitter = EventSplitter()
        async for data in provider:
            self.arrived_at = self._clock()
            for payload in splitter.feed(data):  # type: ignore[arg-type]  # the head came first, the rest is bytes
                self._take(payload)
            if self.answer.length > self._longest:
                raise ValueError(f"The answer is longer than {self._longest} characters; it was cut")
        for payload in splitter.finish():
            self._take(payload)

    def _take(self, payload: bytes) -> None:
        """Take one event of the stream; what is no chunk is passed over."""
        chunk = None if payload == _DONE else parse_chunk(payload)
        if chunk is None:
            return
        choices = chunk.choices
        if choices:
            choice = choices[0]
            delta = choice.delta or choice.message
            if delta is not None:
                reasoning = delta.reasoning_content or delta.reasoning or delta.thinking
                if reasoning:
                    self._text(reasoning, reasoning=True)
                if delta.content:
                    for text, is_reasoning in self._tags.feed(delta.content):
                        self._text(text, reasoning=is_reasoning)
                is_end = choice.finish_reason and choice.delta is not None and not delta.content
                if is_end or (delta.tool_calls is not ABSENT and present(delta.tool_calls)):
                    self.events.emit("chat:completion", bytes(storable(payload) or b"{}"))
        if chunk.has_extras:
            self._take_extras(chunk)

    def _take_extras(self, chunk: Chunk) -> None:
        if (raw := present(chunk.usage)) and (usage := storable(raw)) is not None:
            self._members["usage"] = usage
            self.events.emit("chat:completion", b'{"usage":%b}' % bytes(usage))
        if (raw := present(chunk.sources)) and (sources := storable(raw)) is not None:
            self._take_sources(sources)
        if chunk.selected_model_id and chunk.selected_model_id.isprintable():
            self._members["selectedModelId"] = chunk.selected_model_id
            self.events.emit(
                "chat:completion", msgspec.json.encode({"selected_model_id": chunk.selected_model_id})
            )
        if error := present(chunk.error) or (b"" if chunk.choices else present(chunk.detail)):
            self.error = error_text(error, "The provider reported an error")
            shown = storable(error) or msgspec.json.encode(self.error)
            self.events.emit("chat:completion", b'{"error":%b}' % bytes(shown))

    def _take_sources(self, sources: msgspec.Raw) -> None:
        found = msgspec.json.decode(sources)
        self.sources(found if isinstance(found, list) else [found])

    def _take_whole(self, body: bytes) -> None:
        """Take an answer that did not come as a stream."""
        chunk = parse_chunk(body)
        if chunk is None:
            raise ValueError("The provider's answer cannot be understood")
        self._take(body)
        if not self.answer.blocks and not self.error and not chunk.choices:
            raise ValueError("The provider's answer cannot be understood")

    def _text(self, text: str, *, reasoning: bool) -> None:
        if "\x00" in text:
            # Postgres holds no NUL.
            text = text.replace("\x00", "\ufffd")
        self.answer.append(text, reasoning=reasoning)
        self.events.text(text, reasoning=reasoning)


async def _head(first: "asyncio.Future[Head | bytes]") -> Head:
    try:
        head = await first
    except asyncio.CancelledError:
        first.cancel()
        await asyncio.wait({first})
        raise
    except StopAsyncIteration:
        raise ValueError("The provider closed the connection without an answer") from None
    if not isinstance(head, Head):
        raise TypeError("an answer begins with its head")
    return head


async def _collect(provider: Provider, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for data in provider:
        if isinstance(data, bytes) and size < limit:
            parts.append(data)
            size += len(data)
    return b"".join(parts)


async def _store(store: TaskStore, task: Task, finished: Finished) -> str | None:
    try:
        try:
            return await store.finish(task, finished)
        except Invalid:
            # Something besides the text cannot be stored; the text shall not be lost for it.
            return await store.finish(task, Finished(finished.content, {"done": True}))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, the end is tried again
        log.warning("the end of answer %s waits for the database: %s", task.id, error)
        return None
