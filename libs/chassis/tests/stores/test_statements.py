"""Statements on the driver: parameters, errors, and a pool that nothing empties or poisons."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from owui_chassis.outages import outage
from owui_chassis.refusals import refuse_bad_values
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

ECHO = Statement("SELECT CAST(:word AS text) AS word, length(:word) AS length")
BACKEND = Statement("SELECT pg_backend_pid() AS pid")
SLEEP = Statement("SELECT pg_sleep(:seconds)")
NUMBER = Statement("SELECT CAST(CAST(:word AS text) AS integer) AS number")


@pytest_asyncio.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    """A pool of one connection: what is not given back is missed at once."""
    async with Database(postgres_url, "public", pool_size=1) as opened:
        yield opened


async def backend(database: Database) -> int:
    """Return the process that serves the pool's connection."""
    row = await database.first(BACKEND)
    assert row is not None
    return int(row.pid)


async def end_backend(postgres_url: str, pid: int) -> None:
    """Let the server hang up."""
    async with Database(postgres_url, "public") as other:
        await other.fetch(Statement("SELECT pg_terminate_backend(:pid, 5000)"), pid=pid)


class TestStatement:
    def test_numbers_names_once(self) -> None:
        statement = Statement("SELECT :b, :a::text, '10:30', CAST(:b AS text)")
        assert statement.numbered == "SELECT $1, $2::text, '10:30', CAST($1 AS text)"
        assert statement.names == ("b", "a")

    async def test_works_in_a_transaction_too(self, database: Database) -> None:
        async with database.begin() as connection:
            row = (await connection.execute(ECHO.text, {"word": "four"})).one()
        assert (row.word, row.length) == ("four", 4)


