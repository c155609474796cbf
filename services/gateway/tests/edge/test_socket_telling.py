"""What sockets are told: each user their own events, as deltas or as the whole text so far."""

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest
from owui.chat.v1.completion_service_pb2 import ReadTaskResponse

from .world import WAIT, RawSocket, SocketClient, World, delta, emission, final, started, until


def content(data: object) -> dict[str, Any]:
    return {"chat_id": "chat", "message_id": "message", "data": {"type": "chat:completion", "data": data}}


def task_of(*events: Any, done: bool = False) -> ReadTaskResponse:
    return ReadTaskResponse(
        chat_id="chat", message_id="message", stream="t-stream", done=done, events=list(events)
    )


async def until_final(client: SocketClient | RawSocket) -> list[Any]:
    """Return the arguments of the `events` up to the final one."""
    heard = []
    while True:
        name, data = await (client.next() if isinstance(client, SocketClient) else client.packet())
        assert name == "events"
        heard.append(data)
        if data["data"].get("data", {}) and data["data"]["data"].get("done"):
            return heard


class TestDeltas:
    async def test_have_the_form_of_the_protocol(self, world: World) -> None:
        async with world.joined() as socket:
            await world.publish(
                "ada",
                started("t"),
                delta("t", 2, "think", reasoning=True),
                delta("t", 3, "Hel"),
                delta("t", 4, "lo ä漢🎉"),
                emission("chat:title", "A title", task="t", seq=5),
                final("t", 6, "Hello ä漢🎉"),
            )
            assert await socket.packet() == [
                "events",
                {
                    "chat_id": "chat",
                    "message_id": "message",
                    "data": {"type": "chat:stream", "data": {"stream": "t-stream"}},
                    "task_id": "t",
                    "seq": 1,
                },
            ]
            assert await socket.packet() == ["delta", ["t-stream", 2, "think", "reasoning"]]
            assert await socket.packet() == ["delta", ["t-stream", 3, "Hel"]]
            assert await socket.packet() == ["delta", ["t-stream", 4, "lo ä漢🎉"]]
            name, title = await socket.packet()
            assert (title["seq"], title["data"]) == (5, {"type": "chat:title", "data": "A title"})
            name, ending = await socket.packet()
            assert name == "events"
            assert ending["data"]["data"] == {"done": True, "content": "Hello ä漢🎉", "title": "T"}

    async def test_cost_few_bytes(self, world: World) -> None:
        async with world.joined() as socket:
            await world.publish("ada", started("t"), delta("t", 4000, " word"))
            await socket.text()
            world.chat.tasks["t"] = task_of(delta("t", 3999, "x"))
            await world.publish("ada", delta("t", 4001, " word"))
            texts = [await socket.text() for _ in range(2)]
            assert all(len(text) <= 40 for text in texts)

    async def test_reach_the_public_client(self, world: World) -> None:
        async with world.client(stream="delta") as client:
            await world.publish("ada", started("t"), delta("t", 2, "Hi"))
            assert (await client.next())[0] == "events"
            assert await client.next() == ("delta", ["t-stream", 2, "Hi"])

    async def test_that_come_twice_are_told_once(self, world: World) -> None:
        async with world.joined() as socket:
            await world.publish("ada", started("t"), delta("t", 2, "a"), delta("t", 2, "a"))
            await world.publish("ada", delta("t", 2, "a"), delta("t", 3, "b"), started("t"))
            await world.publish("ada", emission("marker", None))
            packets = [await socket.packet() for _ in range(4)]
            assert [packet[1] for packet in packets[1:3]] == [["t-stream", 2, "a"], ["t-stream", 3, "b"]]
            assert packets[3][1]["data"]["type"] == "marker"


