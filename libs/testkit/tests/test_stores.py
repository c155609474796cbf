"""The stores that the fixtures hand out are real, empty and apart from each other."""

import asyncpg
import pytest
from owui_testkit.stores import claim_redis_database, create_database, drop_database
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


class TestPostgres:
    async def test_sqlalchemy_reaches_an_empty_database_with_vectors(self, postgres_url: str) -> None:
        engine = create_async_engine(postgres_url)
        async with engine.begin() as connection:
            assert (await connection.execute(text("SELECT '[1,2]'::vector <-> '[1,2]'"))).scalar() == 0
            tables = (
                "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            assert (await connection.execute(text(tables))).scalar() == 0
        await engine.dispose()

    async def test_letters_of_all_languages_count_as_letters(self, postgres_url: str) -> None:
        connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
        assert await connection.fetchval("SELECT upper('äпñ')") == "ÄПÑ"
        assert await connection.fetchval("SELECT show_trgm('пять')") != []
        await connection.close()

    async def test_a_dropped_database_is_gone_even_while_in_use(self, postgres_server_url: str) -> None:
        url = await create_database(postgres_server_url)
        dsn = url.replace("+asyncpg", "")
        connection = await asyncpg.connect(dsn)
        await drop_database(postgres_server_url, url)
        with pytest.raises(asyncpg.PostgresError):
            await asyncpg.connect(dsn)
        connection.terminate()


class TestRedis:
    async def test_each_claim_is_another_empty_database(self, redis_server_url: str, redis_url: str) -> None:
        other = claim_redis_database(redis_server_url)
        assert other != redis_url
        async with Redis.from_url(redis_url) as client, Redis.from_url(other) as second:
            await client.set("key", "value")
            assert await second.get("key") is None
            assert await second.dbsize() == 0
