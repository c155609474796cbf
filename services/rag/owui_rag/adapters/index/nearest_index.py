"""The index of the nearest vectors: built all at once when there are too many to compare one by one."""

import logging
from typing import Any, Protocol

from owui_chassis.database import Database
from owui_chassis.errors import Conflict
from owui_chassis.statements import Statement
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from owui_rag.adapters.index.vectors import UNINDEXED_NUMBERS, index_statement, nearest_index, table

log = logging.getLogger(__name__)
# How often a worker looks whether an index is due.
INDEX_SECONDS = 5.0
# Building at once costs a quarter of adding one by one: while texts come in by the hundred, the index waits
# for the last of them, until there are so many times the vectors that need none.
_PATIENCE = 5
# So much of those from one look to the next is an import that is worth waiting for.
_GROWTH = 0.1
# More memory when there is little: vectors that do not fit are added one by one. A container may have little
# of the shared memory that several processes would need.
_SETTINGS = """
    SELECT set_config('maintenance_work_mem', '256MB', false)
        WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB');
    SET max_parallel_maintenance_workers = 0;
    SET statement_timeout = 0
"""
_BUILD_SECONDS = 6 * 3600.0
_IS_VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass($1)"
_LOCK = "hashtextextended('owui rag index ' || $1, 0)"


class Vectors(Protocol):
    """What is asked of a generation."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def dimensions(self) -> int:
        """How long its vectors are."""

    @property
    def indexed(self) -> bool:
        """Whether there is an index."""


class NearestIndex:
    """Looks how many vectors generations without an index have, and builds it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, int] = {}

    async def is_due(self, generation: Vectors) -> bool:
        """Say whether a generation without an index has too many vectors to compare them one by one."""
        most = UNINDEXED_NUMBERS // generation.dimensions
        return not generation.indexed and await self._count(generation, most + 1) > most

    async def index_when_settled(self, generation: Vectors) -> bool:
        """Build what is due once few come in any more, or very many have; return whether it was built."""
        if generation.indexed:
            return False
        most = UNINDEXED_NUMBERS // generation.dimensions
        count = await self._count(generation, _PATIENCE * most)
        grows = count - self._seen.get(generation.id, 0) > _GROWTH * most
        self._seen[generation.id] = count
        if count <= most or (grows and count < _PATIENCE * most):
            return False
        return await self.build(generation)

    async def _count(self, generation: Vectors, most: int) -> int:
        counted = f"SELECT 1 FROM {table(generation.id)} LIMIT CAST(:most AS bigint)"
        row = await self._database.first(
            Statement(f"SELECT count(*) AS number FROM ({counted}) AS found"), most=most
        )
        return int(row.number) if row else 0

    async def build(self, generation: Vectors) -> bool:
        """Index the vectors of a generation while others go on storing.

        Returns False when another process has done that or is about it.
        """
        name = nearest_index(generation.id)
        async with self._database.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if not await driver.fetchval(f"SELECT pg_try_advisory_lock({_LOCK})", name):
                return False
            try:
                is_built = await _build(driver, generation)
                await driver.fetchval(f"SELECT pg_advisory_unlock({_LOCK})", name)
            finally:
                # Its settings end with the connection, and its lock whatever has happened.
                await connection.invalidate()
        if is_built:
            log.info("the vectors of generation %d are indexed", generation.id)
        return is_built


async def _build(driver: Any, generation: Vectors) -> bool:
    name = nearest_index(generation.id)
    is_valid = await driver.fetchval(_IS_VALID, name)
    if is_valid:
        return False
    await driver.execute(_SETTINGS)
    if is_valid is False:
        # It was begun and not finished.
        await driver.execute(f"DROP INDEX CONCURRENTLY {name}", timeout=_BUILD_SECONDS)
    statement = index_statement(generation.id, generation.dimensions)
    await driver.execute(statement, timeout=_BUILD_SECONDS)
    return True


async def hold_off(connection: AsyncConnection, generation: int) -> None:
    """Let nobody begin an index of a generation until the end of the transaction.

    Raises Conflict while one is being built: to drop the table would wait for its end, and searches of the
    table for the dropping.
    """
    lock = text(f"SELECT pg_try_advisory_xact_lock({_LOCK.replace('$1', ':name')})")
    if not (await connection.execute(lock, {"name": nearest_index(generation)})).scalar():
        raise Conflict("The index of these vectors is being built.", "index_being_built")