class TestAccumulated:
    async def test_grows_and_ends_with_the_final_event(self, world: World) -> None:
        async with world.client() as client:
            await world.publish("ada", started("t"), delta("t", 2, "Hel"))
            assert await client.next() == ("events", content({"content": "Hel"}))
            await world.publish("ada", delta("t", 3, "lo"))
            assert await client.next() == ("events", content({"content": "Hello"}))
            await world.publish("ada", delta("t", 4, "!"), final("t", 5, "Hello!"))
            _, ending = await client.next()
            assert ending["data"]["data"] == {"done": True, "content": "Hello!", "title": "T"}
            await world.publish("ada", delta("t", 6, "late"))
            await asyncio.sleep(0.3)
            assert client.heard.empty()

    async def test_comes_at_most_eight_times_a_second(self, world: World) -> None:
        async with world.client() as client:
            began = time.monotonic()
            await world.publish("ada", started("t"))
            for number in range(60):
                await world.publish("ada", delta("t", number + 2, f"{number} "))
                await asyncio.sleep(0.01)
            seconds = time.monotonic() - began
            await world.publish("ada", final("t", 62, "all"))
            heard = await until_final(client)
            assert 1 <= len(heard) - 1 <= seconds * 8 + 1
            texts = [one["data"]["data"]["content"] for one in heard[:-1]]
            assert all(after.startswith(before) for before, after in pairwise(texts))

    async def test_shows_reasoning_as_details(self, world: World) -> None:
        async with world.client() as client:
            await world.publish("ada", started("t"), delta("t", 2, "one\ntwo", reasoning=True))
            _, first = await client.next()
            assert first["data"]["data"]["content"].startswith('<details type="reasoning" done="false">')
            assert "> one\n> two" in first["data"]["data"]["content"]
            await world.publish("ada", delta("t", 3, "So."))
            _, second = await client.next()
            assert second["data"]["data"]["content"].startswith('<details type="reasoning" done="true">')
            assert second["data"]["data"]["content"].endswith("</details>\nSo.")

    async def test_of_a_continued_answer_begins_with_what_was_there(self, world: World) -> None:
        async with world.client() as client:
            await world.publish("ada", started("t", content="Once "), delta("t", 2, "upon"))
            assert await client.next() == ("events", content({"content": "Once upon"}))

    async def test_is_not_confused_by_what_only_looks_like_an_end(self, world: World) -> None:
        async with world.client() as client:
            odd = {"choices": [{"done": True}], "content": '"done":true'}
            events = (started("t"), delta("t", 2, "a"), emission("chat:completion", odd, task="t", seq=3))
            await world.publish("ada", *events, delta("t", 4, "b"))
            assert (await client.next())[1]["data"]["data"] == odd
            assert await client.next() == ("events", content({"content": "ab"}))

    async def test_goes_beside_deltas_to_another_socket_of_the_user(self, world: World) -> None:
        async with world.client() as whole, world.client(stream="delta") as parts:
            await world.publish("ada", started("t"), delta("t", 2, "Hel"), delta("t", 3, "lo"))
            assert await whole.next() == ("events", content({"content": "Hello"}))
            assert [await parts.next() for _ in range(3)][1:] == [
                ("delta", ["t-stream", 2, "Hel"]),
                ("delta", ["t-stream", 3, "lo"]),
            ]
            assert whole.heard.empty()


class TestRouting:
    async def test_nobody_hears_the_events_of_another(self, world: World) -> None:
        async with world.joined("ada-token") as ada, world.joined("bob-token") as bob:
            title = emission("chat:title", "Ada's")
            await world.publish("ada", started("a"), delta("a", 2, "for Ada"), title)
            await world.publish("bob", emission("chat:title", "Bob's"))
            assert (await bob.packet())[1]["data"]["data"] == "Bob's"
            assert [(await ada.packet())[0] for _ in range(3)] == ["events", "delta", "events"]
            assert await bob.ask("heartbeat", {}) is None

    async def test_all_sockets_of_a_user_hear(self, world: World) -> None:
        async with world.joined() as one, world.joined() as two:
            await world.publish("ada", emission("chat:title", "T"))
            assert await one.packet() == await two.packet()

    async def test_an_event_for_one_socket_goes_there_only(self, world: World) -> None:
        async with world.joined() as one, world.joined() as two:
            await world.publish("ada", emission("execute", {"code": "1"}, session=two.sid))
            assert (await two.packet())[1]["data"]["type"] == "execute"
            assert await one.ask("heartbeat", {}) is None

    async def test_an_event_may_have_a_name_of_its_own(self, world: World) -> None:
        event = emission("", {"id": 1})
        event.emission.name = "note-events"
        async with world.joined() as socket:
            await world.publish("ada", event)
            assert (await socket.packet())[0] == "note-events"

    async def test_an_event_without_data_has_none(self, world: World) -> None:
        event = emission("chat:tasks:cancel", None)
        event.emission.data = b""
        async with world.joined() as socket:
            await world.publish("ada", event)
            assert (await socket.packet())[1]["data"] == {"type": "chat:tasks:cancel"}

    async def test_garbage_in_the_channel_does_no_harm(self, world: World) -> None:
        async with world.joined() as socket:
            await world.redis.publish("owui:user:ada", b"\xff\xff\xff")
            await world.publish("ada", emission("chat:title", "T"))
            assert (await socket.packet())[1]["data"]["data"] == "T"


