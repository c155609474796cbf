"""What counts as an outage of a store."""

import pytest
from owui_chassis.database import Database
from owui_chassis.outages import outage
from owui_chassis.redis import open_redis
from sqlalchemy import text


class TestOutage:
    async def test_a_database_that_refuses_connections(self) -> None:
        async with Database("postgresql://nobody@127.0.0.1:1/none", "chat") as database:
            with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the driver raises
                await database.ping()
        assert outage(caught.value) == "The database does not answer"

    async def test_a_connection_that_the_server_ends(self, postgres_url: str) -> None:
        async with Database(postgres_url, "public") as database, database.connect() as connection:
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert outage(caught.value) == "The database does not answer"

    async def test_a_redis_that_refuses_connections(self) -> None:
        async with open_redis("redis://127.0.0.1:1/0") as redis:
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await redis.ping()
        assert outage(caught.value) == "Redis does not answer"

    async def test_a_wrong_statement_is_a_bug(self, postgres_url: str) -> None:
        async with Database(postgres_url, "public") as database, database.connect() as connection:
            with pytest.raises(Exception) as caught:  # noqa: PT011
                await connection.execute(text("SELECT nothing FROM nowhere"))
        assert outage(caught.value) is None

    def test_a_broken_rule_is_a_bug(self) -> None:
        assert outage(ZeroDivisionError()) is None
