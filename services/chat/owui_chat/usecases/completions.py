"""The completions that run in this process: started, stopped, kept alive, drained."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from owui_chassis.background import Background
from owui_chassis.errors import (
    Conflict,
    Exhausted,
    Forbidden,
    Invalid,
    NotFound,
    ServiceError,
    Unauthenticated,
    Unavailable,
)
from owui_chassis.identity import Principal
from prometheus_client import Counter, Gauge

from owui_chat.domain.completion_request import CompletionRequest, parse_completion
from owui_chat.domain.placing import Seen
from owui_chat.domain.plan import Plan
from owui_chat.domain.task import Task
from owui_chat.ports import Head, Models, TaskEvents, TaskStore, TaskStream
from owui_chat.usecases.answer_grounded import AnswerGrounded
from owui_chat.usecases.run_completion import NEEDS_GROUNDING, Provider, RunningCompletion

log = logging.getLogger(__name__)
_RUNNING = Gauge("owui_answers_running", "Answers that this process is writing.")
_ENDED = Counter("owui_answers", "Answers that have ended, by how.", ["outcome"])
# How long an answer to "start" waits for a refusal: catalogue checks are quicker, slow providers shall not
# delay it.
REFUSAL_SECONDS = 0.3
# What is wrong with the request; anything else is a failure that the message shall show.
_REFUSALS = (NotFound, Invalid, Forbidden, Exhausted, Unauthenticated, Conflict)
Afterwards = Callable[[Principal, RunningCompletion, TaskStream], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class CompletionLimits:
    """Bounds of the completions of one process; times in seconds, the length of an answer in characters."""

    tasks: int = 1000
    answer_length: int = 4_000_000
    idle_seconds: float = 300.0
    # Pauses between the attempts to store the end of an answer while the database is away: two minutes in
    # all.
    pauses: tuple[float, ...] = (0.5, 1, 2, 4, 8, 15, 30, 60)


class Completions:
    """Starts completions and keeps track of them until their end is stored."""

    def __init__(
        self,
        models: Models,
        store: TaskStore,
        events: TaskEvents,
        *,
        grounded: AnswerGrounded,
        background: Background,
        afterwards: Afterwards,
        limits: CompletionLimits,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._models = models
        self._store = store
        self._events = events
        self._grounded = grounded
        self._background = background
        self._afterwards = afterwards
        self._limits = limits
        self._clock = clock
        self._running: dict[str, RunningCompletion] = {}
        self._works: set[asyncio.Task[None]] = set()
        self._draining = False

    async def start(self, principal: Principal, body: bytes) -> str:
        """Start a completion and return the id of its task; raise ServiceError when it is refused.

        A refusal by model-proxy is reported when it comes at once; later it reaches the message instead.
        """
        request = parse_completion(body)
        if self._draining:
            raise Unavailable("The server is stopping; ask again", "draining")
        if len(self._running) >= self._limits.tasks:
            raise Exhausted("Too many answers are being written; try again soon", "too_many_tasks", 1.0)
        seen = await self._store.look(principal.user_id, request)
        if seen.folder is not None:
            request = await self._grounded.in_folder(principal, request, seen.folder)
        if request.asked.names_documents:
            plan = await self._plan(principal, request)
            running = await self._begin(principal, request, seen)
            provider = self._grounded.for_task(principal, request, plan, running)
            self._spawn(principal, running, asyncio.ensure_future(anext(provider)), provider)
            return running.task.id
        provider = self._models.stream(request.body, paced=True)
        first = asyncio.ensure_future(anext(provider))
        try:
            await _refusal(first)
            running = await self._begin(principal, request, seen)
        except BaseException:
            first.cancel()
            await asyncio.wait({first})
            await provider.aclose()
            raise
        self._spawn(principal, running, first, provider)
        return running.task.id

    async def _plan(self, principal: Principal, request: CompletionRequest) -> Plan | None:
        """Return how to ground the answer; None when nobody can say now, which the message shall show.

        Raises what is wrong with the request.
        """
        try:
            return await self._grounded.plan(principal, request.asked)
        except _REFUSALS:
            raise
        except ServiceError:
            return None

    async def _begin(self, principal: Principal, request: CompletionRequest, seen: Seen) -> RunningCompletion:
        task = Task(request.chat_id, request.message_id, principal.user_id)
        before = seen.text(request.message_id) if request.continues else ""
        await self._store.begin(task, request, before, seen)
        return RunningCompletion(
            task,
            request,
            before,
            self._events.open(task, before),
            clock=self._clock,
            longest=self._limits.answer_length,
            instead=lambda told: self._grounded.for_task(principal, request, None, told),
        )

    def _spawn(
        self,
        principal: Principal,
        running: RunningCompletion,
        first: "asyncio.Future[Head | bytes]",
        provider: Provider,
    ) -> None:
        self._running[running.task.id] = running
        _RUNNING.inc()
        work = self._background.spawn(
            self._run(principal, running, first, provider), f"answer {running.task.id}"
        )
        self._works.add(work)
        work.add_done_callback(self._works.discard)

    def stop(self, task_id: str) -> bool:
        """Stop a completion that runs here; return whether there is one."""
        running = self._running.get(task_id)
        if running is None:
            return False
        running.end()
        return True

    def stop_user(self, user_id: str) -> None:
        """End the completions of a user who does not exist any more."""
        for running in list(self._running.values()):
            if running.task.user_id == user_id:
                running.end(gone=True)

    async def keep(self) -> None:
        """Store what has arrived, say that the tasks live, and end those that hang or shall stop."""
        now = self._clock()
        grown: list[tuple[Task, str]] = []
        for running in self._running.values():
            if now - running.arrived_at > self._limits.idle_seconds:
                running.end(error="The model stopped answering. What had arrived is kept.")
            if running.answer.length != running.stored_length:
                running.stored_length = running.answer.length
                grown.append((running.task, running.answer.serialise()))
        if not self._running:
            return
        for task_id in await self._store.checkpoint(grown):
            self._end_gone(task_id)
        alive, stopping = await self._store.beat()
        for task_id in stopping:
            self.stop(task_id)
        for task_id, running in self._running.items():
            if task_id not in alive:
                # Its chat may have been deleted: the next round looks for the message, grown or not.
                running.stored_length = -1

    async def drain(self, seconds: float) -> None:
        """Let answers finish for so long, then end and mark the rest."""
        if self._works:
            await asyncio.wait(self._works, timeout=seconds)
        self._draining = True
        for running in list(self._running.values()):
            running.end(interrupted=True)
        if self._works:
            await asyncio.wait(self._works, timeout=5)
        try:
            await self._events.flush()
        except Exception as error:  # noqa: BLE001 - nothing more can be done for events when the process ends
            log.warning("last events were not sent: %s", error)

    async def _run(
        self,
        principal: Principal,
        running: RunningCompletion,
        first: "asyncio.Future[Head | bytes]",
        provider: Provider,
    ) -> None:
        try:
            await running.read(first, provider)
            await running.conclude(self._store, self._limits.pauses)
        finally:
            self._running.pop(running.task.id, None)
            _RUNNING.dec()
            _ENDED.labels(running.outcome).inc()
        try:
            if running.outcome == "finished" and not self._draining:
                await self._afterwards(principal, running, running.events)
        finally:
            running.events.close()

    def _end_gone(self, task_id: str) -> None:
        running = self._running.get(task_id)
        if running is not None:
            running.end(gone=True)


async def _refusal(first: "asyncio.Future[Head | bytes]") -> None:
    """Wait shortly for the first word of model-proxy; raise its refusal if that is what comes."""
    await asyncio.wait({first}, timeout=REFUSAL_SECONDS)
    if first.done() and not first.cancelled():
        error = first.exception()
        if isinstance(error, _REFUSALS) and error.reason != NEEDS_GROUNDING:
            raise error
