"""Migrators of the real services: many at once, killed at every moment, with nothing to do."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from owui_chassis.migrations import head, migrate
from owui_testkit.stores import create_database, execute
from sqlalchemy import make_url

from .revisions import SCHEMAS, revision_files, truncated
from .schema import read_schema

MIGRATORS, ROUNDS = 5, 20
# The service with the longest history.
PACKAGE, SCHEMA = "owui_rag", "rag"
_STALL = """
    CREATE SEQUENCE public.changes;
    CREATE FUNCTION public.stall() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('public.changes') = {change} THEN PERFORM pg_sleep(900); END IF;
    END $$;
    CREATE EVENT TRIGGER stall ON ddl_command_end EXECUTE FUNCTION public.stall();
"""
_GO_ON = "DROP EVENT TRIGGER stall"
_ASLEEP = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()"
)


async def query(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def copy_of(server: str, url: str) -> str:
    """Make a database that begins as another one is."""
    name = f"test_{secrets.token_hex(6)}"
    await execute(server, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(url).database}"')
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def drop(server: str, *urls: str) -> None:
    for url in urls:
        await execute(server, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


class Migrator:
    """A process that waits for its orders."""

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("migrator.py")),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert await self._line() == "ready"

    async def migrate(self, package: str, schema: str, url: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{package} {schema} {url}\n".encode())
        return await asyncio.wait_for(self._line(), 180)

    async def _line(self) -> str:
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()

    async def stop(self) -> None:
        self._process.kill()
        await self._process.wait()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def migrators() -> AsyncIterator[list[Migrator]]:
    """Five processes, ready."""
    made = [Migrator() for _ in range(MIGRATORS)]
    await asyncio.gather(*(one.start() for one in made))
    yield made
    await asyncio.gather(*(one.stop() for one in made))


async def at_once(migrators: list[Migrator], package: str, schema: str, url: str) -> list[str]:
    return sorted(await asyncio.gather(*(one.migrate(package, schema, url) for one in migrators)))


ONE_OF_THEM = ["migrated", *["nothing to do"] * (MIGRATORS - 1)]


class TestManyAtOnce:
    async def test_one_migrates_and_none_fails_twenty_times(
        self, migrators: list[Migrator], postgres_server_url: str, tmp_path: Path
    ) -> None:
        empty = await create_database(postgres_server_url)
        older = await copy_of(postgres_server_url, empty)
        with truncated(PACKAGE, revision_files(PACKAGE)[:-1], tmp_path) as before:
            assert await migrate(before, SCHEMA, older)
        schemas = list(SCHEMAS.items())
        for number in range(ROUNDS // 2):
            schema, package = schemas[number % len(schemas)]
            for template, each_schema, each in ((empty, schema, package), (older, SCHEMA, PACKAGE)):
                url = await copy_of(postgres_server_url, template)
                assert await at_once(migrators, each, each_schema, url) == ONE_OF_THEM
                table = f"{each_schema}.alembic_version"
                versions = await query(url, f"SELECT array_agg(version_num::text) FROM {table}")  # noqa: S608
                assert versions == [head(each)]
                await drop(postgres_server_url, url)
        await drop(postgres_server_url, empty, older)


class TestAtTheHead:
    async def test_no_lock_is_taken(self, migrators: list[Migrator], postgres_url: str) -> None:
        await migrate(PACKAGE, SCHEMA, postgres_url)
        holder = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        try:
            await holder.execute(
                "SELECT pg_advisory_lock(hashtextextended($1, 0))", f"owui migrations {SCHEMA}"
            )
            everybody = await asyncio.wait_for(at_once(migrators, PACKAGE, SCHEMA, postgres_url), 120)
            assert everybody == ["nothing to do"] * MIGRATORS
        finally:
            await holder.close()


class TestKilled:
    async def test_at_any_moment_it_ends_right_when_it_is_run_again(
        self, migrators: list[Migrator], postgres_server_url: str
    ) -> None:
        empty = await create_database(postgres_server_url)
        clean = await copy_of(postgres_server_url, empty)
        await execute(clean, _STALL.format(change=0))
        assert await migrate(PACKAGE, SCHEMA, clean)
        changes = await query(clean, "SELECT last_value FROM public.changes")
        expected = await read_schema(clean, SCHEMA)
        assert changes > 20
        # The schema, the table of settings, Alembic's own, then parts of the revisions, and the very last.
        moments = [1, 2, 3, changes // 4, changes // 2, changes * 3 // 4, changes]

        async def kill_at(moment: int, successor: Migrator) -> None:
            url = await copy_of(postgres_server_url, empty)
            await execute(url, _STALL.format(change=moment))
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", f"{PACKAGE}.migrate", env={**os.environ, "DATABASE_URL": url}
            )
            async with asyncio.timeout(180):
                while not await query(url, _ASLEEP):
                    assert process.returncode is None
                    await asyncio.sleep(0.05)
            process.kill()
            await process.wait()
            await execute(url, _GO_ON)
            assert await successor.migrate(PACKAGE, SCHEMA, url) == "migrated", moment
            assert await read_schema(url, SCHEMA) == expected, moment
            await drop(postgres_server_url, url)

        async def kill_in_turn(mine: list[int], successor: Migrator) -> None:
            for moment in mine:
                await kill_at(moment, successor)

        await asyncio.gather(*(kill_in_turn(moments[n::2], migrators[n]) for n in range(2)))
        await drop(postgres_server_url, empty, clean)
