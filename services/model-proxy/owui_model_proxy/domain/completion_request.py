"""How a request for a completion leaves: for which connection, under which path, with which body."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from owui_model_proxy.domain.connections import Connection, Dialect
from owui_model_proxy.domain.model_index import Route
from owui_model_proxy.domain.ollama_requests import BESIDE_OPTIONS, OPTIONS, to_ollama_chat
from owui_model_proxy.domain.request_params import (
    fill_variables,
    flatten_params,
    row_params,
    strip_ours,
    suit_openai,
    with_system_prompt,
)


class Api(Enum):
    """The dialect of a request: its path at the provider, and whether only Ollama connections serve it."""

    OPENAI_CHAT = ("chat/completions", False)
    OLLAMA_CHAT = ("api/chat", True)
    OLLAMA_GENERATE = ("api/generate", True)
    OLLAMA_OPENAI_CHAT = ("v1/chat/completions", True)
    OLLAMA_OPENAI_TEXT = ("v1/completions", True)

    def __init__(self, path: str, only_ollama: bool) -> None:
        self.path = path
        self.only_ollama = only_ollama

    @property
    def has_options(self) -> bool:
        """Whether the body is in Ollama's own form, with parameters under `options`."""
        return self in {Api.OLLAMA_CHAT, Api.OLLAMA_GENERATE}

    @property
    def is_conversation(self) -> bool:
        """Whether the body holds messages, and not a prompt for the model to go on with."""
        return self in {Api.OPENAI_CHAT, Api.OLLAMA_CHAT, Api.OLLAMA_OPENAI_CHAT}


@dataclass(frozen=True, slots=True)
class Asker:
    """What a system prompt may say about who asks and when."""

    name: str
    email: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request that is ready to leave; `converts` when the answer has to be turned into OpenAI's form."""

    connection: Connection
    path: str
    body: dict[str, Any]
    streams: bool
    converts: bool


def prepare(
    api: Api, body: dict[str, Any], route: Route, target: tuple[Connection, str], asker: Asker
) -> Outgoing:
    """Apply what the model's rows say and leave out what is only ours; `body` is changed.

    Raises ConversionError for what the provider cannot take.
    """
    connection, upstream_id = target
    taken = strip_ours(body)
    converts = connection.dialect is Dialect.OLLAMA and api is Api.OPENAI_CHAT
    in_options = converts or api.has_options
    fields = flatten_params(taken.get("params", {}))
    _apply(body, fields, in_options)
    _apply(
        body, row_params(route.params, OPTIONS | BESIDE_OPTIONS if in_options else frozenset()), in_options
    )
    if isinstance(forced := route.params.get("stream_response"), bool):
        body["stream"] = forced
    _apply_system(api, body, route.params, taken.get("variables", {}), asker)
    body["model"] = upstream_id
    streams = bool(body.get("stream", api.has_options))
    if converts:
        return Outgoing(connection, Api.OLLAMA_CHAT.path, to_ollama_chat(body), streams, converts=True)
    if not in_options:
        suit_openai(body, upstream_id)
    return Outgoing(connection, api.path, body, streams, converts=False)


def _apply(body: dict[str, Any], fields: Mapping[str, Any], in_options: bool) -> None:
    if not in_options:
        body.update(fields)
        return
    given = body.get("options")
    options = dict(given) if isinstance(given, dict) else {}
    for name, value in fields.items():
        if name == "max_tokens":
            options["num_predict"] = value
        elif name in OPTIONS:
            options[name] = value
        else:
            body[name] = value
    if options:
        body["options"] = options


def _apply_system(
    api: Api, body: dict[str, Any], params: Mapping[str, Any], variables: Mapping[str, Any], asker: Asker
) -> None:
    system = params.get("system")
    if not isinstance(system, str) or not system.strip():
        return
    prompt = fill_variables(system, variables, asker.name, asker.email, asker.now)
    if api is Api.OLLAMA_GENERATE:
        own = body.get("system")
        body["system"] = f"{prompt}\n{own}" if isinstance(own, str) and own else prompt
    elif isinstance(body.get("messages"), list):
        body["messages"] = with_system_prompt(body["messages"], prompt)
