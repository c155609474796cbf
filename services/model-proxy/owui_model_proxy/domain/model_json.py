"""How models appear in answers: built once per change, not per request."""

from typing import Any

import orjson

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.provider_lists import ProviderModel
from owui_model_proxy.domain.rows import ModelRow

Targets = tuple[tuple[Connection, str], ...]


class ModelJson:
    """One model ready to be joined into a list."""

    __slots__ = ("id", "json", "name", "targets")

    def __init__(self, model: dict[str, Any], targets: Targets = ()) -> None:
        self.id: str = model["id"]
        self.name: str = model["name"]
        self.targets = targets
        self.json = orjson.dumps(model)


def base_json(source: ProviderModel, model_id: str, targets: Targets, row: ModelRow | None) -> ModelJson:
    """Return a provider's model, described by its row if there is one."""
    connection = targets[0][0]
    model = _base(source, model_id, targets)
    if row is not None:
        model["name"] = row.name
        model["info"] = _info(row, demo=connection.is_demo)
    elif connection.is_demo:
        model["info"] = _demo_info(model_id, source.name)
    model["actions"] = []
    model["filters"] = []
    model["tags"] = _tags(row, connection)
    return ModelJson(model, targets)


def preset_json(row: ModelRow, connection: Connection | None) -> ModelJson:
    """Return a workspace model; `connection` is that of its base, None when the base is not known now."""
    return ModelJson(
        {
            "id": row.id,
            "name": row.name,
            "object": "model",
            "created": row.created_at,
            "owned_by": connection.dialect.value if connection else "openai",
            "connection_type": connection.connection_type if connection else "external",
            "preset": True,
            "info": _info(row, demo=connection is not None and connection.is_demo),
            "actions": [],
            "filters": [],
            "tags": _tags(row, None),
        }
    )


def ollama_tag_json(source: ProviderModel, model_id: str, targets: Targets) -> bytes:
    """Return a model as Ollama's own list has it."""
    urls = [connection.index for connection, _ in targets]
    return orjson.dumps({**source.raw, "model": model_id, "name": source.name, "urls": urls})


def openai_form_json(model_id: str, created: int) -> bytes:
    """Return a model as OpenAI's own list has it."""
    return orjson.dumps({"id": model_id, "object": "model", "created": created, "owned_by": "openai"})


def _base(source: ProviderModel, model_id: str, targets: Targets) -> dict[str, Any]:
    connection = targets[0][0]
    model: dict[str, Any] = {
        "id": model_id,
        "name": source.name,
        "object": "model",
        "created": source.created,
        "owned_by": connection.dialect.value,
        "connection_type": connection.connection_type,
    }
    if connection.dialect is Dialect.OLLAMA:
        urls = [target.index for target, _ in targets]
        model["ollama"] = {**source.raw, "urls": urls}
        model["urls"] = urls
    else:
        model["openai"] = source.raw
        if not connection.is_demo:
            model["urlIdx"] = connection.index
    return model


def _info(row: ModelRow, demo: bool) -> dict[str, Any]:
    meta = {name: value for name, value in row.meta.items() if name != "profile_image_url"}
    if demo:
        meta["demo"] = True
    return {
        "id": row.id,
        "user_id": row.user_id,
        "base_model_id": row.base_model_id,
        "name": row.name,
        "meta": meta,
        "access_control": row.access_control,
        "is_active": row.is_active,
        "updated_at": row.updated_at,
        "created_at": row.created_at,
    }


def _demo_info(model_id: str, name: str) -> dict[str, Any]:
    description = "A very small model that shows that everything works. Connect a provider for real answers."
    return {
        "id": model_id,
        "user_id": "",
        "base_model_id": None,
        "name": name,
        "meta": {"demo": True, "description": description, "capabilities": {"vision": False, "usage": True}},
        "access_control": None,
        "is_active": True,
        "updated_at": 0,
        "created_at": 0,
    }


def _tags(row: ModelRow | None, connection: Connection | None) -> list[dict[str, str]]:
    names: dict[str, None] = {}
    tags = row.meta.get("tags") if row else None
    for tag in tags if isinstance(tags, list) else []:
        name = tag.get("name") if isinstance(tag, dict) else None
        if isinstance(name, str) and name:
            names[name] = None
    for name in connection.tags if connection else ():
        names[name] = None
    return [{"name": name} for name in names]
