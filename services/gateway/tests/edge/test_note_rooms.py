"""Open notes: whoever has joined one hears what it is now, and nobody else does."""

from typing import Any

import orjson
from owui.events.v1.user_event_pb2 import Emission

from .world import RawSocket, World, until

ALL = "root-token"


def note(*readers: str, **more: Any) -> dict[str, Any]:
    """A note of somebody else's that these people may read."""
    return {"id": "n", "user_id": "owner", "title": "T", "access_control": rule(*readers), **more}


def rule(*readers: str) -> dict[str, Any]:
    """An access control that lets people read."""
    return {"read": {"user_ids": list(readers), "group_ids": []}}


async def listeners(world: World, note_id: str = "n") -> int:
    """Return how many replicas listen for a note."""
    [(_, number)] = await world.redis.pubsub_numsub(f"{world.prefix}:note:{note_id}")
    return int(number)


async def changed(world: World, value: dict[str, Any]) -> None:
    """Tell of a note as chat does."""
    payload = Emission(name="note-events", data=orjson.dumps(value)).SerializeToString()
    await world.redis.publish(f"{world.prefix}:note:{value['id']}", payload)


async def join(socket: RawSocket, world: World, note_id: str = "n") -> None:
    """Open a note that its reader may have, and wait until it is listened to."""
    assert await socket.ask("join-note", {"note_id": note_id, "auth": {"token": "anything"}}) is None

    async def heard() -> bool:
        return await listeners(world, note_id) == 1

    await until(heard)


async def silent(socket: RawSocket) -> None:
    """Nothing is waiting to be read: the next thing heard is the answer to a question."""
    assert (await socket.ask("user-join", {}))["id"]


class TestRooms:
    async def test_hear_the_whole_note(self, world: World) -> None:
        world.chat.notes = {"n": {"ada"}}
        async with world.joined() as socket:
            await join(socket, world)
            value = note("ada", data={"content": {"md": "ä"}}, updated_at=1_700_000_000_123_456_789)
            await changed(world, value)
            assert await socket.packet() == ["note-events", value]

    async def test_are_closed_to_who_may_not_read(self, world: World) -> None:
        world.chat.notes = {"n": {"ada"}}
        async with world.joined() as ada, world.joined("bob-token") as bob:
            for payload in (
                {"note_id": "n"},
                {"note_id": "unknown"},
                {"note_id": 7},
                {},
                None,
                {"note_id": ""},
            ):
                assert await bob.ask("join-note", payload) is None
            await join(ada, world)
            await changed(world, note("ada", "bob"))
            assert (await ada.packet())[0] == "note-events"
            await silent(bob)

    async def test_tell_nothing_more_to_who_may_read_no_more(self, world: World) -> None:
        world.chat.notes = {"n": {"ada", "bob"}}
        async with world.joined() as ada, world.joined("bob-token") as bob:
            await join(ada, world)
            await join(bob, world)
            await changed(world, note("ada"))
            assert (await ada.packet())[0] == "note-events"
            await silent(bob)
            await changed(world, note("ada", access_control=None))
            assert (await bob.packet())[1]["access_control"] is None

    async def test_tell_administrators_whom_no_rule_names(self, world: World) -> None:
        world.chat.notes = {"n": {"ada"}}
        async with world.joined(ALL) as root:
            await join(root, world)
            await changed(world, note())
            assert (await root.packet())[0] == "note-events"

    async def test_are_left_with_the_socket(self, world: World) -> None:
        world.chat.notes = {"n": {"ada"}}
        async with world.joined() as first:
            await join(first, world)
            async with world.joined() as second:
                await join(second, world)
            await changed(world, note("ada"))
            assert (await first.packet())[0] == "note-events"

        async def left() -> bool:
            return await listeners(world) == 0

        await until(left)

    async def test_of_one_socket_have_a_bound(self, world: World) -> None:
        world.chat.notes = {str(number): {"ada"} for number in range(25)}
        async with world.joined() as socket:
            for number in range(25):
                await join(socket, world, str(number))

            async def bounded() -> bool:
                return sum([await listeners(world, str(number)) for number in range(25)]) == 20

            await until(bounded)
            assert await listeners(world, "0") == 0
            assert await listeners(world, "24") == 1
