"""The platform runs from its images: as nobody, on a read-only disk, and it ends in good order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from .container import CONFINED, USER
from .deployment import SCHEMAS, Platform, status, stores


@pytest.fixture(scope="module")
def platform(installed: Callable[[str], Path], workplace: Path) -> Iterator[Platform]:
    with stores() as where:
        folder = workplace / "containers"
        folder.mkdir()
        made = Platform(where, installed, folder)
        made.prepare()
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(platform: Platform) -> AsyncIterator[aiohttp.ClientSession]:
    async with platform.running() as session:
        yield session


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def token(session: aiohttp.ClientSession) -> str:
    person = {"name": "Ada", "email": "ada@example.org", "password": "a good long password"}
    async with session.post("/api/v1/auths/signup", json=person) as answer:
        assert answer.status == 200, await answer.text()
        return str((await answer.json())["token"])


class TestRunning:
    async def test_the_gateway_serves_the_web_ui(self, session: aiohttp.ClientSession) -> None:
        async with session.get("/") as answer:
            assert answer.status == 200
            assert "<html" in await answer.text()

    async def test_accounts_chats_and_models_work(self, session: aiohttp.ClientSession, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        for path in ("/api/v1/chats/", "/api/models", "/api/v1/knowledge/", "/api/config"):
            async with session.get(path, headers=headers) as answer:
                assert answer.status == 200, (path, await answer.text())

    async def test_the_worker_reads_and_embeds_a_document(
        self, session: aiohttp.ClientSession, token: str
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        form = aiohttp.FormData()
        form.add_field("file", b"Ships sail the sea. Bread is baked from flour.", filename="a.txt")
        async with session.post("/api/v1/files/", data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            number = (await answer.json())["id"]
        found: dict[str, object] = {}
        async with asyncio.timeout(240):
            while found.get("status") not in {"completed", "failed"}:
                await asyncio.sleep(0.3)
                async with session.get(f"/api/v1/files/{number}/process/status", headers=headers) as answer:
                    found = await answer.json()
        assert found["status"] == "completed", found

    async def test_containers_are_asked_by_their_health_check(
        self, platform: Platform, session: aiohttp.ClientSession
    ) -> None:
        asked = {name: f"grpc://127.0.0.1:{platform.ports[name]}" for name in SCHEMAS}
        asked["gateway"] = f"{platform.base_url}/health"
        asked["rag-worker"] = f"http://127.0.0.1:{platform.ports['rag-worker']}/metrics"
        for name, address in asked.items():
            check = platform.container(name, "owui_chassis.probe", address)
            assert await asyncio.to_thread(check.run) == 0, check.words()
        sick = platform.container("auth", "owui_chassis.probe", "grpc://127.0.0.1:1")
        assert await asyncio.to_thread(sick.run) == 1
        assert "UNAVAILABLE" in sick.words()


@pytest.mark.skipif(not CONFINED, reason="only root can make a root file system of its own")
class TestConfinement:
    def test_no_process_is_root_or_may_become_it(
        self, platform: Platform, session: aiohttp.ClientSession
    ) -> None:
        for name, container in platform.containers.items():
            found = container.identity()
            assert set(found["Uid"].split()) == set(found["Gid"].split()) == {str(USER)}, name
            assert found["Groups"] == "", name
            assert int(found["CapEff"], 16) == int(found["CapBnd"], 16) == 0, name
            assert found["NoNewPrivs"] == "1", name

    @pytest.mark.parametrize("place", ["/opt/owui/x", "/x", "/usr/x", "/opt/owui/lib/x"])
    def test_nothing_can_be_written_beside_the_folder_for_temporary_files(
        self, platform: Platform, place: str
    ) -> None:
        writing = platform.container("chat", "timeit", "-n1", "-r1", f"open({place!r}, 'w')")
        assert writing.run() == 1, writing.words()
        assert "Read-only file system" in writing.words(), writing.words()
        allowed = platform.container("chat", "timeit", "-n1", "-r1", "open('/tmp/x', 'w')")
        assert allowed.run() == 0, allowed.words()


class TestEnd:
    """Last in this file: it stops the platform."""

    async def test_on_the_signal_each_lets_work_finish_and_ends_well(
        self, platform: Platform, session: aiohttp.ClientSession
    ) -> None:
        ending = asyncio.create_task(asyncio.to_thread(platform.containers["gateway"].stop))
        async with asyncio.timeout(120):
            # It answers, and sends new requests elsewhere, before it goes.
            while await status(session, "/ready") != 503:
                assert not ending.done()
                await asyncio.sleep(0.05)
        assert await ending == 0, platform.containers["gateway"].words()
        others = [name for name in platform.containers if name != "gateway"]
        codes = await asyncio.gather(*(asyncio.to_thread(platform.containers[name].stop) for name in others))
        for name, code in zip(others, codes, strict=True):
            assert code == 0, f"{name}: {platform.containers[name].words()}"
            assert "Traceback" not in platform.containers[name].words(), name
