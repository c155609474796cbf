"""Packets that clients send: events and acknowledgements, and everything that is neither."""

import asyncio

import pytest
from owui_gateway.sockets import packets
from owui_gateway.sockets.packets import Packet, ProtocolError

from .world import World


class TestParsing:
    @pytest.mark.parametrize(
        ("text", "packet"),
        [
            ("0", Packet(0)),
            ('0{"token":"x"}', Packet(0, data={"token": "x"})),
            ("0/admin,", Packet(0, "/admin")),
            ("0/admin", Packet(0, "/admin")),
            ('2["a",1]', Packet(2, data=["a", 1])),
            ('212["a"]', Packet(2, ack=12, data=["a"])),
            ('2/n,7["a"]', Packet(2, "/n", 7, ["a"])),
            ("1", Packet(1)),
            ("37[1]", Packet(3, ack=7, data=[1])),
        ],
    )
    def test_reads_what_the_protocol_allows(self, text: str, packet: Packet) -> None:
        assert packets.parse(text) == packet

    @pytest.mark.parametrize("text", ["", "5-1[]", "9", "x", "2[", "2{]", '2["a"]x', "0\x00", '2["\ud800"]'])
    def test_refuses_everything_else(self, text: str) -> None:
        with pytest.raises(ProtocolError):
            packets.parse(text)

    def test_a_number_without_end_is_cut(self) -> None:
        assert packets.parse("2" + "9" * 100 + "[]").ack == 999_999_999


class TestEvents:
    async def test_are_acknowledged_with_their_number(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send('42123["user-join",{"auth":{"token":"x"}}]')
            assert await socket.text() == '43123[{"id":"ada","name":"Ada"}]'

    async def test_are_answered_to_the_public_client(self, world: World) -> None:
        async with world.client() as client:
            assert await client.io.call("user-join", {}) == {"id": "ada", "name": "Ada"}

    async def test_that_are_unknown_are_ignored_and_acknowledged(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send('42["no-such-event",{"x":1}]')
            assert await socket.ask("no-such-event", None) is None
            assert await socket.ask("heartbeat", {}) is None

    async def test_of_use_are_seen_by_others(self, world: World) -> None:
        async with world.joined() as socket:
            for data in ({"model": "small"}, {"model": 5}, {"model": ""}, {"model": "x" * 999}, {}, None, []):
                await socket.ask("usage", data)
            assert (await world.get("/api/usage", "ada-token")).json["model_ids"] == ["small"]

    async def test_without_arguments_are_allowed(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send('425["user-join"]')
            assert (await socket.text()).startswith("435[")

    async def test_of_other_namespaces_are_ignored(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send("41/other,")
            await socket.send('42/other,1["user-join",{}]')
            assert await socket.ask("heartbeat", {}) is None


class TestMalformed:
    @pytest.mark.parametrize(
        "text", ["4", "45-1[]", "42", "42{}", "42[]", "42[5]", "42[", '42"text"', "49", "42\x00"]
    )
    async def test_packets_close_the_socket_and_no_other(self, world: World, text: str) -> None:
        async with world.joined() as bystander, world.joined() as socket:
            await socket.send(text)
            assert await socket.closed() == 1008
            assert (await bystander.ask("user-join", {}))["id"] == "ada"

    async def test_binary_packets_close_the_socket(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.socket.send_bytes(b"\x04\x02")
            assert await socket.closed() == 1008

    async def test_packets_that_are_too_large_close_the_socket(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send("42" + '["x","' + "y" * 1_000_001 + '"]')
            assert await socket.closed() == 1009

    @pytest.mark.parametrize("text", ["", "5", "6", "3", "43[1]", "430[]", "44{}", "zzz"])
    async def test_harmless_noise_is_ignored(self, world: World, text: str) -> None:
        async with world.joined() as socket:
            await socket.send(text)
            assert await socket.ask("heartbeat", {}) is None

    @pytest.mark.parametrize("text", ["41", "1"])
    async def test_a_goodbye_is_one(self, world: World, text: str) -> None:
        async with world.joined() as socket:
            await socket.send(text)
            await socket.closed()
        await world.until_subscribed("ada", 0)

    async def test_a_probe_is_answered(self, world: World) -> None:
        async with world.joined() as socket:
            await socket.send("2probe")
            assert await socket.text() == "3probe"


class TestBeforeTheHandshake:
    async def test_events_are_not_heard(self, world: World) -> None:
        async with world.raw_socket() as socket:
            await socket.send('421["user-join",{}]')
            await socket.send("40{}")
            assert (await socket.text()).startswith("44")

    async def test_leaving_is_fine(self, world: World) -> None:
        async with world.raw_socket():
            await asyncio.sleep(0)
        assert (await world.get("/health")).status == 200
