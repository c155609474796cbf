"""Take a conversation's JSON apart into the rows it is stored in, member by member and without touching
values."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import msgspec
from owui_chassis.errors import Invalid

from owui_chat.domain.limits import TITLE_LENGTH, Limits, check_identifier, checked_text

Members = dict[str, msgspec.Raw]
_MEMBERS = msgspec.json.Decoder(Members)
_STRING = msgspec.json.Decoder(str)
UNTITLED = "New Chat"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as a row: its text apart, all other members as JSON text."""

    id: str
    parent_id: str | None
    role: str
    content: str | None
    members: Members
    digest: bytes

    @property
    def data(self) -> str:
        """The members but for the text, as a JSON object."""
        return join_members(self.members)


@dataclass(frozen=True, slots=True)
class ChatForm:
    """What a client sent about a chat."""

    title: str | None
    members: Members
    messages: dict[str, Message] | None
    current_id: str | None


def parse_chat(body: bytes, limits: Limits) -> ChatForm:
    """Take a chat object apart; raise Invalid for what cannot be stored."""
    if len(body) > limits.chat_bytes:
        raise Invalid(f"The chat is larger than {limits.chat_bytes} bytes", "chat_too_large")
    checked_text(body, "chat")
    members = parse_members(body, "chat")
    title = _title(members.pop("title", None))
    history = members.pop("history", None)
    if history is None or bytes(history) == b"null":
        return ChatForm(title, members, None, None)
    # The list is a copy of the branch that history.currentId ends; it is made again when the chat is read.
    members.pop("messages", None)
    tree = parse_members(history, "history")
    messages = _messages(tree.get("messages"), limits)
    return ChatForm(title, members, messages, _text(tree.get("currentId")))


def parse_members(body: bytes | msgspec.Raw, what: str) -> Members:
    """Split a JSON object into its members; raise Invalid when it is none."""
    try:
        return _MEMBERS.decode(body)
    except (msgspec.DecodeError, RecursionError):
        raise Invalid(f"{what} must be a JSON object", "invalid_json") from None


def join_members(members: Members) -> str:
    """Make a JSON object of members whose values are JSON."""
    return "{" + ",".join([f"{_quoted(name)}:{str(value, 'utf-8')}" for name, value in members.items()]) + "}"


def parse_message(identifier: str, body: msgspec.Raw, limits: Limits) -> Message:
    """Turn a message object into a row; raise Invalid for what cannot be stored."""
    if len(memoryview(body)) > limits.message_bytes:
        raise Invalid(f"A message is larger than {limits.message_bytes} bytes", "message_too_large")
    return message_of(check_identifier(identifier, "A message id"), parse_members(body, "A message"))


def message_of(identifier: str, members: Members) -> Message:
    """Make a row of the members of a message."""
    members.setdefault("id", msgspec.Raw(msgspec.json.encode(identifier)))
    content = _text(members.get("content"))
    if content is not None:
        del members["content"]
    parent = _text(members.get("parentId"))
    return Message(
        id=identifier,
        parent_id=parent,
        role=_text(members.get("role")) or "",
        content=content,
        members=members,
        digest=digest(members, content),
    )


def digest(members: Members, content: str | None) -> bytes:
    """Return a fingerprint that does not depend on the order of members."""
    parts: list[bytes | msgspec.Raw] = []
    for name in sorted(members):
        parts += (name.encode(), members[name])
    parts.append(b"\x00" if content is None else b"\x01" + content.encode())
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


@lru_cache(maxsize=1024)
def _quoted(name: str) -> str:
    return msgspec.json.encode(name).decode()


def _messages(raw: msgspec.Raw | None, limits: Limits) -> dict[str, Message]:
    if raw is None or bytes(raw) == b"null":
        return {}
    found = parse_members(raw, "history.messages")
    if len(found) > limits.messages:
        raise Invalid(f"A chat holds at most {limits.messages} messages", "too_many_messages")
    return {identifier: parse_message(identifier, body, limits) for identifier, body in found.items()}


def _title(raw: msgspec.Raw | None) -> str | None:
    if raw is None or bytes(raw) == b"null":
        return None
    title = _text(raw)
    if title is None:
        raise Invalid("title must be a string", "invalid_title")
    return title[:TITLE_LENGTH]


def _text(raw: msgspec.Raw | None) -> str | None:
    """Return the value of a JSON string; None for anything else."""
    if raw is None:
        return None
    try:
        return _STRING.decode(raw)
    except msgspec.ValidationError:
        return None
    except msgspec.DecodeError:
        raise Invalid("A string is not valid JSON", "invalid_json") from None
