"""What is known of a task that writes a message, for clients that want the whole text each time."""

import asyncio
from dataclasses import dataclass, field

from owui.chat.v1.completion_service_pb2 import ReadTaskResponse
from owui.events.v1.user_event_pb2 import TextDelta

_REASONING_OPEN = '<details type="reasoning" done="false">\n<summary>Thinking…</summary>\n'
_REASONING_DONE = '<details type="reasoning" done="true">\n<summary>Thought</summary>\n'


@dataclass(slots=True)
class TaskText:
    """The text of a task and the number of its last event."""

    chat_id: str
    message_id: str
    stream: str
    parts: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    last_seq: int = 0
    done: bool = False
    due: asyncio.TimerHandle | None = None

    @classmethod
    def of(cls, read: ReadTaskResponse) -> "TaskText":
        """Return what a task has emitted so far."""
        task = cls(read.chat_id, read.message_id, read.stream, done=read.done)
        for event in read.events:
            task.last_seq = event.seq
            kind = event.WhichOneof("event")
            if kind == "delta":
                task.append(event.delta)
            elif kind == "started" and event.started.content:
                task.parts.append(event.started.content)
        return task

    def append(self, delta: TextDelta) -> None:
        """Add text."""
        (self.reasoning if delta.reasoning else self.parts).append(delta.text)

    def content(self) -> str:
        """Return the whole text so far, reasoning first, as the accumulated form has it."""
        answer = "".join(self.parts)
        if not self.reasoning:
            return answer
        quoted = "\n".join(f"> {line}" for line in "".join(self.reasoning).splitlines())
        return f"{_REASONING_DONE if answer else _REASONING_OPEN}{quoted}\n</details>\n{answer}"

    def finish(self) -> None:
        """Forget the text: the final event carries it, and nothing accumulated may follow."""
        self.done = True
        self.stop()
        self.parts.clear()
        self.reasoning.clear()

    def stop(self) -> None:
        """Send nothing that was due."""
        if self.due is not None:
            self.due.cancel()
            self.due = None
