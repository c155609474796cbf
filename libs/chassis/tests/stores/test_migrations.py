"""Migrations: one process migrates, none fails, and what was killed goes on."""

import asyncio
import importlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from owui_chassis.migrations import head, is_current, migrate

_REVISION = """
import os
from alembic import op

revision = "{number}"
down_revision = {before}


def upgrade() -> None:
    op.execute("CREATE TABLE step_{number} (id int)")
    op.execute("INSERT INTO step_{number} VALUES (1)")
    if os.environ.get("STALL_AT") == "{number}":
        op.execute("SELECT pg_sleep(60)")
"""


def write_revisions(folder: Path, count: int) -> None:
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        before = f'"{number - 1:04}"' if number > 1 else None
        text = _REVISION.format(number=f"{number:04}", before=before)
        (versions / f"{number:04}_step.py").write_text(text)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[str]:
    name = f"owui_demo_{abs(hash(request.node.name)) % 10**8}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    write_revisions(tmp_path / name, 3)
    monkeypatch.syspath_prepend(str(tmp_path))
    importlib.invalidate_caches()
    yield name
    sys.modules.pop(name, None)


async def query(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


class TestMigrating:
    async def test_brings_an_empty_database_to_the_head(self, postgres_url: str, package: str) -> None:
        assert head(package) == "0003"
        assert not await is_current(package, "fresh", postgres_url)
        assert await migrate(package, "fresh", postgres_url)
        assert await is_current(package, "fresh", postgres_url)
        assert await query(postgres_url, "SELECT version_num FROM fresh.alembic_version") == "0003"
        assert await query(postgres_url, "SELECT count(*) FROM fresh.setting") == 0
        assert not await migrate(package, "fresh", postgres_url)

    async def test_goes_on_from_where_an_older_release_was(
        self, postgres_url: str, package: str, tmp_path: Path
    ) -> None:
        await migrate(package, "older", postgres_url)
        write_revisions(tmp_path / package, 4)
        assert await migrate(package, "older", postgres_url)
        assert await query(postgres_url, "SELECT count(*) FROM older.step_0004") == 1
        assert await query(postgres_url, "SELECT count(*) FROM older.step_0001") == 1

    async def test_five_at_once_do_it_once(self, postgres_url: str, package: str) -> None:
        done = await asyncio.gather(*(migrate(package, "crowded", postgres_url) for _ in range(5)))
        assert sorted(done) == [False, False, False, False, True]
        assert await query(postgres_url, "SELECT count(*) FROM crowded.step_0003") == 1

    async def test_a_newer_schema_is_left_alone(self, postgres_url: str, package: str) -> None:
        await migrate(package, "newer", postgres_url)
        await query(postgres_url, "UPDATE newer.alembic_version SET version_num = '0099'")
        assert await is_current(package, "newer", postgres_url)
        assert not await migrate(package, "newer", postgres_url)
        assert await query(postgres_url, "SELECT version_num FROM newer.alembic_version") == "0099"

    async def test_that_was_killed_goes_on_when_run_again(
        self, postgres_url: str, package: str, tmp_path: Path
    ) -> None:
        code = (
            "import asyncio, sys; from owui_chassis.migrations import migrate; "
            "asyncio.run(migrate(*sys.argv[1:4]))"
        )
        environment = {**os.environ, "STALL_AT": "0002", "PYTHONPATH": str(tmp_path)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, package, "killed", postgres_url, env=environment
        )
        stalled = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%'"
        async with asyncio.timeout(30):
            while not await query(postgres_url, stalled):
                assert process.returncode is None
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        # The first revision was committed on its own.
        assert await query(postgres_url, "SELECT version_num FROM killed.alembic_version") == "0001"
        async with asyncio.timeout(20):
            assert await migrate(package, "killed", postgres_url)
        once = "SELECT (SELECT count(*) FROM killed.step_0001) + (SELECT count(*) FROM killed.step_0002)"
        assert await query(postgres_url, once) == 2
        assert await query(postgres_url, "SELECT version_num FROM killed.alembic_version") == "0003"

    async def test_that_fails_changes_nothing_of_its_step(
        self, postgres_url: str, package: str, tmp_path: Path
    ) -> None:
        broken = tmp_path / package / "migrations" / "versions" / "0002_step.py"
        good = broken.read_text()
        broken.write_text(good + '    op.execute("SELECT 1 / 0")\n')
        with pytest.raises(Exception, match="division by zero"):
            await migrate(package, "failing", postgres_url)
        assert await query(postgres_url, "SELECT to_regclass('failing.step_0002') IS NULL")
        assert await query(postgres_url, "SELECT version_num FROM failing.alembic_version") == "0001"
        broken.write_text(good)
        assert await migrate(package, "failing", postgres_url)
