"""Embedded Postgres and Redis of a data folder, started side by side and kept alive."""

from owui_local.data_directory import DataDirectory
from owui_local.postgres import EmbeddedPostgres
from owui_local.provision import provision
from owui_local.redis import EmbeddedRedis
from owui_local.supervision import Child


class Stores:
    """Both servers; `start()` returns at once, `ready()` waits and makes database, roles and schemas."""

    def __init__(self, data: DataDirectory, *, durable: bool = True) -> None:
        """Keep everything under the data folder."""
        self.sockets = data.sockets
        self.postgres = EmbeddedPostgres(
            data.path / "postgres", data.sockets, data.log("postgres"), durable=durable
        )
        self.redis = EmbeddedRedis(
            data.path / "redis",
            data.sockets,
            data.log("redis"),
            data.secrets["REDIS_PASSWORD"],
            durable=durable,
        )

    def start(self) -> None:
        """Create what is missing and start both."""
        self.redis.prepare()
        self.redis.start()
        self.postgres.prepare()
        self.postgres.start()

    async def ready(self) -> None:
        """Wait for both."""
        self.postgres.wait_ready()
        self.redis.wait_ready()
        await provision(str(self.sockets))

    def children(self) -> list[Child]:
        """Return both processes with what starts them again."""
        return [(self.postgres.process, self.postgres.start), (self.redis.process, self.redis.start)]

    def stop(self) -> None:
        """End both."""
        self.redis.stop()
        self.postgres.stop()
