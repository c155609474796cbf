"""Decide which message rows a client's copy of a conversation changes, and what of a stored row it may
not change."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import msgspec

from owui_chat.domain.conversation import Members, Message, message_of, parse_members

# What a task writes while it runs; a client's copy of these is older by nature.
_TASK_MEMBERS = (
    "content",
    "error",
    "sources",
    "usage",
    "statusHistory",
    "files",
    "embeds",
    "followUps",
    "done",
)
_STALE_SECONDS = 60


@dataclass(slots=True)
class Difference:
    """Rows to insert, rows that may have to change, ids of rows to delete."""

    new: list[Message] = field(default_factory=list)
    changed: list[Message] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What is stored of a message whose copy differs; `written_at` is when a task wrote its text."""

    content: str | None
    data: str
    written_at: int | None


def compare(
    sent: Mapping[str, Message],
    stored: Mapping[str, bytes | None],
    running: Collection[str],
    *,
    partial: bool,
) -> Difference:
    """Compare fingerprints; messages of running tasks are never deleted, and none are when `partial`."""
    difference = Difference()
    for identifier, message in sent.items():
        if identifier not in stored:
            difference.new.append(message)
        elif stored[identifier] != message.digest:
            difference.changed.append(message)
    if not partial:
        difference.deleted = [key for key in stored if key not in sent and key not in running]
    return difference


def merge_message(sent: Message, stored: StoredMessage, *, running: bool, now: int) -> Message:
    """Return the message to store in place of `stored`.

    While a task writes the message, and when the client's copy is from before the end of one, the text
    and the other results of the task stay as they are.
    """
    if not running and not _is_stale(sent, stored, now):
        return sent
    members: Members = dict(sent.members)
    kept = parse_members(stored.data.encode(), "A stored message")
    for name in _TASK_MEMBERS:
        members.pop(name, None)
        if name in kept:
            members[name] = kept[name]
    if stored.content is not None:
        members["content"] = msgspec.Raw(msgspec.json.encode(stored.content))
    return message_of(sent.id, members)


def _is_stale(sent: Message, stored: StoredMessage, now: int) -> bool:
    if sent.role != "assistant" or stored.written_at is None or not stored.content:
        return False
    if not sent.content:
        return True
    recent = now - stored.written_at < _STALE_SECONDS
    return recent and len(sent.content) < len(stored.content) and stored.content.startswith(sent.content)
