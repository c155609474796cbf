"""Decides which messages change when an answer takes its place in a conversation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from owui_chassis.errors import Invalid

from owui_chat.domain.completion_request import CompletionRequest
from owui_chat.domain.conversation import Members, Message, message_of, parse_members

# What an earlier attempt to write the same message left.
_OUTDATED = ("error", "interrupted", "done", "usage", "sources", "followUps")
_ASSISTANT = msgspec.Raw(b'"assistant"')


@dataclass(frozen=True, slots=True)
class SeenMessage:
    """A stored message: its text apart, its other members as JSON. The version tells whether it has changed
    since."""

    version: str
    content: str | None
    data: str

    @property
    def members(self) -> Members:
        """All members."""
        members = parse_members(self.data.encode(), "A stored message")
        if self.content is not None:
            members["content"] = _raw(self.content)
        return members


@dataclass(frozen=True, slots=True)
class Seen:
    """What a conversation held at one moment where an answer shall go; messages by their ids.

    `folder` is the data of the folder that the conversation is in, as JSON.
    """

    version: str
    messages: Mapping[str, SeenMessage]
    folder: str | None = None

    def text(self, identifier: str) -> str:
        """Return the text of a message, empty when there is none."""
        message = self.messages.get(identifier)
        return (message.content if message is not None else None) or ""


def concerned(request: CompletionRequest) -> list[str]:
    """Return the ids of what may change: the answer, its question, and what the question hangs on."""
    above = (request.parent_message or {}).get("parentId")
    ids = (request.message_id, request.parent_id, above)
    return list(dict.fromkeys(identifier for identifier in ids if isinstance(identifier, str)))


def place_answer(
    request: CompletionRequest, before: str, stored: Mapping[str, SeenMessage], now: int
) -> list[Message]:
    """Return the messages to write, questions before answers: rows that are new together keep this order.

    The answer begins with the text `before`. Raises Invalid for an answer that would be its own question.
    """
    changed = _links(request, stored) + _answer(request, before, stored.get(request.message_id), now)
    return list({message.id: message for message in changed}.values())


def _answer(request: CompletionRequest, before: str, stored: SeenMessage | None, now: int) -> list[Message]:
    if stored is None:
        found: Members = {}
        members: Members = {
            "id": _raw(request.message_id),
            "childrenIds": msgspec.Raw(b"[]"),
            "timestamp": _raw(now),
        }
    else:
        found = stored.members
        members = {name: value for name, value in found.items() if name not in _OUTDATED}
    members |= {"role": _ASSISTANT, "model": _raw(request.model), "content": _raw(before)}
    if request.parent_id is not None or "parentId" not in members:
        members["parentId"] = _raw(request.parent_id)
    return [] if members == found else [message_of(request.message_id, members)]


def _links(request: CompletionRequest, stored: Mapping[str, SeenMessage]) -> list[Message]:
    """Return what has to change above the answer: the question, and what the question hangs on."""
    parent, child = request.parent_id, request.message_id
    if parent is None:
        return []
    if parent == child:
        raise Invalid("A message cannot be its own parent", "invalid_parent")
    if parent in stored:
        return _linked(parent, stored[parent], child)
    if request.parent_message is None:
        return []
    above = request.parent_message.get("parentId")
    changed = []
    if isinstance(above, str) and above != child and above in stored:
        changed = _linked(above, stored[above], parent)
    return [*changed, _sent_question(request.parent_message, parent, child)]


def _linked(identifier: str, stored: SeenMessage, child: str) -> list[Message]:
    """Return the message with the child among its children; nothing when it is stored like that."""
    members = stored.members
    children = json.loads(bytes(members.get("childrenIds", b"[]")))
    children = children if isinstance(children, list) else []
    if child in children:
        return []
    members["childrenIds"] = msgspec.Raw(_dumped([*children, child]))
    return [message_of(identifier, members)]


def _sent_question(sent: Mapping[str, Any], identifier: str, child: str) -> Message:
    question: dict[str, Any] = {"role": "user", **sent, "id": identifier}
    children = question.get("childrenIds")
    children = children if isinstance(children, list) else []
    question["childrenIds"] = children if child in children else [*children, child]
    return message_of(identifier, parse_members(_dumped(question), "A message"))


def _dumped(value: Any) -> bytes:
    # The standard library's JSON keeps integers of any size.
    return json.dumps(value, ensure_ascii=False).encode()


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
