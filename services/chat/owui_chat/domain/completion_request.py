"""Understand a request for a completion, and make of it what the provider shall see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from owui_chassis.errors import Invalid

from owui_chat.domain.attachments import Attachment, parse_attachments
from owui_chat.domain.conversation import Members, parse_members
from owui_chat.domain.limits import check_identifier, checked_text
from owui_chat.domain.reasoning import DEFAULT_TAGS, Tags

# Members that mean something only between the client and us.
_OURS = (
    "chat_id",
    "id",
    "session_id",
    "parent_id",
    "parent_message",
    "files",
    "tool_ids",
    "tool_servers",
    "filter_ids",
    "features",
    "variables",
    "params",
    "model_item",
    "background_tasks",
    "metadata",
)
# Members of "params" that steer us and not the model.
_STEERING = (
    "stream_response",
    "stream_delta_chunk_size",
    "function_calling",
    "reasoning_tags",
    "system",
    "custom_params",
)
_TEMPORARY = "local:"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of which model, and what the answer shall rest on besides the model's own knowledge.

    `earlier` has what came with earlier questions of the conversation: it may have been deleted since.
    """

    model: str
    messages: list[dict[str, Any]]
    attachments: list[Attachment]
    web_search: bool
    earlier: frozenset[str] = frozenset()

    @property
    def names_documents(self) -> bool:
        """Whether something has to be read or searched first."""
        return bool(self.attachments or self.web_search)

    @property
    def question(self) -> str:
        """The text of the last message of the user."""
        for message in reversed(self.messages):
            if message.get("role") == "user":
                return text_of(message.get("content"))
        return ""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A request for a completion in UI mode; `body` is what the provider shall see."""

    chat_id: str
    message_id: str
    session_id: str
    parent_id: str | None
    parent_message: dict[str, Any] | None
    asked: Asked
    background_tasks: dict[str, Any]
    reasoning_tags: Tags
    variables: Mapping[str, Any]
    body: bytes

    @property
    def is_temporary(self) -> bool:
        """Whether nothing of the chat is to be stored."""
        return self.chat_id.startswith(_TEMPORARY)

    @property
    def continues(self) -> bool:
        """Whether the model is asked to go on where an answer stopped."""
        return self.messages[-1].get("role") == "assistant"

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self.asked.model

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What has been said, the system prompt first."""
        return self.asked.messages

    @property
    def question(self) -> str:
        """The text of the last message of the user."""
        return self.asked.question


def parse_completion(body: bytes) -> CompletionRequest:
    """Read the request; raise Invalid naming what is missing or wrong."""
    checked_text(body, "The request")
    members = parse_members(body, "The request")
    messages = _messages(members)
    params = _value(members, "params", dict) or {}
    variables = _value(members, "variables", dict) or {}
    parent_message = _value(members, "parent_message", dict)
    parent = _parent(members, parent_message)
    messages = _with_system(messages, params.get("system"), variables)
    return CompletionRequest(
        chat_id=check_identifier(_value(members, "chat_id", str) or "", "chat_id"),
        message_id=check_identifier(_value(members, "id", str) or "", "id"),
        session_id=_value(members, "session_id", str) or "",
        parent_id=parent,
        parent_message=parent_message,
        asked=_asked(members, messages, parent_message),
        background_tasks=_value(members, "background_tasks", dict) or {},
        reasoning_tags=_reasoning_tags(params.get("reasoning_tags")),
        variables=variables,
        body=_provider_body(members, params, messages),
    )


def parse_question(body: bytes) -> tuple[Asked, bytes]:
    """Read a request in API mode; return what is asked and the request without what has been understood.

    Raises Invalid naming what is missing or wrong.
    """
    members = parse_members(body, "The request")
    asked = _asked(members, _messages(members))
    rest = {name: value for name, value in members.items() if name not in ("files", "features")}
    return asked, msgspec.json.encode(rest)


