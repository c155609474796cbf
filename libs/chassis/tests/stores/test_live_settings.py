"""Live settings: the database wins, replicas follow, secrets are sealed."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from owui_chassis.background import Background
from owui_chassis.database import Database
from owui_chassis.errors import Invalid
from owui_chassis.live import LiveSettings
from owui_chassis.migrations import _SETTING_TABLE
from owui_chassis.redis import open_redis
from owui_chassis.settings import ServiceSettings, setting
from sqlalchemy import text

SECRET = "a long secret of the tests"


class DemoSettings(ServiceSettings):
    prefix = "DEMO_"

    sign_up: bool = setting("SIGN_UP", True, "A switch.", persistent="ui.sign_up")
    models: tuple[str, ...] = setting("MODELS", (), "A list.", persistent="ui.models")
    lifetime: timedelta | None = setting("LIFETIME", None, "A duration.", persistent="auth.lifetime")
    keys: tuple[str, ...] = setting("KEYS", (), "Secrets.", persistent="openai.keys", secret=True)
    fixed: int = setting("FIXED", 1, "Not to be changed.")


@pytest_asyncio.fixture(loop_scope="module")
async def database(postgres_url: str) -> AsyncIterator[Database]:
    async with Database(postgres_url, "public") as setup, setup.begin() as connection:
        await connection.execute(text("CREATE SCHEMA IF NOT EXISTS demo"))
        await connection.execute(text(_SETTING_TABLE.format(schema="demo")))
    async with Database(postgres_url, "demo", pool_size=6) as database:
        async with database.begin() as connection:
            await connection.execute(text("TRUNCATE setting"))
        yield database


@asynccontextmanager
async def replica(
    database: Database, redis_url: str, reread_seconds: float = 10.0, **environ: str
) -> AsyncIterator[Any]:
    settings = DemoSettings.read({"WEBUI_SECRET_KEY": SECRET, **environ})
    redis, background = open_redis(redis_url), Background()
    live = LiveSettings(settings, database, redis)
    await live.start(background, reread_seconds)
    try:
        yield live
    finally:
        await background.stop()
        await redis.aclose()


async def until(condition: Any, seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - values change without a word
            await asyncio.sleep(0.005)


async def stored(database: Database, name: str) -> str:
    async with database.connect() as connection:
        value = await connection.execute(text("SELECT value FROM setting WHERE name = :name"), {"name": name})
        return str(value.scalar_one())


class TestValues:
    async def test_are_those_of_the_environment_until_somebody_changes_them(
        self, database: Database, redis_url: str
    ) -> None:
        async with replica(database, redis_url, SIGN_UP="false") as live:
            assert (live.sign_up, live.fixed, live.source("sign_up")) == (
                False,
                1,
                "environment or default",
            )
            await live.set(sign_up=True, models=("a", "b"), lifetime=timedelta(days=1), by="root")
            assert (live.sign_up, live.models, live.lifetime) == (True, ("a", "b"), timedelta(days=1))
            assert live.source("sign_up") == "database"
        async with replica(database, redis_url, SIGN_UP="false", MODELS="c") as again:
            assert (again.sign_up, again.models) == (True, ("a", "b"))

    async def test_changed_in_one_replica_are_seen_by_the_other_at_once(
        self, database: Database, redis_url: str
    ) -> None:
        async with replica(database, redis_url) as one, replica(database, redis_url) as two:
            told = asyncio.Event()
            two.on_change(told.set)
            await one.set(sign_up=False)
            assert one.sign_up is False
            await asyncio.wait_for(told.wait(), 1)
            assert two.sign_up is False

    async def test_reach_other_replicas_without_redis(self, database: Database) -> None:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            url = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        async with replica(database, url, 0.2) as one, replica(database, url, 0.2) as two:
            await one.set(sign_up=False)
            assert one.sign_up is False
            await until(lambda: two.sign_up is False)

    async def test_follow_each_other_in_the_order_of_their_writing(
        self, database: Database, redis_url: str
    ) -> None:
        async with replica(database, redis_url) as one, replica(database, redis_url) as two:
            for number in range(20):
                await (one if number % 2 else two).set(models=(str(number),))
            await until(lambda: one.models == two.models == ("19",))

    async def test_a_listener_that_fails_stops_nobody(self, database: Database, redis_url: str) -> None:
        async with replica(database, redis_url) as live:
            told = []

            def fail() -> None:
                raise RuntimeError("no")

            async def hear() -> None:
                told.append(live.sign_up)

            live.on_change(fail)
            live.on_change(hear)
            await live.set(sign_up=False)
            assert told == [False]


class TestSecrets:
    async def test_are_sealed_at_rest(self, database: Database, redis_url: str) -> None:
        async with replica(database, redis_url) as live:
            await live.set(keys=("sk-very-secret",))
            assert live.keys == ("sk-very-secret",)
        assert "very" not in await stored(database, "openai.keys")
        async with replica(database, redis_url) as again:
            assert again.keys == ("sk-very-secret",)

    async def test_of_another_deployment_are_ignored(self, database: Database, redis_url: str) -> None:
        async with replica(database, redis_url) as live:
            await live.set(keys=("sk-very-secret",), sign_up=False)
        other = {"WEBUI_SECRET_KEY": "another long secret", "KEYS": "from-environment"}
        async with replica(database, redis_url, **other) as live:
            assert (live.keys, live.sign_up) == (("from-environment",), False)


class TestRefusals:
    @pytest.mark.parametrize(
        "values",
        [{"sign_up": "yes"}, {"sign_up": 1}, {"models": "a"}, {"models": [1]}, {"fixed": 2}, {"nothing": 1}],
    )
    async def test_of_what_does_not_fit_write_nothing(
        self, database: Database, redis_url: str, values: dict[str, object]
    ) -> None:
        async with replica(database, redis_url) as live:
            with pytest.raises(Invalid):
                await live.set(**{"lifetime": None, **values})
        async with database.connect() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM setting"))).scalar() == 0

    @pytest.mark.parametrize(
        ("name", "value"),
        [("ui.sign_up", '"yes"'), ("ui.sign_up", "{"), ("openai.keys", '["plain"]'), ("no.such", "1")],
    )
    async def test_corrupt_rows_are_ignored(
        self, database: Database, redis_url: str, name: str, value: str
    ) -> None:
        async with database.begin() as connection:
            insert = text("INSERT INTO setting (name, value) VALUES (:name, :value)")
            good = {"name": "ui.models", "value": '["a"]'}
            await connection.execute(insert, [{"name": name, "value": value}, good])
        async with replica(database, redis_url, KEYS="from-environment") as live:
            assert (live.sign_up, live.keys, live.models) == (True, ("from-environment",), ("a",))