class TestSubscriptions:
    async def test_last_as_long_as_the_sockets(self, world: World) -> None:
        await world.until_subscribed("ada", 0)
        async with world.joined():
            async with world.joined():
                assert await world.subscribers("ada") == 1
            assert await world.subscribers("ada") == 1
        await world.until_subscribed("ada", 0)

    async def test_survive_quick_changes(self, world: World) -> None:
        for _ in range(5):
            async with world.raw_socket() as socket:
                await socket.join("ada-token")
        async with world.joined() as socket:
            await asyncio.sleep(0.1)
            assert await world.publish("ada", emission("chat:title", "T")) == 1
            assert (await socket.packet())[1]["data"]["data"] == "T"

    async def test_are_made_again_when_the_connection_to_redis_breaks(self, world: World) -> None:
        async with world.joined() as socket:
            await world.redis.client_kill_filter(_type="pubsub")
            await world.until_subscribed("ada")
            await until(lambda: world.publish("ada", emission("chat:title", "T")))
            assert (await socket.packet())[1]["data"]["data"] == "T"

    async def test_what_was_lost_meanwhile_is_read(self, world: World) -> None:
        async with world.client() as client:
            await world.publish("ada", started("t"), delta("t", 2, "Hel"))
            await client.next()
            ending = final("t", 4, "Hello")
            world.chat.tasks["t"] = task_of(delta("t", 3, "Hello"), ending, done=True)
            await world.redis.client_kill_filter(_type="pubsub")
            _, heard = await client.next()
            assert heard["data"]["data"]["done"] is True
            await asyncio.sleep(0.2)
            assert client.heard.empty()


class TestCatchingUp:
    @pytest.mark.parametrize("is_over", [True, False])
    async def test_a_task_that_began_meanwhile_is_told_from_its_beginning(
        self, world: World, is_over: bool
    ) -> None:
        async with world.client() as client, world.joined() as socket:
            events = [started("t"), delta("t", 3, "Hello")]
            ending = final("t", 4, "Hello")
            world.chat.tasks["t"] = task_of(*events, *([ending] if is_over else []), done=is_over)
            world.chat.recent = ["t"]
            await world.redis.client_kill_filter(_type="pubsub")
            assert (await socket.packet())[1]["data"]["type"] == "chat:stream"
            assert await socket.packet() == ["delta", ["t-stream", 3, "Hello"]]
            if not is_over:
                assert await client.next() == ("events", content({"content": "Hello"}))
                await world.publish("ada", ending)
            assert (await socket.packet())[1]["data"]["data"]["done"] is True
            assert (await until_final(client))[-1]["data"]["data"]["content"] == "Hello"

    async def test_a_replica_that_begins_in_the_middle_reads_the_beginning(self, world: World) -> None:
        world.chat.tasks["t"] = task_of(started("t"), delta("t", 3, "Hello"))
        async with world.client() as client:
            await world.publish("ada", delta("t", 4, " world"))
            assert await client.next() == ("events", content({"content": "Hello world"}))
            assert world.chat.read == [("t", 0)]

    async def test_reads_once_and_loses_nothing_that_comes_meanwhile(self, world: World) -> None:
        world.chat.tasks["t"] = task_of(started("t"), delta("t", 3, "abc"))
        world.chat.reading = asyncio.Event()
        async with world.client() as whole, world.client(stream="delta") as parts:
            for number in range(3, 8):
                await world.publish("ada", delta("t", number, str(number)))
            await until(lambda: world.chat.read)
            await asyncio.sleep(0.05)
            world.chat.reading.set()
            assert await whole.next() == ("events", content({"content": "abc4567"}))
            # A window that resumed before the third event came has heard of it from nobody else.
            heard = [await parts.next() for _ in range(5)]
            assert heard == [("delta", ["t-stream", number, str(number)]) for number in range(3, 8)]
            assert len(world.chat.read) == 1

    async def test_an_ending_that_comes_meanwhile_is_told(self, world: World) -> None:
        ending = final("t", 4, "abc")
        world.chat.tasks["t"] = task_of(started("t"), delta("t", 3, "abc"), ending, done=True)
        async with world.client(stream="delta") as client:
            await world.publish("ada", delta("t", 3, "c"), ending)
            assert await client.next() == ("delta", ["t-stream", 3, "c"])
            _, heard = await client.next()
            assert heard["data"]["data"]["done"] is True

    async def test_a_gap_is_filled_from_what_the_task_emitted(self, world: World) -> None:
        async with world.client() as client:
            await world.publish("ada", started("t"), delta("t", 2, "a"))
            await client.next()
            title = emission("chat:title", "Lost", task="t", seq=4)
            world.chat.tasks["t"] = task_of(started("t"), delta("t", 3, "ab"), title, delta("t", 5, "c"))
            await world.publish("ada", delta("t", 6, "d"))
            heard = [await client.next() for _ in range(2)]
            assert [one[1]["data"]["type"] for one in heard] == ["chat:title", "chat:completion"]
            assert heard[1] == ("events", content({"content": "abcd"}))

    async def test_a_gap_shows_in_the_numbers_that_delta_clients_see(self, world: World) -> None:
        async with world.joined() as socket:
            await world.publish("ada", started("t"), delta("t", 2, "a"))
            world.chat.tasks["t"] = task_of(started("t"), delta("t", 4, "abc"))
            await world.publish("ada", delta("t", 5, "d"))
            numbers = [(await socket.packet())[1] for _ in range(3)]
            assert [numbers[1][1], numbers[2][1]] == [2, 5]

    async def test_a_task_that_cannot_be_read_is_not_asked_for_again_and_again(self, world: World) -> None:
        async with world.joined() as socket:
            for number in range(5, 30):
                await world.publish("ada", delta("gone", number, "x"))
            await world.publish("ada", final("gone", 30, "all"))
            assert (await socket.packet())[1]["data"]["data"]["content"] == "all"
            assert len(world.chat.read) == 1

    async def test_is_done_in_the_name_of_the_user(self, world: World) -> None:
        world.chat.tasks["t"] = task_of(started("t"))
        async with world.joined() as socket:
            answer = await socket.ask("chat:resume", {"task_id": "t", "seq": 0})
            assert answer["status"] is True