def with_messages(body: bytes, messages: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a request with other messages in place of its own."""
    members = parse_members(body, "The request")
    return msgspec.json.encode({**members, "messages": messages})


def filled_in(prompt: str, variables: Mapping[str, Any]) -> str:
    """Return a system prompt with the values of its variables."""
    for name, value in variables.items():
        prompt = prompt.replace(name, str(value))
    return prompt


def text_of(content: Any) -> str:
    """Return the text of a message's content, which may be a list of parts."""
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _asked(
    members: Members, messages: list[dict[str, Any]], question: Mapping[str, Any] | None = None
) -> Asked:
    features = members.get("features")
    attachments = parse_attachments(_value(members, "files", list))
    earlier = {one.name for one in attachments} if question is not None else set()
    if question is not None and attachments:
        earlier -= {one.name for one in parse_attachments(question.get("files"))}
    return Asked(
        model=_model(members),
        messages=messages,
        attachments=attachments,
        web_search=features is not None and _wants_web(features),
        earlier=frozenset(earlier),
    )


def _wants_web(features: msgspec.Raw) -> bool:
    try:
        value = msgspec.json.decode(features)
    except (msgspec.DecodeError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("web_search") is True


def _messages(members: Members) -> list[dict[str, Any]]:
    messages = _value(members, "messages", list)
    if not messages or not all(isinstance(message, dict) for message in messages):
        raise Invalid("messages must be a list of objects with at least one of them", "invalid_messages")
    return list(messages)


def _model(members: Members) -> str:
    model = _value(members, "model", str)
    if not model:
        raise Invalid("model is missing", "missing_model")
    return str(model)


def _parent(members: Members, parent_message: dict[str, Any] | None) -> str | None:
    parent = _value(members, "parent_id", str) or (parent_message or {}).get("id")
    return check_identifier(parent, "parent_id") if isinstance(parent, str) and parent else None


def _value(members: Members, name: str, kind: type) -> Any:
    """Return the parsed member, None when it is absent or null; raise Invalid when it is of another type."""
    raw = members.get(name)
    if raw is None:
        return None
    try:
        value = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid(f"{name} is not valid JSON", "invalid_json") from None
    if value is not None and not isinstance(value, kind):
        names = {"str": "a string", "list": "a list", "dict": "an object"}
        raise Invalid(f"{name} must be {names[kind.__name__]}", f"invalid_{name}")
    return value


def _reasoning_tags(value: Any) -> Tags:
    if value is False:
        return ()
    if isinstance(value, list) and len(value) == 2 and all(isinstance(tag, str) and tag for tag in value):
        return ((value[0], value[1]),)
    return DEFAULT_TAGS


def _with_system(messages: list[Any], system: Any, variables: dict[str, Any]) -> list[dict[str, Any]]:
    """Put the system prompt in front, with its variables filled in."""
    if isinstance(system, str) and system:
        rest = messages[1:] if messages[0].get("role") == "system" else messages
        messages = [{"role": "system", "content": system}, *rest]
    first = messages[0]
    if variables and first.get("role") == "system" and isinstance(first.get("content"), str):
        messages = [{**first, "content": filled_in(first["content"], variables)}, *messages[1:]]
    return messages


def _provider_body(members: Members, params: dict[str, Any], messages: list[dict[str, Any]]) -> bytes:
    body: dict[str, Any] = {name: value for name, value in members.items() if name not in _OURS}
    body |= {name: value for name, value in params.items() if name not in _STEERING and value is not None}
    custom = params.get("custom_params")
    if isinstance(custom, dict):
        body |= {name: _parsed(value) for name, value in custom.items()}
    body["messages"] = messages
    streams = params.get("stream_response")
    body["stream"] = streams if isinstance(streams, bool) else body.get("stream", True)
    try:
        return msgspec.json.encode(body)
    except OverflowError:
        raise Invalid("The request holds an integer of more than 64 bits", "invalid_number") from None


def _parsed(value: Any) -> Any:
    """Return the value of a parameter that a form delivers as text."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return value
