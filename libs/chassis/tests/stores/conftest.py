"""A server whose database is made ready."""

import secrets
from collections.abc import AsyncIterator

import pytest_asyncio
from owui_chassis.database_access import access_of, async_url
from owui_chassis.provision import connect
from owui_chassis.schema_roles import quoted

from .provisioned import Server


@pytest_asyncio.fixture
async def server(postgres_server_url: str) -> AsyncIterator[Server]:
    superuser = async_url(postgres_server_url)
    mark = secrets.token_hex(4)
    yield Server(superuser, superuser.set(database=f"provision_{mark}"), mark)
    connection = await connect(access_of(superuser))
    await connection.execute(f"DROP DATABASE IF EXISTS provision_{mark} WITH (FORCE)")
    made = await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname LIKE $1", f"%{mark}%")
    names = [quoted(row["rolname"]) for row in made]
    # What the administrator granted goes with the administrator.
    await connection.execute(f"DROP OWNED BY {', '.join(names)}" if names else "SELECT 1")
    await connection.execute(f"DROP ROLE IF EXISTS {', '.join(['nobody_' + mark, *names])}")
    await connection.close()