class TestResume:
    async def test_answers_what_was_missed(self, world: World) -> None:
        world.chat.tasks["t"] = task_of(
            started("t", content="Once "),
            delta("t", 2, "hm", reasoning=True),
            delta("t", 4, "upon"),
            emission("chat:title", "T", task="t", seq=5),
        )
        async with world.joined() as socket:
            answer = await socket.ask("chat:resume", {"task_id": "t", "seq": 1})
            assert answer == {
                "status": True,
                "chat_id": "chat",
                "message_id": "message",
                "stream": "t-stream",
                "done": False,
                "events": [
                    [2, "hm", "reasoning"],
                    [4, "upon"],
                    {"seq": 5, "data": {"type": "chat:title", "data": "T"}},
                ],
            }
            whole = await socket.ask("chat:resume", {"task_id": "t", "seq": 0})
            assert whole["events"][0] == {
                "seq": 1,
                "data": {"type": "chat:stream", "data": {"stream": "t-stream", "content": "Once "}},
            }

    @pytest.mark.parametrize(
        "data",
        [
            {"task_id": "gone", "seq": 0},
            {"task_id": "t", "seq": -1},
            {"task_id": "t", "seq": "1"},
            {"task_id": "t", "seq": 2**63},
            {"task_id": 7},
            {"task_id": "x" * 1000},
            {},
            None,
            [],
            "t",
        ],
    )
    async def test_of_what_is_not_there_is_refused(self, world: World, data: object) -> None:
        world.chat.tasks["t"] = task_of(started("t"))
        async with world.joined() as socket:
            assert await socket.ask("chat:resume", data) == {"status": False}


class TestSlowClients:
    async def test_are_disconnected_while_others_go_on(self, world: World) -> None:
        # A megabyte per event is more than the buffers of a connection take.
        text = "x" * 1_000_000
        async with world.joined() as slow, world.joined() as quick:
            slow.socket._response.connection.transport.pause_reading()
            await world.publish("ada", started("t"))
            await quick.packet()
            for number in range(2, 40):
                await world.publish("ada", delta("t", number, text))
                assert (await quick.packet())[1][1] == number

            async def cut() -> bool:
                return b"owui_sockets 1.0" in (await world.get("/metrics", "root-token")).body

            await until(cut)
            slow.socket._response.connection.transport.resume_reading()
            received = 0
            while (message := await slow.socket.receive(WAIT)).data and isinstance(message.data, str):
                received += 1
            assert received < 30
