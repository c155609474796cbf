"""Bound how much is being served at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from owui_chassis.errors import Exhausted

from owui_model_proxy import metrics


class Gate:
    """Lets a number of requests in; further ones are refused at once instead of waiting in memory."""

    def __init__(self, capacity: int) -> None:
        self._free = capacity

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Count one request for the length of the block; raise Exhausted when there is no room."""
        if self._free <= 0:
            metrics.REFUSED.inc()
            raise Exhausted(
                "Too many requests are being answered; try again in a moment", "too_many_streams", 1.0
            )
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
