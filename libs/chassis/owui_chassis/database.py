"""Access to the Postgres schema of one service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

import orjson
from sqlalchemy import event, exc, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
POOL_WAIT_SECONDS = 10


def async_url(url: str) -> URL:
    """Return the URL for the asyncpg driver, whichever spelling of Postgres it uses."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+asyncpg")


def create_engine(url: str, schema: str, pool_size: int, application: str) -> AsyncEngine:
    """Return an engine whose connections see one schema (and `public` for extensions)."""
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_recycle=1800,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {
                "search_path": f"{schema},public",
                "application_name": application,
                # A connection that a dead replica left inside a transaction must not hold its locks.
                "idle_in_transaction_session_timeout": "60000",
                # Just-in-time compilation costs more than it gains on short statements.
                "jit": "off",
            },
        },
    )

    @event.listens_for(engine.sync_engine, "checkout")
    def refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
        # The driver knows that the server hung up; asking it costs nothing, a ping costs a round trip.
        if connection.driver_connection.is_closed():
            raise exc.DisconnectionError("the server closed this connection")

    return engine


class Database:
    """The schema of one service: bounded pool, explicit transactions.

    Opened with `async with`. Nothing may await another process while it holds a connection.
    """

    def __init__(self, url: str, schema: str, pool_size: int = 10) -> None:
        self.schema = schema
        self.engine = create_engine(url, schema, pool_size, f"owui-{schema}")
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.engine.dispose()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that commits at the end of the block."""
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for single statements, each its own transaction: reads, mostly."""
        async with self._autocommit.connect() as connection:
            yield connection

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        async with self.connect() as connection:
            await connection.execute(text("SELECT 1"))
