"""Stops a completion, whichever replica runs it."""

import logging
from typing import Protocol

import msgspec
from owui_chassis.identity import Principal

from owui_chat.ports import TaskStore
from owui_chat.usecases.completions import Completions

log = logging.getLogger(__name__)


class StopRequests(Protocol):
    """Reaches all replicas."""

    async def publish(self, channel: str, payload: bytes) -> None:
        """Send a message to whoever listens; raise when Redis is away."""


class StopCompletion:
    """Marks the task in the database and calls out to all replicas.

    The mark alone is enough, with the delay of a checkpoint: a stop is not lost when Redis is away.
    """

    def __init__(
        self, completions: Completions, store: TaskStore, requests: StopRequests, channel: str
    ) -> None:
        self._completions = completions
        self._store = store
        self._requests = requests
        self._channel = channel

    async def stop(self, principal: Principal, task_id: str) -> bool:
        """Stop a task of the caller, of anybody for administrators; return whether there is one."""
        if not await self._store.request_stop(task_id, None if principal.is_admin else principal.user_id):
            return False
        if not self._completions.stop(task_id):
            try:
                await self._requests.publish(self._channel, msgspec.json.encode({"task_id": task_id}))
            except Exception as error:  # noqa: BLE001 - the replica that runs it finds the mark
                log.warning("task %s stops at its next checkpoint: %s", task_id, error)
        return True

    def heard(self, payload: bytes) -> None:
        """Take a stop that another replica called out."""
        message = msgspec.json.decode(payload, type=dict[str, str])
        self._completions.stop(message.get("task_id", ""))
