"""The embedded Postgres keeps its data over crashes and refuses folders it cannot use."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from owui_local.account import private_folder, store_account
from owui_local.errors import LocalError
from owui_local.leftovers import prefix_of
from owui_local.postgres import EmbeddedPostgres
from owui_local.process import wait_until_gone
from owui_local.provision import DATABASE, provision


@pytest.fixture
def sockets() -> Iterator[Path]:
    folder = private_folder(store_account(), prefix=prefix_of("test"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(tmp_path: Path, sockets: Path) -> Iterator[EmbeddedPostgres]:
    found = EmbeddedPostgres(tmp_path / "a b" / "postgres", sockets, tmp_path / "log")
    found.prepare()
    found.start()
    found.wait_ready()
    yield found
    found.stop()


async def run(sockets: Path, statement: str, user: str = "auth_app") -> object:
    connection = await asyncpg.connect(host=str(sockets), user=user, database=DATABASE)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


class TestData:
    async def test_committed_rows_survive_a_kill(self, server: EmbeddedPostgres, sockets: Path) -> None:
        await provision(str(sockets))
        await run(sockets, "CREATE TABLE kept AS SELECT 42 AS answer")
        server.process.kill()
        server.start()
        server.wait_ready()
        await provision(str(sockets))
        assert await run(sockets, "SELECT answer FROM kept") == 42

    async def test_a_role_sees_its_own_schema_only(self, server: EmbeddedPostgres, sockets: Path) -> None:
        await provision(str(sockets))
        await run(sockets, "CREATE TABLE auth.secret (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(sockets, "SELECT count(*) FROM auth.secret", user="chat_app")


class TestOrphan:
    async def test_a_server_left_over_is_replaced(self, server: EmbeddedPostgres, sockets: Path) -> None:
        left = server.process.pid
        assert left is not None
        again = EmbeddedPostgres(server.folder, sockets, server.log)
        again.prepare()
        server.process.stop()
        assert wait_until_gone(left, 1)
        again.start()
        again.wait_ready()
        again.stop()


class TestRefusals:
    def damaged(self, server: EmbeddedPostgres) -> EmbeddedPostgres:
        server.stop()
        return EmbeddedPostgres(server.folder, server.sockets, server.log)

    def test_another_version(self, server: EmbeddedPostgres) -> None:
        again = self.damaged(server)
        (server.folder / "PG_VERSION").write_text("12\n", encoding="utf-8")
        with pytest.raises(LocalError, match="belongs to Postgres '12'"):
            again.prepare()

    def test_a_folder_with_something_else(self, tmp_path: Path, sockets: Path) -> None:
        (tmp_path / "postgres").mkdir()
        (tmp_path / "postgres" / "photo.jpg").write_bytes(b"x")
        with pytest.raises(LocalError, match="holds no complete Postgres database"):
            EmbeddedPostgres(tmp_path / "postgres", sockets, tmp_path / "log").prepare()

    def test_a_damaged_control_file_is_one_sentence(self, server: EmbeddedPostgres) -> None:
        again = self.damaged(server)
        (server.folder / "global" / "pg_control").write_bytes(b"garbage" * 1000)
        again.prepare()
        again.start()
        with pytest.raises(LocalError, match="does not start with the data in") as caught:
            again.wait_ready()
        assert "\n" not in str(caught.value)

    def test_it_stops_by_the_signal_that_loses_nothing(self, server: EmbeddedPostgres) -> None:
        assert server.process.stop_signal is signal.SIGINT
        server.stop()
        assert server.process.exit_code == 0
