"""The numbered events of tasks: collected here, written to Redis once per tick for all tasks of the
process."""

from collections.abc import Callable
from dataclasses import dataclass

from owui.events.v1.user_event_pb2 import Emission, TaskStarted, TextDelta, UserEvent, UserEvents

from owui_chat.domain.task import Task


@dataclass(slots=True)
class Text:
    """Text of one kind that waits, or that was sent without other events in between."""

    reasoning: bool
    parts: list[str]
    first_seq: int = 0
    last_seq: int = 0


@dataclass(slots=True)
class Entry:
    """One entry of the task's Redis stream: the events from `first_seq` to `last_seq` in one message."""

    first_seq: int
    last_seq: int
    payload: bytes
    last: bool = False
    # 1 for the entry without events that marks the end when everything else has been sent before.
    sub: int = 0


class NumberedStream:
    """Events of one task in order. Nothing is lost while Redis is away: what waits just grows together."""

    def __init__(
        self, task: Task, dirty: Callable[["NumberedStream"], None], before: str = "", seq: int = 0
    ) -> None:
        self.task = task
        self.seq = seq
        self.adopted = seq > 0
        self.closed = False
        self._marked = False
        # Built and not confirmed; sent again as they are, so a reader sees the same numbers twice at worst.
        self.unsent: list[Entry] = []
        self._dirty = dirty
        self._waiting: list[Text | bytes | TaskStarted] = []
        # Everything that was numbered, texts joined: what Redis forgot is written anew from it.
        self._log: list[Text | tuple[int, bytes]] = []
        if not self.adopted:
            started = TaskStarted(
                chat_id=task.chat_id, message_id=task.message_id, stream=task.stream, content=before
            )
            self._waiting.append(started)

    def text(self, text: str, *, reasoning: bool) -> None:
        """Add text of the answer."""
        waiting = self._waiting
        if waiting:
            last = waiting[-1]
            if last.__class__ is Text and last.reasoning is reasoning:
                last.parts.append(text)
                return
        waiting.append(Text(reasoning, [text]))
        self._dirty(self)

    def emit(self, kind: str, data: bytes) -> None:
        """Add an event of the public interface; `data` is JSON, empty for none."""
        task = self.task
        emission = Emission(chat_id=task.chat_id, message_id=task.message_id, type=kind, data=data)
        self._waiting.append(emission.SerializeToString())
        self._dirty(self)

    def close(self) -> None:
        """Say that no more events come."""
        self.closed = True
        self._dirty(self)

    def build(self) -> list[Entry]:
        """Number what waits and return all entries to be sent, those that were not confirmed first."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            first = self.seq + 1
            events = [self._numbered(item) for item in waiting]
            self.unsent.append(Entry(first, self.seq, UserEvents(events=events).SerializeToString()))
        if self.closed and not self._marked:
            self._marked = True
            if not self.unsent:
                self.unsent.append(Entry(self.seq, self.seq, b"", sub=1))
            self.unsent[-1].last = True
        return self.unsent

    def rebuild(self) -> list[Entry]:
        """Return entries for everything that was ever numbered, texts joined."""
        entries = []
        for item in self._log:
            if isinstance(item, Text):
                item.parts = ["".join(item.parts)]
                delta = TextDelta(text=item.parts[0], reasoning=item.reasoning)
                event = UserEvent(task_id=self.task.id, seq=item.last_seq, delta=delta)
                entries.append(
                    Entry(item.first_seq, item.last_seq, UserEvents(events=[event]).SerializeToString())
                )
            else:
                seq, payload = item
                entries.append(Entry(seq, seq, payload))
        if self.closed and entries:
            entries[-1].last = True
        return entries

    def _numbered(self, item: Text | bytes | TaskStarted) -> UserEvent:
        self.seq += 1
        event = UserEvent(task_id=self.task.id, seq=self.seq)
        if isinstance(item, Text):
            text = "".join(item.parts)
            event.delta.text = text
            if item.reasoning:
                event.delta.reasoning = True
            self._remember(text, item.reasoning)
            return event
        if isinstance(item, TaskStarted):
            event.started.CopyFrom(item)
        else:
            event.emission.ParseFromString(item)
        self._log.append((self.seq, UserEvents(events=[event]).SerializeToString()))
        return event

    def _remember(self, text: str, reasoning: bool) -> None:
        last = self._log[-1] if self._log else None
        if isinstance(last, Text) and last.reasoning is reasoning:
            last.parts.append(text)
            last.last_seq = self.seq
        else:
            self._log.append(Text(reasoning, [text], self.seq, self.seq))
