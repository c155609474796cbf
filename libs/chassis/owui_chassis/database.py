"""Access to the Postgres schema of one service."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

import orjson
from sqlalchemy import PoolProxiedConnection, QueuePool, event, exc
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from owui_chassis.database_access import DatabaseAccess, access_of
from owui_chassis.statements import Row, Statement

CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
POOL_WAIT_SECONDS = 10
RECYCLE_SECONDS = 1800
# Makes another exception of one that a statement raised; None lets it pass.
Translation = Callable[[BaseException], Exception | None]
_PING = Statement("SELECT 1")


class _MustWaitError(Exception):
    """A connection would have to be opened where nothing can be awaited."""


def create_engine(where: str | DatabaseAccess, schema: str, pool_size: int, application: str) -> AsyncEngine:
    """Return an engine whose connections see one schema (and `public` for extensions)."""
    access = access_of(where) if isinstance(where, str) else where
    engine = create_async_engine(
        access.url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_recycle=RECYCLE_SECONDS,
        # The connection used last has what it needs in memory: few work, the others rest.
        pool_use_lifo=True,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={
            **access.arguments(),
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "record_class": Row,
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

    `fetch` and `first` run what each request needs, at a third of the price; `begin` and `connect` give a
    connection for everything else. All take theirs from the one pool. Opened with `async with`. Nothing may
    await another process while it holds a connection.
    """

    def __init__(self, where: str | DatabaseAccess, schema: str, pool_size: int = 10) -> None:
        self.schema = schema
        self.engine = create_engine(where, schema, pool_size, f"owui-{schema}")
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._translations: list[Translation] = []
        self._may_connect = True

        @event.listens_for(self.engine.sync_engine, "do_connect")
        def refuse_to_wait(_dialect: Any, _record: Any, _arguments: Any, _parameters: dict[str, Any]) -> None:
            if not self._may_connect:
                raise _MustWaitError

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

    async def fetch(self, statement: Statement, /, **values: Any) -> list[Row]:
        """Run a statement in a transaction of its own, without SQLAlchemy in between; return its rows.

        Raises what the driver raises, translated like the errors of the other connections.
        """
        arguments = [values[name] for name in statement.names]
        pooled = await self._pooled()
        connection: Any = pooled.driver_connection
        try:
            rows: list[Row] = await connection.fetch(statement.numbered, *arguments)
        except Exception as error:
            lost = connection.is_closed()
            if lost:
                pooled.invalidate(error)
            else:
                pooled.close()
            if (translated := self._translated(error)) is not None:
                raise translated from error
            if lost:
                raise ConnectionResetError("the database closed the connection") from error
            raise
        except BaseException:
            # Who is cancelled leaves the server in the middle of something.
            pooled.invalidate()
            raise
        pooled.close()
        return rows

    async def _pooled(self) -> PoolProxiedConnection:
        """Take a connection out of the pool."""
        pool = self.engine.sync_engine.pool
        # One that lies ready needs no greenlet, which costs half of what a short statement does.
        if isinstance(pool, QueuePool) and pool.checkedin():
            self._may_connect = False
            try:
                return pool.connect()
            except _MustWaitError:
                # It was too old, or closed by the server: another has to be opened.
                pass
            finally:
                self._may_connect = True
        return await self.engine.raw_connection()

    async def first(self, statement: Statement, /, **values: Any) -> Row | None:
        """Run a statement as `fetch` does; return the first of its rows, None when there is none."""
        rows = await self.fetch(statement, **values)
        return rows[0] if rows else None

    def translate_errors(self, translation: Translation) -> None:
        """Let another exception be raised for some that statements raise, told by their `sqlstate`."""
        self._translations.append(translation)

        @event.listens_for(self.engine.sync_engine, "handle_error")
        def translate(context: ExceptionContext) -> BaseException | None:
            return translation(context.original_exception)

    def _translated(self, error: Exception) -> Exception | None:
        return next(filter(None, (translate(error) for translate in self._translations)), None)

    async def ping(self) -> None:
        """Raise when the database does not answer."""
        await self.fetch(_PING)
