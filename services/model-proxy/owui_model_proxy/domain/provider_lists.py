"""What providers answer when asked for their models."""

from datetime import datetime
from typing import Any

import orjson

from owui_model_proxy.domain.connections import Connection, Dialect

MAXIMUM_MODELS = 5000
# OpenAI's own list names everything it sells; these are not for conversations.
_NOT_FOR_CHAT = ("babbage", "dall-e", "davinci", "embedding", "tts", "whisper")


class ListError(Exception):
    """The answer is no list of models; the message says why in a sentence."""


class ProviderModel:
    """One model of one connection, with what the provider says about it."""

    __slots__ = ("created", "name", "raw", "upstream_id")

    def __init__(self, upstream_id: str, name: str, created: int, raw: dict[str, Any]) -> None:
        self.upstream_id = upstream_id
        self.name = name
        self.created = created
        self.raw = raw


def read_list(connection: Connection, body: bytes) -> tuple[ProviderModel, ...]:
    """Read the answer of `/models` or `/api/tags`; raise ListError when it is something else."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ListError("The server did not answer with JSON.") from None
    key = "models" if connection.dialect is Dialect.OLLAMA else "data"
    items = answer.get(key) if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise ListError(f"The server's answer has no list “{key}”.")
    read = _ollama_model if connection.dialect is Dialect.OLLAMA else _openai_model
    models = [model for item in items[:MAXIMUM_MODELS] if isinstance(item, dict) and (model := read(item))]
    if connection.is_official_openai:
        models = [model for model in models if not any(word in model.upstream_id for word in _NOT_FOR_CHAT)]
    if connection.model_ids:
        wanted = set(connection.model_ids)
        models = [model for model in models if model.upstream_id in wanted]
    return tuple(models)


def fixed_list(connection: Connection) -> tuple[ProviderModel, ...]:
    """Return the models of a connection whose settings name them, so that its server need not be asked."""
    name = connection.demo_name
    return tuple(
        ProviderModel(
            model_id,
            name or model_id,
            0,
            {"id": model_id, "name": name or model_id, "object": "model", "created": 0, "owned_by": "openai"},
        )
        for model_id in connection.model_ids
    )


def _openai_model(item: dict[str, Any]) -> ProviderModel | None:
    upstream_id = item.get("id") or item.get("name")
    if not isinstance(upstream_id, str):
        return None
    name = item.get("name")
    created = item.get("created")
    return ProviderModel(
        upstream_id,
        name if isinstance(name, str) and name else upstream_id,
        created if isinstance(created, int) else 0,
        item,
    )


def _ollama_model(item: dict[str, Any]) -> ProviderModel | None:
    upstream_id = item.get("model") or item.get("name")
    if not isinstance(upstream_id, str):
        return None
    name = item.get("name")
    return ProviderModel(
        upstream_id,
        name if isinstance(name, str) and name else upstream_id,
        _epoch(item.get("modified_at")),
        item,
    )


def _epoch(value: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(value)).timestamp())
    except ValueError:
        return 0
