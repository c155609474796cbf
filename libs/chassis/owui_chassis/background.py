"""Work beside the requests: supervised, named, counted, and alive after any exception."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from prometheus_client import Counter

log = logging.getLogger(__name__)
_FAILURES = Counter("owui_background_failures", "Exceptions in background work.", ["name"])
_LONGEST_PAUSE_SECONDS = 30.0
# Who listens to a store that went away misses what is said between its return and the next attempt.
_LONGEST_DEAFNESS_SECONDS = 1.0
_PATIENCE_SECONDS = 5.0


class Background:
    """The background work of one service; stopped with it."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run something once; an exception is logged and counted."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def every(self, seconds: float, work: Callable[[], Awaitable[object]], name: str) -> None:
        """Run something again and again, `seconds` after it ended; failures slow it down but never end it."""
        self.spawn(self._repeat(seconds, work, name, _LONGEST_PAUSE_SECONDS), name)

    def forever(self, work: Callable[[], Awaitable[object]], name: str) -> None:
        """Run something that should never end, soon again after each end or exception."""
        self.spawn(self._repeat(0.1, work, name, _LONGEST_DEAFNESS_SECONDS), name)

    async def _repeat(
        self, seconds: float, work: Callable[[], Awaitable[object]], name: str, longest: float
    ) -> None:
        pause, is_new = seconds, True
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            try:
                await work()
                pause, is_new = seconds, True
            except Exception as error:
                _FAILURES.labels(name).inc()
                if clock() - began > pause:
                    # What went well for a while fails for a new reason: the earlier ones do not count.
                    pause, is_new = seconds, True
                pause = min(max(pause * 2, 0.2), max(longest, seconds))
                log.warning(
                    "%s failed and will be tried again in %.1f s: %s", name, pause, error, exc_info=is_new
                )
                is_new = False
            await asyncio.sleep(pause)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _FAILURES.labels(task.get_name()).inc()
            log.error("%s failed", task.get_name(), exc_info=error)

    def report(self, what: str, error: Exception) -> None:
        """Log and count an exception that ends nothing."""
        _FAILURES.labels(what).inc()
        log.error(what, exc_info=error)

    async def stop(self, patience: float = _PATIENCE_SECONDS) -> None:
        """Cancel what is running and wait for its end; cancel again, after so many seconds, what goes on."""
        # A library that loses a cancellation would make this wait for ever.
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=patience)
