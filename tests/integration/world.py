"""The running platform as the tests see it: its address, its providers, its administrator, its stores."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from owui_local.listening import free_ports
from owui_local.provision import SCHEMAS
from owui_local.redis import SOCKET_NAME
from owui_local.stack import Shape, Stack
from owui_testkit.fake_provider import FakeProvider, Pause, Reply
from owui_testkit.fake_provider.reply import Step
from redis.asyncio import Redis

from .clients.people import PASSWORD, Person
from .clients.rest import Rest

FIRST_KEY, SECOND_KEY = "fake-provider-key", "other-provider-key"
OPEN_MODEL = "fake-model"
LOCAL_MODEL = "llama-fake:latest"
# The worker that reads files runs in both shapes.
WORKER = "rag-worker-1"
# What services write when nobody has asked for anything: merged parts of the index, leases, reports.
TIDIED = {
    f"rag.{table}"
    for table in (
        "lexical_segment", "lexical_block", "embedding_generation", "embedding_engine", "work_lease",
        "orphan_sighting", "reconciliation_report",
    )
}  # fmt: skip
DEMONSTRATION_MODEL = "demonstration-model"
TOKENS = 200
# An address of this machine that stands for the web: pages of all others of this machine are never fetched.
PUBLIC_ADDRESS = "127.0.0.2"


def numbered(label: str, count: int = TOKENS, delay: float = 0.0) -> Reply:
    """An answer whose tokens tell whose they are and which: "a.0 a.1 …"."""
    steps: list[Step] = []
    for number in range(count):
        steps += [Pause(delay)] if delay else []
        steps.append(f"{label}.{number} ")
    return Reply(steps=tuple(steps))


async def eventually(
    attempt: Callable[[], Awaitable[Any]], what: str, seconds: float = 30.0, pause: float = 0.1
) -> Any:
    """Return the first true value that the attempt gives; connections that fail count as false."""
    end = asyncio.get_running_loop().time() + seconds
    failure: object = None
    while asyncio.get_running_loop().time() < end:
        try:
            if found := await attempt():
                return found
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = error
        await asyncio.sleep(pause)
    raise AssertionError(f"waited {seconds:g} s for {what}; last failure: {failure!r}")


@dataclass
class Providers:
    """The scripted providers behind the platform."""

    first: FakeProvider
    second: FakeProvider
    ollama: FakeProvider
    demonstration: FakeProvider

    async def start(self) -> None:
        """Begin to listen; the first one belongs to somebody else."""
        for provider in self._all[1:]:
            await provider.start()

    async def stop(self) -> None:
        """Stop those that were started here."""
        for provider in self._all[1:]:
            await provider.stop()

    def reset(self) -> None:
        """Forget scripts and requests."""
        for provider in self._all:
            provider.reset()

    @property
    def _all(self) -> tuple[FakeProvider, ...]:
        return self.first, self.second, self.ollama, self.demonstration


class World:
    """One platform in one shape with three providers; the first account is `admin`."""

    def __init__(
        self,
        shape: Shape,
        providers: Providers,
        settings: dict[str, str] | None = None,
        replicas: dict[str, int] | None = None,
    ) -> None:
        self.shape = shape
        self.providers = providers
        self.port = free_ports(1)[0]
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.data_dir = Path(tempfile.mkdtemp(prefix="owui-world-"))
        environment = {
            "PORT": str(self.port),
            "OPENAI_API_BASE_URLS": f"{providers.first.base_url};{providers.second.base_url}",
            "OPENAI_API_KEYS": f"{FIRST_KEY};{SECOND_KEY}",
            "ENABLE_OLLAMA_API": "true",
            "OLLAMA_BASE_URLS": providers.ollama.ollama_url,
            "DEMO_MODEL_BASE_URL": providers.demonstration.base_url,
            "DEMO_MODEL_ID": DEMONSTRATION_MODEL,
            "USER_PERMISSIONS_FEATURES_API_KEYS": "true",
            "USER_PERMISSIONS_WORKSPACE_KNOWLEDGE_ACCESS": "true",
            "USER_PERMISSIONS_WORKSPACE_KNOWLEDGE_ALLOW_SHARING": "true",
            "CHAT_CHECKPOINT_SECONDS": "0.5",
            "CHAT_DEAD_SECONDS": "3",
            "CHAT_IDLE_SECONDS": "8",
            "RAG_WEB_FETCH_ALLOWED_NETWORKS": f"{PUBLIC_ADDRESS}/32",
            "RAG_INGEST_LEASE": "3s",
            "RAG_INGEST_SWEEP": "1s",
            "RAG_INGEST_RETRY": "1s",
            "GLOBAL_LOG_LEVEL": "INFO",
            **(settings or {}),
        }
        self.stack = Stack(shape, environment, replicas=replicas or {"gateway": 2}, data_dir=self.data_dir)
        self.http: aiohttp.ClientSession
        self.admin: Person
        self._numbers = itertools.count(1)

    @property
    def provider(self) -> FakeProvider:
        """The provider of most tests."""
        return self.providers.first

    @property
    def other_url(self) -> str:
        """The address of another replica of the gateway, where the shape has one."""
        return self.stack.base_urls[-1]

    def elsewhere(self, rest: Rest) -> Rest:
        """The same caller at another replica of the gateway."""
        return Rest(self.http, self.other_url, rest.token)

    @property
    def nobody(self) -> Rest:
        """A client without a credential."""
        return Rest(self.http, self.base_url)

    async def start(self) -> None:
        """Start the platform and create the administrator, who opens one model to everybody."""
        self.http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=60),
        )
        await asyncio.to_thread(self.stack.start)
        form = {"name": "Ada Admin", "email": "admin@example.com", "password": PASSWORD}
        session = await self.nobody.send("/api/v1/auths/signup", form)
        self.admin = self._person(session, PASSWORD)
        await self.open_model(OPEN_MODEL)

    async def stop(self) -> None:
        """Stop everything and remove what it wrote."""
        await self.http.close()
        await asyncio.to_thread(self.stack.stop)
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.stack.output.unlink(missing_ok=True)

    async def restart(self) -> None:
        """Stop and start on the same data and address."""
        await asyncio.to_thread(self.stack.stop)
        await asyncio.to_thread(self.stack.start)

    async def crash(self, name: str) -> None:
        """End a process by force and wait until it, or the whole platform, runs again."""
        if name == "main":
            self.stack.kill(name)
            await asyncio.to_thread(self.stack.stop)
            await asyncio.to_thread(self.stack.start)
            return
        before = self.stack.pids[name]
        self.stack.kill(name)
        await asyncio.to_thread(self.stack.wait_for_new, name, before)

    async def open_model(self, model: str) -> None:
        """Let everybody use a model."""
        row: dict[str, Any] = {"id": model, "name": model, "params": {}, "meta": {}, "access_control": None}
        await self.admin.rest.send("/api/v1/models/create", row)

    async def person(self, role: str = "user", name: str = "Grace") -> Person:
        """Create an account."""
        number = next(self._numbers)
        form = {
            "name": f"{name} {number}",
            "email": f"{name.lower()}{number}@example.com",
            "password": PASSWORD,
            "role": role,
        }
        return self._person(await self.admin.rest.send("/api/v1/auths/add", form), PASSWORD)

    def _person(self, session: dict[str, Any], password: str) -> Person:
        return Person(
            session["id"],
            session["name"],
            session["email"],
            session["role"],
            password,
            Rest(self.http, self.base_url, session["token"]),
        )

    async def query(self, statement: str, *values: Any) -> list[Any]:
        """Ask the database as its superuser."""
        sockets = (self.data_dir / "sockets").read_text(encoding="utf-8").strip()
        connection = await asyncpg.connect(host=sockets, user="postgres", database="owui", timeout=10)
        try:
            return list(await connection.fetch(statement, *values))
        finally:
            await connection.close()

    def redis(self) -> Redis:
        """A client of the embedded Redis, to be closed by who asks for it."""
        lines = (self.data_dir / "secrets").read_text(encoding="utf-8").splitlines()
        secrets = dict(line.split("=", 1) for line in lines)
        sockets = (self.data_dir / "sockets").read_text(encoding="utf-8").strip()
        return Redis(unix_socket_path=f"{sockets}/{SOCKET_NAME}", password=secrets["REDIS_PASSWORD"])

    def blobs(self) -> set[str]:
        """The names of all files whose bytes are kept: their ids."""
        return {path.name for path in (self.data_dir / "uploads").rglob("*") if path.is_file()}

    async def row_counts(self) -> dict[str, int]:
        """The number of rows of every table of every service, but for what they tidy up by themselves."""
        tables = await self.query(
            "SELECT schemaname AS schema, tablename AS name FROM pg_tables "
            "WHERE schemaname = ANY($1) ORDER BY 1, 2",
            list(SCHEMAS),
        )
        counted = " UNION ALL ".join(
            f"SELECT '{row['schema']}.{row['name']}' AS name, count(*) AS rows "  # noqa: S608 - names of our tables
            f'FROM "{row["schema"]}"."{row["name"]}"'
            for row in tables
        )
        rows = await self.query(counted)
        return {row["name"]: row["rows"] for row in rows if row["name"] not in TIDIED}

    def logs(self) -> str:
        """Everything that any process has logged."""
        texts = [self.stack.output.read_text(encoding="utf-8", errors="replace")]
        texts += [
            file.read_text(encoding="utf-8", errors="replace") for file in sorted(self.stack.logs.iterdir())
        ]
        return "\n".join(texts)
