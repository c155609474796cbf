"""Keep the list of each connection fresh without ever making a request wait for a dead provider."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from owui_chassis.background import Background
from owui_chassis.errors import ServiceError

from owui_model_proxy.domain.connections import Connection, Dialect, storage_names
from owui_model_proxy.domain.provider_lists import ListError, ProviderModel, fixed_list, read_list
from owui_model_proxy.ports import KnownLists, ListReader

log = logging.getLogger(__name__)
FIRST_WAIT_SECONDS = 0.15
LONGEST_BACKOFF_SECONDS = 60.0


@dataclass(slots=True)
class ListState:
    """What is known of one connection: `due` is of the monotonic clock, `checked_at` is epoch seconds."""

    connection: Connection
    models: tuple[ProviderModel, ...] = ()
    digest: bytes = b""
    error: str = ""
    failures: int = 0
    due: float = 0.0
    checked_at: int = 0
    running: "asyncio.Task[None] | None" = field(default=None, repr=False)

    @property
    def asks(self) -> bool:
        """Whether the provider is asked; a list that the settings fix needs no asking."""
        return self.connection.usable and not _is_fixed(self.connection)


class ProviderLists:
    """The last list of every connection. Fetches run one at a time per connection, in the background."""

    def __init__(
        self,
        reader: ListReader,
        kept: KnownLists,
        background: Background,
        *,
        fresh_seconds: float,
        changed: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._kept = kept
        self._background = background
        self._fresh_seconds = fresh_seconds
        self._changed = changed
        self._states: dict[str, ListState] = {}
        self._first_wait_ends: float | None = None

    async def start(self, connections: Sequence[Connection]) -> None:
        """Begin with the lists that were kept, and ask the providers."""
        self.connect(connections)
        for name, body in (await self._kept.load()).items():
            state = self._states.get(name)
            if state is not None and state.asks and not state.models:
                try:
                    state.models = read_list(state.connection, body)
                    state.digest = _digest(body)
                except ListError as error:
                    log.warning("the kept list of %s is not used: %s", name, error)
        self._changed()
        self.refresh_due()

    def connect(self, connections: Sequence[Connection]) -> None:
        """Use these connections from now on; what is known of those that stay is kept."""
        old = self._states
        self._states = {}
        for name, connection in storage_names(connections).items():
            state = old.pop(name, None)
            if state is None or _asks_differently(state.connection, connection):
                if state is not None:
                    _stop(state)
                state = ListState(connection)
            elif state.connection.model_ids != connection.model_ids:
                state.models, state.digest, state.due = (), b"", 0.0
            state.connection = connection
            if _is_fixed(connection):
                state.models = fixed_list(connection)
            self._states[name] = state
        for state in old.values():
            _stop(state)
        self._changed()

    def lists(self) -> list[tuple[Connection, tuple[ProviderModel, ...]]]:
        """Return the models of each usable connection."""
        return [
            (state.connection, state.models) for state in self._states.values() if state.connection.usable
        ]

    def states(self) -> list[ListState]:
        """Return what is known of each connection."""
        return list(self._states.values())

    def refresh_due(self, force: bool = False) -> None:
        """Ask the providers whose lists are old, unless they are being asked; `force` takes all."""
        now = time.monotonic()
        for name, state in self._states.items():
            if state.asks and state.running is None and (force or now >= state.due):
                state.running = self._background.spawn(self._fetch(name, state), f"models of {name}")
        if self._first_wait_ends is None:
            self._first_wait_ends = now + FIRST_WAIT_SECONDS

    async def first_lists(self) -> None:
        """Wait for lists that were never fetched, until 150 ms after the first try and no longer."""
        remaining = (self._first_wait_ends or 0.0) - time.monotonic()
        if remaining > 0:
            running = [
                state.running
                for state in self._states.values()
                if state.running and not state.models and not state.checked_at
            ]
            if running:
                await asyncio.wait(running, timeout=remaining)

    async def settle(self, seconds: float) -> None:
        """Wait for the fetches that are running, at most so long."""
        running = [state.running for state in self._states.values() if state.running is not None]
        if running:
            await asyncio.wait(running, timeout=seconds)

    async def _fetch(self, name: str, state: ListState) -> None:
        try:
            body, models = await self._reader(state.connection)
        except (ServiceError, ListError) as error:
            self._note_failure(state, str(error))
        except Exception:
            self._note_failure(state, "The list of models cannot be read.")
            raise
        else:
            await self._note_success(name, state, body, models)
        finally:
            state.running = None

    def _note_failure(self, state: ListState, error: str) -> None:
        if state.error != error:
            log.warning("%s: %s", state.connection.label, error)
        state.error = error
        state.failures += 1
        state.checked_at = int(time.time())
        backoff = min(LONGEST_BACKOFF_SECONDS, self._fresh_seconds + 2.0 ** min(state.failures, 10))
        state.due = time.monotonic() + backoff

    async def _note_success(
        self, name: str, state: ListState, body: bytes, models: tuple[ProviderModel, ...]
    ) -> None:
        state.error, state.failures = "", 0
        state.checked_at = int(time.time())
        state.due = time.monotonic() + self._fresh_seconds
        digest = _digest(body)
        if digest == state.digest:
            return
        state.models, state.digest = models, digest
        self._changed()
        try:
            await self._kept.save(name, body)
            await self._kept.forget_others(list(self._states))
        except Exception:
            # Forgetting the digest makes the next fetch try to keep the list again.
            state.digest = b""
            raise


def _is_fixed(connection: Connection) -> bool:
    return connection.dialect is Dialect.OPENAI and bool(connection.model_ids)


def _asks_differently(old: Connection, new: Connection) -> bool:
    return (old.key, old.headers, old.auth_type) != (new.key, new.headers, new.auth_type)


def _stop(state: ListState) -> None:
    if state.running is not None:
        state.running.cancel()


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
