"""The UI-mode client must notice an event that is missing, doubled or late."""

from typing import Any

import pytest

from bench.load.http import Address
from bench.load.receipt import Receipt
from bench.load.ui_stream import UiStream


def stream(delta: bool) -> UiStream:
    return UiStream(Address("127.0.0.1", 1), "token", Receipt("s", 3), delta, deflate=True)


def event(client: UiStream, data: Any, seq: int | None = None, kind: str = "chat:completion") -> None:
    value = {"chat_id": "c", "message_id": client.answer_id, "data": {"type": kind, "data": data}}
    client.take("events", value if seq is None else value | {"task_id": "t", "seq": seq}, 1.0, 10)


class TestDeltas:
    async def test_numbered_deltas_make_the_text(self) -> None:
        client = stream(delta=True)
        event(client, {"stream": "a"}, 1, "chat:stream")
        client.take("delta", ["a", 2, "0, 1,"], 1.0, 40)
        client.take("delta", ["a", 3, " 2,"], 2.0, 80)
        event(client, {"done": True, "content": "0, 1, 2,"}, 4)
        client.receipt.finish()
        assert client.receipt.error is None
        assert client.receipt.arrivals == [1.0, 1.0, 2.0]
        assert client.receipt.wire_bytes == [40, 40, 80]

    @pytest.mark.parametrize("seq", [1, 3], ids=["doubled", "lost"])
    async def test_wrong_number_is_an_error(self, seq: int) -> None:
        client = stream(delta=True)
        client.take("delta", ["a", 1, "0,"], 1.0, 40)
        client.take("delta", ["a", seq, " 1,"], 1.0, 40)
        assert client.receipt.error is not None

    async def test_an_error_event_is_an_error(self) -> None:
        client = stream(delta=True)
        event(client, {"error": {"content": "no such model"}}, 1, "chat:message:error")
        assert "no such model" in str(client.receipt.error)


class TestAccumulated:
    async def test_growing_content_makes_the_text(self) -> None:
        client = stream(delta=False)
        event(client, {"content": "0,"})
        event(client, {"content": "0, 1, 2,"})
        event(client, {"done": True, "content": "0, 1, 2,"})
        client.receipt.finish()
        assert client.receipt.error is None
        assert len(client.receipt.arrivals) == 3

    async def test_events_of_another_message_are_not_ours(self) -> None:
        client = stream(delta=False)
        client.take(
            "events",
            {"message_id": "x", "data": {"type": "chat:completion", "data": {"content": "?"}}},
            1.0,
            1,
        )
        assert client.receipt.length == 0
        assert client.receipt.error is None
