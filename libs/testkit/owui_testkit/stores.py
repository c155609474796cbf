"""Real Postgres and Redis for tests: embedded, in containers, or servers that are already running."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
from owui_local.account import private_folder, store_account
from owui_local.leftovers import prefix_of, temporary_folder
from owui_local.postgres import EmbeddedPostgres
from owui_local.provision import EXTENSIONS, database_url
from owui_local.redis import EmbeddedRedis
from redis import Redis
from sqlalchemy import make_url

POSTGRES_IMAGE = "pgvector/pgvector:pg18"
REDIS_IMAGE = "valkey/valkey:9"


def use_containers() -> bool:
    """Say whether the person asked for containers instead of the embedded servers."""
    return os.environ.get("TEST_CONTAINERS") == "1"


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Yield the superuser's address (`postgresql+asyncpg://…`) of a server that takes new databases."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
    elif use_containers():
        from testcontainers.postgres import PostgresContainer

        with PostgresContainer(POSTGRES_IMAGE, driver="asyncpg") as container:
            yield container.get_connection_url()
    else:
        with temporary_folders() as (files, sockets):
            server = EmbeddedPostgres(files / "postgres", sockets, files / "postgres.log", durable=False)
            server.prepare()
            server.start()
            try:
                server.wait_ready()
                yield database_url(str(sockets), database="postgres")
            finally:
                server.stop()


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """Yield the address of a server, without a database number."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
    elif use_containers():
        from testcontainers.redis import RedisContainer

        with RedisContainer(REDIS_IMAGE) as container:
            yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}"
    else:
        with temporary_folders() as (files, sockets):
            password = secrets.token_urlsafe(16)
            server = EmbeddedRedis(files / "redis", sockets, files / "redis.log", password, durable=False)
            server.prepare()
            server.start()
            try:
                server.wait_ready()
                yield server.url().partition("?")[0]
            finally:
                server.stop()


@contextlib.contextmanager
def temporary_folders() -> Iterator[tuple[Path, Path]]:
    """Yield a folder for files and one for sockets, both removed afterwards."""
    files = temporary_folder("test")
    sockets = private_folder(store_account(), prefix=prefix_of("test"))
    try:
        yield files, sockets
    finally:
        shutil.rmtree(files, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


async def create_database(server: str) -> str:
    """Make an empty database with the platform's extensions; return its address."""
    name = f"test_{secrets.token_hex(6)}"
    await execute(server, f'CREATE DATABASE "{name}"')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    await execute(url, *[f"CREATE EXTENSION {extension}" for extension in EXTENSIONS])
    return url


async def drop_database(server: str, url: str) -> None:
    """Remove the database, whoever is still connected to it."""
    await execute(server, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


async def execute(url: str, *statements: str) -> None:
    """Run statements outside a transaction, as `CREATE DATABASE` wants it."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"), timeout=20)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def claim_redis_database(server: str) -> str:
    """Return the address of an empty database number that no other test module uses now."""
    with Redis.from_url(server) as counter:
        total = int(counter.config_get("databases")["databases"])
        number = 1 + (int(counter.incr("owui-test:claimed")) - 1) % (total - 1)
    url = f"{server}?db={number}" if server.startswith("unix:") else f"{server}/{number}"
    flush_redis(url)
    return url


def flush_redis(url: str) -> None:
    """Empty one database."""
    with Redis.from_url(url) as client:
        client.flushdb()
