"""A completion that runs as a task: its names and the sentences it may end with."""

import secrets
import uuid
from dataclasses import dataclass, field

STOPPED = "stopped"
INTERRUPTED_TEXT = (
    "The answer was interrupted because the server that wrote it stopped. What had arrived is kept."
)


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `stream` names it in the events of its text, where every byte counts."""

    chat_id: str
    message_id: str
    user_id: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    stream: str = field(default_factory=lambda: secrets.token_urlsafe(4))

    @property
    def is_temporary(self) -> bool:
        """Whether its chat is not stored."""
        return self.chat_id.startswith("local:")


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A task whose process died, and what is stored of it."""

    task: Task
    content: str
    title: str
