"""Generations of embeddings: one answers, another may be being built beside it."""

from dataclasses import dataclass

from owui_chassis.database import Database
from owui_chassis.errors import NotFound
from owui_chassis.statements import Row, Statement
from sqlalchemy import text

from owui_rag.adapters.index.nearest_index import NearestIndex, hold_off
from owui_rag.adapters.index.vectors import create_statements, table

_COLUMNS = """id, name, dimensions, state, EXISTS (
    SELECT 1 FROM pg_index WHERE indexrelid = to_regclass('embedding_' || id || '_nearest_idx') AND indisvalid
) AS indexed"""
_LIVE = Statement(f"SELECT {_COLUMNS} FROM embedding_generation WHERE state = 'live'")
_ALL = Statement(f"SELECT {_COLUMNS} FROM embedding_generation ORDER BY id")
_NAMED = text(f"SELECT {_COLUMNS} FROM embedding_generation WHERE name = :name AND dimensions = :dimensions")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('owui rag generations', 0))")


@dataclass(frozen=True, slots=True)
class Generation:
    """The vectors of one embedder; `state` is "building", "live" (it answers) or "retired".

    Those of a generation that is not `indexed`, few as they are, are compared one by one.
    """

    id: int
    name: str
    dimensions: int
    state: str
    indexed: bool = False


def _generation(row: Row) -> Generation:
    return Generation(row.id, row.name, row.dimensions, row.state, row.indexed)


class Generations:
    """The generations and their tables."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._indexing = NearestIndex(database)

    async def live(self) -> Generation | None:
        """Return the one that answers; None before the first."""
        row = await self._database.first(_LIVE)
        return _generation(row) if row else None

    async def all(self) -> list[Generation]:
        """Return all, oldest first."""
        return [_generation(row) for row in await self._database.fetch(_ALL)]

    async def ensure(self, name: str, dimensions: int) -> Generation:
        """Return the generation of an embedder, made when there is none; the very first is live at once.

        A retired one that is wanted again is empty and being built.
        """
        async with self._database.begin() as connection:
            await connection.execute(_LOCK)
            row = (await connection.execute(_NAMED, {"name": name, "dimensions": dimensions})).first()
            if row is not None and row.state != "retired":
                return Generation(*row)
            made = await connection.execute(
                text(f"""
                    INSERT INTO embedding_generation AS kept (name, dimensions, state)
                    SELECT :name, :dimensions, CASE WHEN EXISTS (SELECT 1 FROM embedding_generation
                        WHERE state = 'live') THEN 'building' ELSE 'live' END
                    ON CONFLICT (name, dimensions) DO UPDATE SET state = excluded.state
                    RETURNING {_COLUMNS}
                """),
                {"name": name, "dimensions": dimensions},
            )
            generation = Generation(*made.one())
            for statement in create_statements(generation.id, dimensions):
                await connection.execute(text(statement))
            return generation

    async def switch(self, generation_id: int) -> Generation:
        """Let a generation answer from now on; the former one is retired and its vectors go.

        Its index is built before, at a quarter of what adding its vectors one by one would cost. Raises
        NotFound when there is no such generation that is being built, Conflict while another process builds
        its index or that of the former.
        """
        for generation in await self.all():
            wanted = generation.id == generation_id and generation.state == "building"
            if wanted and await self._indexing.is_due(generation):
                await self._indexing.build(generation)
        async with self._database.begin() as connection:
            await connection.execute(_LOCK)
            usable = text("SELECT 1 FROM embedding_generation WHERE id = :id AND state <> 'retired'")
            if (await connection.execute(usable, {"id": generation_id})).first() is None:
                raise NotFound("There is no such generation of embeddings.", "generation_missing")
            former = text("""
                UPDATE embedding_generation SET state = 'retired'
                WHERE state = 'live' AND id <> :id RETURNING id
            """)
            retired = (await connection.execute(former, {"id": generation_id})).scalars().all()
            for number in [generation_id, *retired]:
                await hold_off(connection, number)
            live = text(f"UPDATE embedding_generation SET state = 'live' WHERE id = :id RETURNING {_COLUMNS}")
            generation = Generation(*(await connection.execute(live, {"id": generation_id})).one())
            for old in retired:
                await connection.execute(text(f"DROP TABLE IF EXISTS {table(old)}"))
            return generation

    async def index(self) -> bool:
        """Index the one that answers when it has outgrown being compared one by one; return whether."""
        live = await self.live()
        return live is not None and await self._indexing.index_when_settled(live)

    async def awaits_index(self) -> bool:
        """Say whether the one that answers has outgrown being compared one by one."""
        live = await self.live()
        return live is not None and await self._indexing.is_due(live)

    async def abandon(self, generation_id: int) -> None:
        """Remove a generation that is being built; raise Conflict while its index is."""
        async with self._database.begin() as connection:
            await connection.execute(_LOCK)
            gone = text("DELETE FROM embedding_generation WHERE id = :id AND state = 'building' RETURNING id")
            if (await connection.execute(gone, {"id": generation_id})).first() is not None:
                await hold_off(connection, generation_id)
                await connection.execute(text(f"DROP TABLE IF EXISTS {table(generation_id)}"))

    async def missing(self, generation: Generation, count: int, after: int = 0) -> list[int]:
        """Return chunks without a vector in a generation, in order after `after`, at most `count`."""
        rows = await self._database.fetch(
            Statement(f"""
                SELECT chunk.id FROM chunk WHERE chunk.id > :after AND NOT EXISTS (
                    SELECT 1 FROM {table(generation.id)} AS entry WHERE entry.chunk_id = chunk.id
                ) ORDER BY chunk.id LIMIT CAST(:count AS integer)
            """),
            count=count,
            after=after,
        )
        return [row["id"] for row in rows]
