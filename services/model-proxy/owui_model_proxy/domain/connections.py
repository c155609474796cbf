"""Connections to providers as the settings describe them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from owui_model_proxy.domain.addresses import host_of, problem_of

_OFFICIAL_OPENAI_HOST = "api.openai.com"
_AUTH_TYPES = ("bearer", "none")
# These belong to the request that we make ourselves; a configured one would break it.
_FORBIDDEN_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}
)
DEMO_INDEX = -1


class Dialect(StrEnum):
    """What a provider speaks."""

    OPENAI = "openai"
    OLLAMA = "ollama"


@dataclass(frozen=True, slots=True)
class Connection:
    """One address with what belongs to it; keys and headers never appear in its text form."""

    dialect: Dialect
    index: int
    url: str
    key: str = field(default="", repr=False)
    enabled: bool = True
    prefix: str = ""
    model_ids: tuple[str, ...] = ()
    connection_type: str = "external"
    tags: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    auth_type: str = "bearer"
    problem: str = ""
    demo_name: str = ""

    @property
    def usable(self) -> bool:
        """Whether requests go there."""
        return self.enabled and not self.problem and not self.unconfigured

    @property
    def unconfigured(self) -> bool:
        """Whether it is only the ecosystem's default address, to which nobody has given a key."""
        return self.host == _OFFICIAL_OPENAI_HOST and not self.key and not self.headers

    @property
    def host(self) -> str:
        """Host and port, fit for sentences."""
        return host_of(self.url)

    @property
    def label(self) -> str:
        """Name in metrics and logs."""
        return "demo" if self.index == DEMO_INDEX else f"{self.dialect}:{self.index}"

    @property
    def is_demo(self) -> bool:
        """Whether it is the demonstration model's."""
        return self.index == DEMO_INDEX

    @property
    def is_official_openai(self) -> bool:
        """Whether it is OpenAI's own, whose list holds models that are not for conversations."""
        return self.host == _OFFICIAL_OPENAI_HOST

    def request_headers(self) -> dict[str, str]:
        """Return the headers that authenticate us."""
        headers = dict(self.headers)
        if self.key and self.auth_type == "bearer":
            headers.setdefault("Authorization", f"Bearer {self.key}")
        return headers

    def known_as(self, upstream_id: str) -> str:
        """Return the identifier under which people know a model of this connection."""
        return f"{self.prefix}.{upstream_id}" if self.prefix else upstream_id


def openai_connections(
    enabled: bool, urls: Sequence[str], keys: Sequence[str], configs: Mapping[str, Any]
) -> list[Connection]:
    """Return the OpenAI-compatible connections in their order."""
    padded = [*keys, *[""] * len(urls)]
    return [
        _connection(Dialect.OPENAI, index, url, key=padded[index], enabled=enabled, configs=configs)
        for index, url in enumerate(urls)
        if url
    ]


def ollama_connections(enabled: bool, urls: Sequence[str], configs: Mapping[str, Any]) -> list[Connection]:
    """Return the Ollama connections in their order; their keys stand in the configurations."""
    found = []
    for index, url in enumerate(urls):
        if url:
            key = _config(configs, index, url).get("key")
            key = key if isinstance(key, str) else ""
            found.append(_connection(Dialect.OLLAMA, index, url, key=key, enabled=enabled, configs=configs))
    return found


def demo_connection(url: str, key: str, model_id: str, name: str) -> Connection | None:
    """Return the connection of the demonstration model; None when there is none."""
    if not url or not model_id:
        return None
    return Connection(
        Dialect.OPENAI,
        DEMO_INDEX,
        url.rstrip("/"),
        key,
        model_ids=(model_id,),
        connection_type="local",
        demo_name=name,
        problem=problem_of(url),
    )


def with_demo(connections: list[Connection], demo: Connection | None) -> tuple[Connection, ...]:
    """Add the demonstration model, which is there only while nothing else is."""
    if demo is not None and not any(connection.usable for connection in connections):
        return (*connections, demo)
    return tuple(connections)


def storage_names(connections: Sequence[Connection]) -> dict[str, Connection]:
    """Name each connection for what is kept about it, without its key and whatever its index becomes."""
    names: dict[str, Connection] = {}
    for connection in connections:
        name, copies = f"{connection.dialect} {connection.url}", 1
        while name in names:
            copies += 1
            name = f"{connection.dialect} {connection.url} #{copies}"
        names[name] = connection
    return names


def _config(configs: Mapping[str, Any], index: int, url: str) -> Mapping[str, Any]:
    # Older versions kept them by address.
    config = configs.get(str(index), configs.get(url))
    return config if isinstance(config, Mapping) else {}


def _connection(
    dialect: Dialect, index: int, url: str, *, key: str, enabled: bool, configs: Mapping[str, Any]
) -> Connection:
    config = _config(configs, index, url)
    auth_type = str(config.get("auth_type") or "bearer")
    headers, header_problem = _headers(config.get("headers"))
    default_type = "local" if dialect is Dialect.OLLAMA else "external"
    return Connection(
        dialect=dialect,
        index=index,
        url=url.strip().rstrip("/"),
        key=key.strip(),
        enabled=enabled and config.get("enable", True) is not False,
        prefix=str(config.get("prefix_id") or ""),
        model_ids=_texts(config.get("model_ids")),
        connection_type=str(config.get("connection_type") or default_type),
        tags=_tags(config.get("tags")),
        headers=headers,
        auth_type=auth_type,
        problem=problem_of(url) or header_problem or _key_problem(key) or _unsupported(auth_type, config),
    )


def _key_problem(key: str) -> str:
    return "" if key.strip().isprintable() else "The key holds a line break or another unprintable character."


def _unsupported(auth_type: str, config: Mapping[str, Any]) -> str:
    if config.get("azure"):
        return "Azure OpenAI deployments are not supported; use their OpenAI-compatible /openai/v1 address."
    if auth_type not in _AUTH_TYPES:
        return f"The authentication type {auth_type!r} is not supported; use bearer or none."
    return ""


def _headers(value: Any) -> tuple[tuple[tuple[str, str], ...], str]:
    if not isinstance(value, Mapping):
        return (), ""
    headers = tuple((str(name).strip(), str(text)) for name, text in value.items())
    for name, text in headers:
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            return (), f"{name!r} is not the name of a header."
        if name.lower() in _FORBIDDEN_HEADERS or any(character in text for character in "\r\n\0"):
            return (), f"The header {name} cannot be set."
    return headers, ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(part for part in value if isinstance(part, str) and part) if isinstance(value, list) else ()


def _tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    names = [tag.get("name") if isinstance(tag, Mapping) else tag for tag in value]
    return tuple(name for name in names if isinstance(name, str) and name)
