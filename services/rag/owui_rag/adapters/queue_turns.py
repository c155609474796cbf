"""The order in which a worker serves its queues: by turns, large files only while there is room for them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kombu.utils.scheduling import round_robin_cycle

from owui_rag.domain.ingestion import HEAVY


class HeavyRoom:
    """Counts the large files that this process reads."""

    def __init__(self) -> None:
        self.limit = 1
        self._running = 0
        self._changing = threading.Lock()

    @property
    def is_full(self) -> bool:
        """Whether no further one should begin."""
        return self._running >= self.limit

    @contextmanager
    def reading(self, queue: str) -> Iterator[None]:
        """Count a message of a queue while it is served."""
        share = 1 if queue == HEAVY else 0
        with self._changing:
            self._running += share
        try:
            yield
        finally:
            with self._changing:
                self._running -= share


# Celery makes the cycle from its name and asks it before each look into Redis.
room = HeavyRoom()


class QueueTurns(round_robin_cycle):
    """Kombu's round robin that passes over the queue of large files while there is no room for them."""

    def consume(self, n: int) -> list[str]:
        """Return the queues to look into."""
        queues: list[str] = self.items[:n]
        others = [queue for queue in queues if queue != HEAVY]
        return others if room.is_full and others else queues
