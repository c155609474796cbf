"""The whole platform from its images, against real stores that ask for passwords."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from owui_local.listening import free_ports
from owui_local.postgres import EmbeddedPostgres
from owui_local.redis import EmbeddedRedis
from owui_testkit.stores import temporary_folders

from .container import CONFINED, HOME, Container, started

SCHEMAS = {"auth": "auth", "chat": "chat", "model-proxy": "model_proxy", "rag": "rag"}
DATABASE_PASSWORD = secrets.token_hex(16)


@dataclass(frozen=True)
class Stores:
    """Where Postgres and Redis are, and the folder of their sockets."""

    sockets: Path
    redis_url: str

    def database_url(self, role: str) -> str:
        """Return the address of the platform's database for a role."""
        password = "" if role == "postgres" else f":{DATABASE_PASSWORD}"
        return f"postgresql://{role}{password}@/owui?host={self.sockets}"


@contextlib.contextmanager
def stores() -> Iterator[Stores]:
    """Start both; everybody but the superuser has to give a password to Postgres."""
    with temporary_folders() as (files, sockets):
        redis = EmbeddedRedis(files / "redis", sockets, files / "redis.log", "a-password", durable=False)
        postgres = EmbeddedPostgres(files / "postgres", sockets, files / "postgres.log", durable=False)
        try:
            redis.prepare()
            redis.start()
            postgres.prepare()
            rules = "local all postgres trust\nlocal all all scram-sha-256\n"
            (postgres.folder / "pg_hba.conf").write_text(rules, encoding="utf-8")
            postgres.start()
            postgres.wait_ready()
            redis.wait_ready()
            # The user of the images is another one than the stores'.
            sockets.chmod(0o755)
            redis.socket.chmod(0o777)
            yield Stores(sockets, redis.url())
        finally:
            redis.stop()
            postgres.stop()


class Platform:
    """The containers of the platform: `prepare()` once, then what `running()` gives is ready."""

    def __init__(self, where: Stores, installed: Callable[[str], Path], folder: Path) -> None:
        self.stores = where
        self.folder = folder
        self._installed = installed
        self.ports = dict(zip((*SCHEMAS, "gateway", "rag-worker"), free_ports(6), strict=True))
        self.data = folder / "data"
        self.data.mkdir(mode=0o777)
        self.data.chmod(0o777)
        programs = {name: f"owui_{schema}.main" for name, schema in SCHEMAS.items()}
        programs |= {"gateway": "owui_gateway.main", "rag-worker": "owui_rag.worker"}
        self.containers = {name: self.container(name, program) for name, program in programs.items()}

    def container(self, name: str, *arguments: str, **environment: str) -> Container:
        """Return a container of a service's image, with that service's environment."""
        image = name.removesuffix("-worker").removesuffix("-migrations")
        data = self.data if image == "rag" else None
        given = self.environment(image) | environment
        label = f"{name}-{arguments[0]}-{secrets.token_hex(2)}"
        shared = [self.stores.sockets]
        return Container(self._installed(image), arguments, given, self.folder, shared, data, label)

    def environment(self, image: str) -> dict[str, str]:
        """Return what a service is told."""
        found = {
            "WEBUI_SECRET_KEY": "a secret of the tests of the images",
            "REDIS_URL": self.stores.redis_url,
            "DRAIN_DELAY_SECONDS": "3",
            "DRAIN_SECONDS": "10",
            "ENABLE_OPENAI_API": "false",
            "ENABLE_OLLAMA_API": "false",
            "RAG_WORKER_METRICS_PORT": str(self.ports["rag-worker"]),
        }
        for name, schema in SCHEMAS.items():
            found[f"{schema.upper()}_ADDRESS"] = f"127.0.0.1:{self.ports[name]}"
        if image in SCHEMAS:
            schema = SCHEMAS[image]
            found[f"{schema.upper()}_LISTEN"] = f"127.0.0.1:{self.ports[image]}"
            found[f"{schema.upper()}_DATABASE_URL"] = self.stores.database_url(f"{schema}_app")
        else:
            place = HOME if CONFINED else self._installed(image)
            found |= {"HOST": "127.0.0.1", "PORT": str(self.ports[image]), "WEB_FOLDER": str(place / "web")}
        return found

    def prepare(self) -> None:
        """Make roles and schemas, then the tables of each service, as init containers do."""
        roles = {
            f"{schema.upper()}_DATABASE_URL": self.stores.database_url(f"{schema}_app")
            for schema in SCHEMAS.values()
        }
        provision = self.container(
            "auth",
            "owui_chassis.provision",
            PROVISION_DATABASE_URL=self.stores.database_url("postgres"),
            PROVISION_SCHEMAS=",".join(SCHEMAS.values()),
            **roles,
        )
        assert provision.run() == 0, provision.words()
        migrations = [self.container(name, f"owui_{schema}.migrate") for name, schema in SCHEMAS.items()]
        with started(migrations):
            for migration in migrations:
                assert migration.process is not None
                assert migration.process.wait(120) == 0, migration.words()

    @property
    def base_url(self) -> str:
        """The address of the gateway."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[aiohttp.ClientSession]:
        """Start all services; yield a session when the gateway finds all of them well."""
        with started(list(self.containers.values())):
            async with aiohttp.ClientSession(self.base_url) as session:
                await self.wait_ready(session)
                yield session

    async def wait_ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until the gateway is ready; fail with the words of a container that has ended."""
        async with asyncio.timeout(180):
            while await status(session, "/ready") != 200:
                for name, container in self.containers.items():
                    assert container.process is not None
                    assert container.process.poll() is None, f"{name} has ended: {container.words()}"
                await asyncio.sleep(0.2)


async def status(session: aiohttp.ClientSession, path: str) -> int:
    """Return the status of an answer; 0 when there is none."""
    try:
        async with session.get(path) as answer:
            return answer.status
    except aiohttp.ClientError:
        return 0