class TestFetch:
    async def test_gives_rows_with_columns_as_attributes(self, database: Database) -> None:
        [row] = await database.fetch(ECHO, word="four")
        assert (row.word, row.length) == ("four", 4)
        assert not hasattr(row, "other")

    async def test_first_is_none_without_rows(self, database: Database) -> None:
        assert await database.first(Statement("SELECT 1 WHERE false")) is None

    async def test_reads_json_as_other_connections_do(self, database: Database) -> None:
        [row] = await database.fetch(Statement("""SELECT '{"a": [1]}'::jsonb AS value"""))
        assert row.value == {"a": [1]}

    async def test_commits(self, database: Database) -> None:
        await database.fetch(Statement("CREATE TABLE kept AS SELECT 1 AS one"))
        async with database.connect() as connection:
            assert (await connection.execute(text("SELECT one FROM kept"))).scalar_one() == 1

    async def test_shares_its_connection_with_transactions(self, database: Database) -> None:
        pid = await backend(database)
        async with database.begin() as connection:
            assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one() == pid

    async def test_waits_for_a_connection_within_the_bound(self, postgres_url: str) -> None:
        async with Database(postgres_url, "public", pool_size=2) as database:
            await asyncio.gather(*(database.fetch(SLEEP, seconds=0.01) for _ in range(12)))
            count = Statement(
                "SELECT count(*) AS open FROM pg_stat_activity WHERE application_name = 'owui-public'"
                " AND datname = current_database()"
            )
            [row] = await database.fetch(count)
        assert row.open <= 2

    async def test_an_exhausted_pool_is_an_outage(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("owui_chassis.database.POOL_WAIT_SECONDS", 0.05)
        async with Database(postgres_url, "public", pool_size=1) as database, database.begin():
            with pytest.raises(PoolTimeoutError) as caught:
                await database.ping()
        assert outage(caught.value) == "All connections to the database are in use"


class TestErrors:
    async def test_a_value_that_is_missing_takes_no_connection(self, database: Database) -> None:
        with pytest.raises(KeyError):
            await database.fetch(ECHO)
        await database.ping()

    async def test_a_wrong_statement_is_a_bug_and_keeps_the_connection(self, database: Database) -> None:
        pid = await backend(database)
        with pytest.raises(asyncpg.UndefinedTableError) as caught:
            await database.fetch(Statement("SELECT nothing FROM nowhere"))
        assert outage(caught.value) is None
        assert await backend(database) == pid

    async def test_are_translated_as_on_other_connections(self, database: Database) -> None:
        def refuse(error: BaseException) -> Exception | None:
            is_about_data = str(getattr(error, "sqlstate", "")).startswith("22") and "zero" not in str(error)
            return Invalid("no number", "no_number") if is_about_data else None

        database.translate_errors(refuse)
        for word in ("seven", "nul \x00", "half \ud800"):
            with pytest.raises(Invalid):
                await database.fetch(NUMBER, word=word)
            with pytest.raises(Invalid):
                async with database.connect() as connection:
                    await connection.execute(NUMBER.text, {"word": word})
        with pytest.raises(asyncpg.DivisionByZeroError):
            await database.fetch(Statement("SELECT 1 / CAST(:by AS integer)"), by=0)

    async def test_values_that_cannot_be_stored_are_the_mistake_of_who_sent_them(
        self, database: Database
    ) -> None:
        refuse_bad_values(database)
        with pytest.raises(Invalid) as caught:
            await database.fetch(NUMBER, word="nul \x00")
        assert caught.value.reason == "invalid_value"
        with pytest.raises(asyncpg.UndefinedTableError):
            await database.fetch(Statement("SELECT nothing FROM nowhere"))

    async def test_a_statement_that_takes_too_long_ends_and_leaves_the_pool_usable(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("owui_chassis.database.STATEMENT_SECONDS", 0.2)
        async with Database(postgres_url, "public", pool_size=1) as database:
            with pytest.raises(TimeoutError):
                await database.fetch(SLEEP, seconds=30.0)
            [row] = await database.fetch(ECHO, word="x")
        assert row.length == 1


class TestLostConnections:
    async def test_a_connection_that_closed_meanwhile_is_replaced(
        self, database: Database, postgres_url: str
    ) -> None:
        pid = await backend(database)
        await end_backend(postgres_url, pid)
        assert await backend(database) != pid

    async def test_one_that_is_too_old_is_replaced(
        self, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("owui_chassis.database.RECYCLE_SECONDS", 0)
        async with Database(postgres_url, "public", pool_size=1) as database:
            assert len({await backend(database) for _ in range(3)}) == 3
            assert database.engine.sync_engine.pool.status().count("Current Checked out connections: 0") == 1

    async def test_one_that_ends_in_the_middle_is_an_outage_and_is_replaced(
        self, database: Database, postgres_url: str
    ) -> None:
        pid = await backend(database)
        sleeping = asyncio.create_task(database.fetch(SLEEP, seconds=30.0))
        await running(postgres_url, pid)
        await end_backend(postgres_url, pid)
        with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the driver raises
            await sleeping
        assert outage(caught.value) == "The database does not answer"
        assert await backend(database) != pid

    async def test_who_is_cancelled_leaves_no_half_read_answer(
        self, database: Database, postgres_url: str
    ) -> None:
        pid = await backend(database)
        sleeping = asyncio.create_task(database.fetch(SLEEP, seconds=30.0))
        await running(postgres_url, pid)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping
        [row] = await database.fetch(ECHO, word="next")
        assert row.word == "next"

    async def test_who_is_cancelled_while_waiting_takes_no_connection(self, database: Database) -> None:
        async with database.begin():
            waiting = asyncio.create_task(database.ping())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
        await database.ping()


async def running(postgres_url: str, pid: int) -> None:
    """Wait until a backend runs a statement."""
    state = Statement("SELECT state FROM pg_stat_activity WHERE pid = :pid AND query LIKE '%pg_sleep%'")
    async with Database(postgres_url, "public") as other, asyncio.timeout(10):
        while (row := await other.first(state, pid=pid)) is None or row.state != "active":  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
