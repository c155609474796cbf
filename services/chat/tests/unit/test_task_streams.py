"""Events are numbered without gaps, texts grow together while nothing can be sent."""

import json

from hypothesis import given
from hypothesis import strategies as st
from owui.events.v1.user_event_pb2 import UserEvents
from owui_chat.adapters.task_events import join_texts
from owui_chat.adapters.task_streams import Entry, NumberedStream
from owui_chat.domain.task import Task

STEPS = st.lists(
    st.one_of(
        st.tuples(st.text(min_size=1, max_size=5), st.booleans()),
        st.just("emit"),
        st.just("send"),
        st.just("lose"),
    ),
    max_size=40,
)


def events(entries: list[Entry]) -> list[object]:
    """Return the events of entries."""
    return [event for entry in entries for event in UserEvents.FromString(entry.payload).events]


def stream() -> NumberedStream:
    """Return the stream of a new task."""
    return NumberedStream(Task("c", "m", "u"), lambda _: None)


def told(found: list[object]) -> list[object]:
    """Return what events tell, neighbouring texts joined."""
    return [
        (event.delta.text, event.delta.reasoning) if event.HasField("delta") else "emit"
        for event in join_texts(found)
        if not event.HasField("started")
    ]


class TestNumberedStream:
    @given(STEPS)
    def test_whatever_is_lost_on_the_way_readers_get_everything_once(self, steps: list[object]) -> None:
        made, sent, expected = stream(), [], []
        for step in steps:
            if step == "emit":
                made.emit("status", b"{}")
                expected.append("emit")
            elif step == "send":
                sent += made.build()
                made.unsent.clear()
            elif step == "lose":
                made.build()
            else:
                text, reasoning = step
                made.text(text, reasoning=reasoning)
                if expected and expected[-1] != "emit" and expected[-1][1] is reasoning:
                    expected[-1] = (expected[-1][0] + text, reasoning)
                else:
                    expected.append((text, reasoning))
        sent += made.build()
        found = events(sent)
        assert [event.seq for event in found] == list(range(1, made.seq + 1))
        assert told(found) == expected
        rebuilt = events(made.rebuild())
        assert told(rebuilt) == expected
        assert rebuilt[-1].seq == made.seq

    def test_text_that_waits_becomes_one_event(self) -> None:
        made = stream()
        for letter in "abc":
            made.text(letter, reasoning=False)
        found = events(made.build())
        assert [event.delta.text for event in found[1:]] == ["abc"]

    def test_the_end_is_marked_even_when_nothing_else_waits(self) -> None:
        made = stream()
        made.emit("chat:completion", json.dumps({"done": True}).encode())
        made.close()
        assert made.build()[-1].last
        other = stream()
        other.build()
        other.unsent.clear()
        other.close()
        [mark] = other.build()
        assert (mark.last, mark.payload, mark.last_seq) == (True, b"", 1)
