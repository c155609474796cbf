"""Who may open a socket, and what is said while it opens."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import orjson
import pytest
import pytest_asyncio
import socketio

from .fakes import account
from .world import World, until

PATH = "/ws/socket.io/?EIO=4&transport=websocket"


class TestOpening:
    async def test_tells_the_settings_of_engine_io(self, world: World) -> None:
        async with world.raw_socket() as socket:
            assert socket.opening.startswith("0")
            settings = orjson.loads(socket.opening[1:])
        assert settings.pop("sid")
        assert settings == {
            "upgrades": [],
            "pingInterval": 25000,
            "pingTimeout": 20000,
            "maxPayload": 1000000,
        }

    async def test_the_public_client_connects(self, world: World) -> None:
        async with world.client() as client:
            assert client.io.sid

    async def test_each_socket_has_its_own_session_id(self, world: World) -> None:
        async with world.joined() as one, world.joined() as two:
            assert one.sid
            assert one.sid != two.sid

    async def test_polling_is_refused_as_the_interface_says(self, world: World) -> None:
        for method in ("GET", "POST"):
            path = "/ws/socket.io/?EIO=4&transport=polling"
            async with world.http.request(method, path) as answer:
                assert answer.status == 400
                assert (await answer.json())["detail"] == "Invalid transport"


class TestRefusal:
    @pytest.mark.parametrize(
        ("auth", "reason"),
        [
            ("", "Not authenticated"),
            ("{}", "Not authenticated"),
            ("[]", "Not authenticated"),
            ('{"token":null}', "Not authenticated"),
            ('{"token":7}', "Not authenticated"),
            ('{"token":""}', "Not authenticated"),
            ('{"token":"garbage"}', "401 Unauthorized"),
            ('{"token":"sk-ada"}', "Not authenticated"),
            ('{"token":"pia-token"}', "The account waits for approval"),
            ('{"token":', "the packet's data is not JSON"),
        ],
    )
    async def test_is_told_and_the_socket_closed(self, world: World, auth: str, reason: str) -> None:
        async with world.raw_socket() as socket:
            await socket.send("40" + auth)
            answer = await socket.text()
            assert (answer[:2], orjson.loads(answer[2:])) == ("44", {"message": reason})
            assert await socket.closed() == 1008

    async def test_of_another_namespace_is_told_in_it(self, world: World) -> None:
        async with world.raw_socket() as socket:
            await socket.send('40/admin,{"token":"ada-token"}')
            assert await socket.text() == '44/admin,{"message":"Invalid namespace"}'
            assert await socket.closed() == 1008

    async def test_reaches_the_public_client(self, world: World) -> None:
        client = socketio.AsyncClient(reconnection=False)
        told: asyncio.Queue[object] = asyncio.Queue()
        client.on("connect_error", told.put)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(world.url, transports=["websocket"], socketio_path="/ws/socket.io")
        assert told.get_nowait() == {"message": "Not authenticated"}
        await client.disconnect()

    async def test_when_auth_is_away_says_so(self, world: World) -> None:
        world.auth.down = True
        async with world.raw_socket() as socket:
            await socket.send('40{"token":"ada-token"}')
            assert await socket.text() == '44{"message":"auth is away"}'

    async def test_leaves_nothing_listening(self, world: World) -> None:
        async with world.raw_socket() as socket:
            await socket.send('40{"token":"pia-token"}')
            await socket.closed()
        assert await world.subscribers("pia") == 0


class TestOrigins:
    async def status(self, world: World, **headers: str) -> int:
        try:
            async with world.http.ws_connect(PATH, headers=headers):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status

    async def test_our_own_pages_and_programs_may(self, world: World) -> None:
        assert await self.status(world) == 101
        assert await self.status(world, origin=world.url) == 101

    @pytest.mark.parametrize("origin", ["https://evil.example.org", "null", "http://127.0.0.1", "x"])
    async def test_foreign_pages_may_not(self, world: World, origin: str) -> None:
        assert await self.status(world, origin=origin) == 403

    async def test_listed_pages_may(self, redis_url: str) -> None:
        async with World(redis_url, None, {"CORS_ALLOW_ORIGIN": "https://app.example.org"}) as world:
            assert await self.status(world, origin="https://app.example.org") == 101
            assert await self.status(world, origin="https://evil.example.org") == 403

    async def test_too_many_sockets_are_refused(self, redis_url: str) -> None:
        async with World(redis_url, None, {"GATEWAY_MAX_SOCKETS": "2"}) as world:
            async with world.raw_socket(), world.raw_socket():
                assert await self.status(world) == 403

            async def let_in() -> bool:
                return await self.status(world) == 101

            await until(let_in)

    async def test_sockets_can_be_switched_off(self, redis_url: str) -> None:
        async with World(redis_url, None, {"ENABLE_WEBSOCKET_SUPPORT": "false"}) as world:
            assert await self.status(world) in (403, 404)
            assert (await world.get("/api/config")).json["features"]["enable_websocket"] is False


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient(redis_url: str) -> AsyncIterator[World]:
    environ = {"WEBSOCKET_SERVER_PING_INTERVAL": "0.2", "WEBSOCKET_SERVER_PING_TIMEOUT": "0.1"}
    async with World(redis_url, None, environ) as world:
        yield world


class TestHeartbeat:
    async def test_a_client_that_answers_stays(self, impatient: World) -> None:
        async with impatient.joined() as socket:
            for _ in range(4):
                assert await socket.text() == "2"
                await socket.send("3")

    async def test_a_client_that_falls_silent_is_closed(self, impatient: World) -> None:
        async with impatient.joined() as socket:
            assert await socket.text() == "2"
            await socket.closed()
        await impatient.until_subscribed("ada", 0)

    async def test_the_public_client_stays(self, impatient: World) -> None:
        async with impatient.client() as client:
            await asyncio.sleep(0.8)
            assert client.io.connected


class TestEndOfAccess:
    async def test_a_revoked_session_closes_its_sockets(self, world: World) -> None:
        world.auth.accounts["other-token"] = account("ada", credential_id="another")
        async with world.joined() as socket, world.joined("other-token") as other, world.joined("bob-token"):
            await world.revoke("ada", "session-of-ada")
            assert await socket.closed() == 1008
            assert await other.ask("user-join", {}) == {"id": "ada", "name": "Ada"}

    async def test_a_revoked_user_loses_all_sockets(self, world: World) -> None:
        async with world.joined() as one, world.joined() as two, world.joined("bob-token") as bob:
            await world.revoke("ada")
            assert [await one.closed(), await two.closed()] == [1008, 1008]
            assert (await bob.ask("user-join", {}))["id"] == "bob"

    @pytest.mark.parametrize("change", ["ended", "pending"])
    async def test_is_noticed_within_seconds_when_the_message_is_lost(
        self, world: World, change: str
    ) -> None:
        async with world.joined() as socket:
            if change == "ended":
                del world.auth.accounts["ada-token"]
            else:
                world.auth.accounts["ada-token"] = account("ada", "pending")
            async with asyncio.timeout(6):
                assert await socket.closed() == 1008

    async def test_does_not_follow_from_auth_being_away(self, world: World) -> None:
        async with world.joined() as socket:
            world.auth.down = True
            asked = world.auth.asked["ada-token"]
            await until(lambda: world.auth.asked["ada-token"] > asked)
            assert (await socket.ask("user-join", {}))["id"] == "ada"
