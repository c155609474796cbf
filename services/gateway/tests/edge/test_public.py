"""What everybody may ask: configuration, version, health, metrics."""

import asyncio

import aiohttp
import pytest
from owui_chassis.errors import Unavailable
from owui_gateway.health import Health

from .world import World

STRANGER = {"status", "name", "version", "default_locale", "oauth", "features"}
SIGNED_IN = STRANGER | {
    "google_drive",
    "onedrive",
    "default_models",
    "default_pinned_models",
    "default_prompt_suggestions",
    "user_count",
    "code",
    "audio",
    "file",
    "permissions",
    "license_metadata",
    "ui",
}


class TestConfig:
    @pytest.mark.parametrize(
        ("token", "keys"),
        [
            ("", STRANGER),
            ("garbage", STRANGER),
            ("pia-token", STRANGER | {"ui"}),
            ("ada-token", SIGNED_IN),
            ("root-token", SIGNED_IN | {"active_entries"}),
        ],
    )
    async def test_shows_each_no_more_than_they_need(self, world: World, token: str, keys: set[str]) -> None:
        answer = await world.get("/api/config", token)
        assert answer.status == 200
        assert set(answer.json) == keys

    async def test_of_a_stranger(self, world: World) -> None:
        config = (await world.get("/api/config")).json
        assert (config["status"], config["version"], config["name"]) == (True, "0.6.42", "Open WebUI")
        assert config["features"]["auth"] is True
        assert config["features"]["enable_websocket"] is True
        assert config["oauth"] == {"providers": {}}

    async def test_of_somebody_who_waits(self, world: World) -> None:
        config = (await world.get("/api/config", "pia-token")).json
        assert config["ui"]["pending_user_overlay_title"] == "Please wait"

    async def test_of_a_user(self, world: World) -> None:
        config = (await world.get("/api/config", "ada-token")).json
        assert config["permissions"] == {"chat": {"delete": True}}
        assert (config["default_models"], config["default_pinned_models"]) == ("small", None)
        # Auth has both switched on, chat offers only one.
        assert (config["features"]["enable_folders"], config["features"]["enable_notes"]) == (True, False)
        assert config["features"]["enable_image_generation"] is False
        assert config["user_count"] == 3
        assert (config["file"]["max_size"], config["file"]["max_count"]) == (25, None)
        assert config["features"]["enable_web_search"] is True

    async def test_tells_how_clients_reach_drives(self, world: World) -> None:
        config = (await world.get("/api/config", "ada-token")).json
        assert config["features"]["enable_google_drive_integration"] is True
        assert config["google_drive"] == {"client_id": "picker", "api_key": "browser-key"}
        features = ("enable_onedrive_integration", "enable_onedrive_personal", "enable_onedrive_business")
        assert [config["features"][name] for name in features] == [True, False, True]
        assert config["onedrive"] == {
            "client_id_personal": "",
            "client_id_business": "client",
            "sharepoint_url": "",
            "sharepoint_tenant_id": "",
        }
        assert "google_drive" not in (await world.get("/api/config")).json

    async def test_does_not_need_rag(self, world: World) -> None:
        world.rag.refuse = Unavailable("rag is away")
        config = (await world.get("/api/config", "ada-token")).json
        assert config["file"]["max_size"] is None
        assert config["features"]["enable_web_search"] is False
        assert config["features"]["enable_google_drive_integration"] is False
        assert "enable_onedrive_personal" not in config["features"]
        assert config["google_drive"] == {"client_id": "", "api_key": ""}


class TestVersion:
    async def test_is_that_of_the_interface(self, world: World) -> None:
        assert (await world.get("/api/version")).json["version"] == "0.6.42"

    async def test_the_neighbours_answer(self, world: World) -> None:
        assert (await world.get("/api/changelog")).status == 200
        assert (await world.get("/manifest.json")).json["name"] == "Open WebUI"
        usage = await world.get("/api/usage", "ada-token")
        assert usage.json == {"model_ids": [], "user_count": 0}

    async def test_a_hostile_host_does_not_break_out_of_the_search_description(self, world: World) -> None:
        answer = await world.get("/opensearch.xml", headers={"host": 'x"><script>'})
        assert b"<script>" not in answer.body


