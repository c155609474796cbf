"""What the use cases need from outside."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from owui_chassis.access_control import Caller

from owui_model_proxy.domain.connections import Connection
from owui_model_proxy.domain.provider_lists import ProviderModel
from owui_model_proxy.domain.rows import ModelRow


@dataclass(frozen=True, slots=True)
class ProviderRequest:
    """A request to a provider; `path` stands below the address of the connection."""

    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/json"
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class ProviderAnswer(Protocol):
    """An answer whose head has arrived."""

    @property
    def status(self) -> int:
        """HTTP status."""

    @property
    def content_type(self) -> str:
        """Content type with its parameters; empty when none was sent."""

    async def read_some(self) -> bytes:
        """Return what has arrived, or nothing at the end; raise Unavailable when it breaks."""

    def pause(self) -> None:
        """Leave what arrives in the operating system's buffer until `resume`."""

    def resume(self) -> None:
        """Read on."""

    async def read_all(self) -> bytes:
        """Return the whole body; raise Unavailable when it breaks or is larger than allowed."""


class Providers(Protocol):
    """The way to the providers."""

    def ask(
        self, connection: Connection, request: ProviderRequest, total_seconds: float | None = None
    ) -> AbstractAsyncContextManager[ProviderAnswer]:
        """Send a request; leaving the block before the end closes the provider's connection.

        Raises Unavailable with a sentence that names the host, never the key.
        """


class ModelRows(Protocol):
    """The table of workspace models."""

    async def revision(self) -> int:
        """Return a number that grows with each change."""

    async def all(self) -> tuple[int, list[ModelRow]]:
        """Return the revision and every row."""

    async def get(self, model_id: str) -> ModelRow | None:
        """Return one row."""

    async def save(self, rows: Sequence[ModelRow]) -> None:
        """Write rows; those with a known identifier are replaced."""

    async def insert(self, row: ModelRow) -> bool:
        """Write a new row; return False when its identifier is taken."""

    async def delete(self, model_id: str) -> None:
        """Remove one row."""

    async def replace_all(self, rows: Sequence[ModelRow]) -> None:
        """Make these the only rows."""

    async def page(self, caller: Caller, wanted: "RowQuery") -> tuple[list[ModelRow], int]:
        """Return a page of the workspace models that the caller may read, and how many there are."""

    async def readable(self, caller: Caller) -> list[ModelRow]:
        """Return all workspace models that the caller may read."""

    async def overrides(self) -> list[ModelRow]:
        """Return the rows about providers' models."""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which workspace models are wanted, in which order; pages count from 1."""

    text: str = ""
    view: str = ""
    tag: str = ""
    order_by: str = ""
    descending: bool = True
    page: int = 1


class KnownLists(Protocol):
    """The last list of each connection, kept for starts while its provider is away."""

    async def load(self) -> dict[str, bytes]:
        """Return the kept lists by the storage name of their connection."""

    async def save(self, name: str, body: bytes) -> None:
        """Keep a list."""

    async def forget_others(self, names: Sequence[str]) -> None:
        """Remove the lists of connections that are gone."""


class ListReader(Protocol):
    """Asks a provider for its models."""

    async def __call__(self, connection: Connection) -> tuple[bytes, tuple[ProviderModel, ...]]:
        """Return the body of the answer and what it says; raise Unavailable or ListError."""


ByteStream = AsyncIterator[bytes]
