"""Evaluations and what came of them, the newest hundred."""

import time
from typing import Any
from uuid import uuid4

import msgspec
from owui_chassis.database import Database
from owui_chassis.statements import Row, Statement

from owui_rag.domain.evaluation import Result, Trial
from owui_rag.usecases.evaluations import Evaluation

_KEPT = 100
_COLUMNS = """
    id, user_id, name, knowledge_id, progress, error, questions, settings::text AS settings, created_at,
    updated_at,
    CASE WHEN status = 'running' AND running_until < now() THEN 'interrupted' ELSE status END AS status
"""
_ADD = Statement(f"""
    INSERT INTO evaluation (id, user_id, name, knowledge_id, status, questions, settings, running_until,
        created_at, updated_at)
    VALUES (:id, :user_id, :name, :knowledge_id, 'running', :questions, CAST(:settings AS jsonb),
        now() + interval '5 minutes', :now, :now)
    RETURNING {_COLUMNS}, '{{}}' AS result
""")  # noqa: S608 - all parts are ours
_PRUNE = Statement(f"""
    DELETE FROM evaluation WHERE id IN (
        SELECT id FROM evaluation ORDER BY created_at DESC, id OFFSET {_KEPT}
    )
""")  # noqa: S608
_PROGRESS = Statement("""
    UPDATE evaluation
    SET progress = :progress, running_until = now() + interval '5 minutes', updated_at = :now
    WHERE id = :id AND status = 'running' RETURNING id
""")
_END = Statement("""
    UPDATE evaluation SET status = :status, error = :error, result = CAST(:result AS jsonb),
        progress = CASE WHEN :status = 'completed' THEN 1 ELSE progress END, updated_at = :now
    WHERE id = :id AND status = 'running'
""")
_GET = Statement(f"""
    SELECT {_COLUMNS}, result::text AS result FROM evaluation WHERE id = :id
""")  # noqa: S608
_LIST = Statement(f"""
    SELECT {_COLUMNS}, (result - 'answers' - 'questions')::text AS result FROM evaluation
    ORDER BY created_at DESC, id LIMIT {_KEPT}
""")  # noqa: S608
_DELETE = Statement("DELETE FROM evaluation WHERE id = :id RETURNING id")


class PostgresEvaluations:
    """Port EvaluationStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self, user_id: str, name: str, knowledge_id: str, questions: int, trial: Trial
    ) -> Evaluation:
        """Keep one that begins; the oldest go."""
        values = {
            "id": str(uuid4()),
            "user_id": user_id,
            "name": name,
            "knowledge_id": knowledge_id,
            "questions": questions,
            "settings": msgspec.json.encode(trial).decode(),
            "now": int(time.time()),
        }
        [row] = await self._database.fetch(_ADD, **values)
        await self._database.fetch(_PRUNE)
        return _evaluation(row)

    async def progress(self, evaluation_id: str, progress: float) -> bool:
        """Note how far it has come; return False when it has been deleted."""
        values = {"id": evaluation_id, "progress": progress, "now": int(time.time())}
        return await self._database.first(_PROGRESS, **values) is not None

    async def complete(self, evaluation_id: str, result: Result) -> None:
        """Keep what came of it."""
        await self._end(evaluation_id, "completed", None, msgspec.json.encode(result).decode())

    async def fail(self, evaluation_id: str, error: str) -> None:
        """Keep why nothing came of it."""
        await self._end(evaluation_id, "failed", error, "{}")

    async def get(self, evaluation_id: str) -> Evaluation | None:
        """Return one with all its answers."""
        row = await self._database.first(_GET, id=evaluation_id)
        return None if row is None else _evaluation(row)

    async def newest(self) -> list[Evaluation]:
        """Return all, newest first, without their questions and answers."""
        return [_evaluation(row) for row in await self._database.fetch(_LIST)]

    async def delete(self, evaluation_id: str) -> bool:
        """Delete one; return False when it was not there."""
        return await self._database.first(_DELETE, id=evaluation_id) is not None

    async def _end(self, evaluation_id: str, status: str, error: str | None, result: str) -> None:
        values: dict[str, Any] = {"id": evaluation_id, "status": status, "error": error, "result": result}
        await self._database.fetch(_END, **values, now=int(time.time()))


def _evaluation(row: Row) -> Evaluation:
    return Evaluation(
        id=row.id,
        user_id=row.user_id,
        name=row.name,
        knowledge_id=row.knowledge_id,
        status=row.status,
        progress=row.progress,
        error=row.error,
        questions=row.questions,
        trial=msgspec.json.decode(row.settings, type=Trial),
        result=msgspec.json.decode(row.result, type=Result),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