class TestHealth:
    async def test_needs_nothing_else(self, world: World) -> None:
        world.checks["auth"] = "away"
        assert (await world.get("/health")).json == {"status": True}

    async def test_of_the_databases_follows_the_services(self, world: World) -> None:
        assert (await world.get("/health/db")).json == {"status": True}
        world.checks["chat"] = "its database is away"
        answer = await world.get("/health/db")
        assert (answer.status, answer.detail) == (503, "Not ready: chat")

    async def test_readiness_names_what_is_missing(self, world: World) -> None:
        assert (await world.get("/ready")).json == {"status": True, "failing": []}
        world.checks["auth"] = "away"
        answer = await world.get("/ready")
        assert (answer.status, answer.json) == (503, {"status": False, "failing": ["auth"]})

    async def test_a_stopping_replica_is_not_ready(self) -> None:
        async def all_well() -> dict[str, str]:
            return {}

        health = Health(all_well, doorkeeper=None)
        assert (await health.ready()).status_code == 200
        health.stopping = True
        assert (await health.ready()).status_code == 503
        assert await health.alive() == {"status": True}


class TestStopping:
    async def test_it_reports_so_before_anything_changes(self, redis_url: str) -> None:
        async with World(redis_url, None, {"DRAIN_DELAY_SECONDS": "0.5"}) as world, world.joined() as socket:
            before = await world.get("/health")
            assert "connection" not in before.headers
            stopping = asyncio.create_task(world.gateway.stop())
            await asyncio.sleep(0)
            ready = await world.get("/ready")
            assert (ready.status, ready.json) == (503, {"status": False, "failing": ["gateway"]})
            after = await world.get("/health")
            assert (after.status, after.headers["connection"]) == (200, "close")
            async with world.joined():
                await socket.send("2probe")
                assert await socket.text() == "3probe"
            assert await socket.closed() == 1001
            await stopping

    async def test_a_connection_that_was_just_used_may_ask_once_more(self, redis_url: str) -> None:
        async with World(redis_url, None, {"DRAIN_SECONDS": "5"}) as world:
            reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
            writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            await asyncio.wait_for(reader.readuntil(b"true}"), 5)
            stopping = asyncio.create_task(world.gateway.stop())
            await asyncio.sleep(0.3)
            writer.write(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n")
            answer = await asyncio.wait_for(reader.read(), 5)
            assert answer.startswith(b"HTTP/1.1 200")
            assert b"connection: close" in answer
            writer.close()
            await asyncio.wait_for(stopping, 5)

    async def test_sends_sockets_elsewhere_and_lets_answers_finish(self, redis_url: str) -> None:
        async with World(redis_url, None, {"DRAIN_SECONDS": "5"}) as world:
            gate = asyncio.Event()
            world.models.steps = [b"data: 1\n\n", gate, b"data: 2\n\n"]
            asked = world.post("/api/chat/completions", {"model": "small", "messages": []})
            running = asyncio.create_task(asked)
            await asyncio.wait_for(world.models.begun.wait(), 5)
            async with world.joined() as socket:
                stopping = asyncio.create_task(world.gateway.stop())
                assert await socket.closed() == 1001
            assert not stopping.done()
            gate.set()
            assert (await running).body == b"data: 1\n\ndata: 2\n\n"
            await stopping
            with pytest.raises(aiohttp.ClientConnectionError):
                await world.get("/health")

    async def test_breaks_answers_off_with_a_reason_when_the_grace_period_is_over(
        self, redis_url: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with World(redis_url, None, {"DRAIN_SECONDS": "1.2"}) as world:
            world.models.steps = [b"data: 1\n\n", asyncio.Event()]
            asked = world.post("/api/chat/completions", {"model": "small", "messages": []})
            running = asyncio.create_task(asked)
            await asyncio.wait_for(world.models.begun.wait(), 5)
            await asyncio.wait_for(world.gateway.stop(), 5)
            body = (await running).body
            assert body.startswith(b"data: 1\n\ndata: ")
            assert b"The server is stopping" in body
            assert "Traceback" not in caplog.text


class TestMetrics:
    async def test_count_requests_by_route(self, world: World) -> None:
        await world.get("/api/v1/auths/", "ada-token")
        await world.get("/health")
        await world.get("/no/such/page")
        text = (await world.get("/metrics", "root-token")).body.decode()
        assert 'owui_http_requests_total{method="GET",route="/api/v1/auths/",status="200"}' in text
        assert 'owui_http_requests_total{method="GET",route="/health",status="200"}' in text
        assert "no/such/page" not in text

    async def test_are_for_administrators(self, world: World) -> None:
        assert (await world.get("/metrics")).status == 401
        assert (await world.get("/metrics", "ada-token")).status == 401
