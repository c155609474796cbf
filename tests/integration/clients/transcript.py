"""What a client of delta events knows of a task: text, other events, and what was wrong with their order."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Transcript:
    """The events of one task as a window of the user interface would put them together."""

    task_id: str
    chat_id: str = ""
    message_id: str = ""
    stream: str = ""
    last_seq: int = 0
    parts: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    events: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    final: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The answer as it was put together from deltas."""
        return "".join(self.parts)

    def of_type(self, kind: str) -> list[Any]:
        """The data of all events of one type."""
        return [data for name, data in self.events if name == kind]

    def take_delta(self, seq: int, text: str, kind: str = "") -> None:
        """Append text."""
        if self._advance(seq):
            (self.reasoning if kind == "reasoning" else self.parts).append(text)

    def take_event(self, seq: int, data: dict[str, Any]) -> None:
        """Note an event."""
        if not self._advance(seq):
            return
        kind, content = data["type"], data.get("data")
        self.events.append((kind, content))
        if kind == "chat:completion" and isinstance(content, dict) and content.get("done"):
            self.final = content

    def take_resumed(self, answer: dict[str, Any]) -> None:
        """Merge the answer to `chat:resume`; texts that were merged there carry their last number."""
        self.stream = answer["stream"]
        self.chat_id, self.message_id = answer["chat_id"], answer["message_id"]
        for event in answer["events"]:
            seq = event[0] if isinstance(event, list) else event["seq"]
            if seq <= self.last_seq:
                self.faults.append(f"the resume answer repeats {seq} after {self.last_seq}")
                continue
            self.last_seq = seq - 1
            if isinstance(event, list):
                self.take_delta(seq, event[1], *event[2:])
            else:
                self.take_event(seq, event["data"])

    def _advance(self, seq: int) -> bool:
        if seq <= self.last_seq:
            # A client that resumed may hear again what the resume answer held already.
            return False
        if seq != self.last_seq + 1:
            self.faults.append(f"{seq} came after {self.last_seq}")
        self.last_seq = seq
        return True
