"""What becomes of messages that a worker has taken when it is told to stop."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import Reject
from celery.worker import state
from owui_rag.settings import RagSettings
from owui_rag.tasks import TASK
from owui_rag.worker_loop import Consumer

ENVIRON = {
    "WEBUI_SECRET_KEY": "a secret of the tests",
    "DATABASE_URL": "postgresql+asyncpg://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}


class App:
    """Celery as far as it knows tasks; its threads are those of the test."""

    def __init__(self) -> None:
        self.tasks: dict[str, Callable[..., None]] = {}

    def task(self, *, name: str, **_: Any) -> Callable[[Any], Any]:
        return lambda function: self.tasks.setdefault(name, function)


class Worker:
    """A consumer whose files are read until they are told to end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.finish = asyncio.Event()
        self.put_back: list[str] = []
        app: Any = App()
        self.consumer = Consumer(app, RagSettings.read(ENVIRON), self._ingest)
        self._task = app.tasks[TASK]
        self._pool = ThreadPoolExecutor(4)

    async def _ingest(self, file_id: str) -> str:
        self.begun.set()
        try:
            await self.finish.wait()
        except asyncio.CancelledError:
            # As long as a database takes.
            await asyncio.sleep(0.05)
            self.put_back.append(file_id)
            raise
        return "completed"

    def take(self, file_id: str) -> Awaitable[tuple[bool, list[str]] | None]:
        """Serve a message in a thread, as Celery does; return whether it goes back into the queue, if it is
        rejected, and what had been put back by then: that is what the next worker to take it will find."""
        request = SimpleNamespace(request=SimpleNamespace(delivery_info={"routing_key": "light"}))

        def serve() -> tuple[bool, list[str]] | None:
            try:
                self._task(request, file_id)
            except Reject as error:
                return error.requeue, list(self.put_back)
            return None

        return asyncio.get_running_loop().run_in_executor(self._pool, serve)

    async def stop(self, patience: float) -> None:
        """Tell it to stop; what Celery's own end is, is not looked at here."""
        self.consumer.ended.set()
        await self.consumer.stop(patience)


@pytest.fixture(autouse=True)
def _running() -> Any:
    yield
    state.should_stop = None


class TestAWorkerThatStops:
    async def test_puts_files_back_and_then_gives_their_messages_to_others(self) -> None:
        worker = Worker()
        served = worker.take("long")
        await worker.begun.wait()
        await worker.stop(0)
        assert await served == (True, ["long"])

    async def test_lets_files_finish_that_are_read_in_time(self) -> None:
        worker = Worker()
        served = worker.take("short")
        await worker.begun.wait()
        stopping = asyncio.create_task(worker.stop(60))
        await asyncio.sleep(0)
        worker.finish.set()
        await stopping
        assert await served is None
        assert worker.put_back == []

    async def test_begins_with_no_other_file(self) -> None:
        worker = Worker()
        await worker.stop(0)
        assert await worker.take("late") == (True, [])
        assert not worker.begun.is_set()
