"""Evaluations in the background: begun, watched, kept."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from owui_chassis.background import Background
from owui_chassis.errors import Exhausted, ServiceError

from owui_rag.domain.evaluation import KnownQuestion, Result, Trial
from owui_rag.domain.ranking import Scope
from owui_rag.usecases.evaluate import Evaluate, checked

log = logging.getLogger(__name__)
_NOTED_SECONDS = 0.5
_BUSY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`status` is "running", "completed", "failed" or "interrupted"; times are epoch seconds."""

    id: str
    user_id: str
    name: str
    knowledge_id: str
    status: str
    progress: float
    error: str | None
    questions: int
    trial: Trial
    result: Result
    created_at: int
    updated_at: int


class EvaluationStore(Protocol):
    """Keeps evaluations."""

    async def add(
        self, user_id: str, name: str, knowledge_id: str, questions: int, trial: Trial
    ) -> Evaluation:
        """Keep one that begins."""

    async def progress(self, evaluation_id: str, progress: float) -> bool:
        """Note how far it has come; return False when it has been deleted."""

    async def complete(self, evaluation_id: str, result: Result) -> None:
        """Keep what came of it."""

    async def fail(self, evaluation_id: str, error: str) -> None:
        """Keep why nothing came of it."""

    async def get(self, evaluation_id: str) -> Evaluation | None:
        """Return one."""

    async def newest(self) -> Sequence[Evaluation]:
        """Return all, newest first, without their answers."""

    async def delete(self, evaluation_id: str) -> bool:
        """Delete one; return False when it was not there."""


class Evaluations:
    """One at a time on a replica, so that questions of people are not delayed by many."""

    def __init__(self, evaluate: Evaluate, store: EvaluationStore, background: Background) -> None:
        self.store = store
        self._evaluate = evaluate
        self._background = background
        self._is_running = False

    async def start(
        self, scope: Scope, name: str, questions: Sequence[KnownQuestion], trial: Trial
    ) -> Evaluation:
        """Begin one of the first base of the scope; raise Invalid, or Exhausted while another one runs."""
        checked(questions, trial)
        if self._is_running:
            raise Exhausted("Another evaluation is running", "evaluation_running", _BUSY_SECONDS)
        self._is_running = True
        try:
            [knowledge_id] = scope.knowledge_ids
            evaluation = await self.store.add(scope.user_id, name, knowledge_id, len(questions), trial)
        except BaseException:
            self._is_running = False
            raise
        self._background.spawn(self._run(evaluation.id, scope, questions, trial), "evaluation")
        return evaluation

    async def _run(
        self, evaluation_id: str, scope: Scope, questions: Sequence[KnownQuestion], trial: Trial
    ) -> None:
        noted = 0.0

        async def progress(done: int) -> bool:
            nonlocal noted
            if time.monotonic() - noted < _NOTED_SECONDS:
                return True
            noted = time.monotonic()
            return await self.store.progress(evaluation_id, done / len(questions))

        try:
            result = await self._evaluate.run(scope, questions, trial, progress)
            if result is not None:
                await self.store.complete(evaluation_id, result)
        except ServiceError as error:
            await self.store.fail(evaluation_id, error.message)
        except Exception:
            log.exception("an evaluation failed")
            await self.store.fail(evaluation_id, "The evaluation failed; the log says why.")
        finally:
            self._is_running = False
