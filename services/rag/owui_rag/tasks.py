"""The tasks that Celery carries; each is a few lines around a use case."""

from collections.abc import Callable
from typing import Any

TASK, WAKE = "rag.ingest_file", "rag.wake"


def register(app: Any, ingest: Callable[[str, str], object]) -> None:
    """Give the Celery application its tasks; `ingest(file, queue)` returns when the file is read."""

    @app.task(name=TASK, bind=True, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
    def ingest_file(task: Any, file_id: str) -> None:
        ingest(file_id, task.request.delivery_info.get("routing_key", ""))

    @app.task(name=WAKE, ignore_result=True)  # type: ignore[untyped-decorator]  # Celery has no types
    def wake() -> None:
        """Nothing: the worker that takes it does what is due for as long as it lives."""
