"""The lists that providers gave last."""

from collections.abc import Sequence

from owui_chassis.database import Database
from sqlalchemy import text

# A list that is larger is fetched again after a start.
MAXIMUM_KEPT_BYTES = 4 * 1024 * 1024


class PostgresKnownLists:
    """The table `provider_list`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> dict[str, bytes]:
        """Return the kept lists by the storage name of their connection."""
        async with self._database.connect() as connection:
            rows = await connection.execute(text("SELECT name, body FROM provider_list"))
            return {name: bytes(body) for name, body in rows}

    async def save(self, name: str, body: bytes) -> None:
        """Keep a list."""
        if len(body) > MAXIMUM_KEPT_BYTES:
            return
        async with self._database.begin() as connection:
            await connection.execute(
                text("""
                    INSERT INTO provider_list (name, body) VALUES (:name, :body)
                    ON CONFLICT (name) DO UPDATE SET body = excluded.body, updated_at = now()
                """),
                {"name": name, "body": body},
            )

    async def forget_others(self, names: Sequence[str]) -> None:
        """Remove the lists of connections that are gone."""
        async with self._database.begin() as connection:
            await connection.execute(
                text("DELETE FROM provider_list WHERE NOT name = ANY(CAST(:names AS text[]))"),
                {"names": list(names)},
            )
