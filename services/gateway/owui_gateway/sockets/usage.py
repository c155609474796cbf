"""Which models are in use right now, as clients report it."""

import time

_EXPIRES_SECONDS = 3.0
_MAX_ENTRIES = 10_000


class ModelUsage:
    """Models by the sockets that reported them within the last three seconds."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], float] = {}

    def note(self, model: str, sid: str, now: float) -> None:
        """Remember that a socket uses a model at `now` (monotonic seconds)."""
        if len(self._seen) >= _MAX_ENTRIES:
            self._forget(now)
        if len(self._seen) < _MAX_ENTRIES:
            self._seen[model, sid] = now

    def models(self) -> list[str]:
        """Return the models in use, sorted."""
        self._forget(time.monotonic())
        return sorted({model for model, _ in self._seen})

    def _forget(self, now: float) -> None:
        self._seen = {key: at for key, at in self._seen.items() if now - at <= _EXPIRES_SECONDS}
