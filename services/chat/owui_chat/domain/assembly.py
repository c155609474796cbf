"""Put stored rows together to the JSON of a chat, by splicing texts and without parsing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class StoredMessages:
    """The messages of a chat in columns, in their order; `contents` holds None where the text is in
    `data`."""

    ids: Sequence[str]
    parents: Sequence[str | None]
    data: Sequence[str]
    contents: Sequence[str | None]


@dataclass(frozen=True, slots=True)
class StoredChat:
    """A chat row; `data` and `meta` are JSON objects as text. `messages` is None when the chat has no
    history."""

    id: str
    user_id: str
    title: str
    data: str
    meta: str
    current_id: str | None
    share_id: str | None
    folder_id: str | None
    archived: bool
    pinned: bool
    created_at: int
    updated_at: int
    messages: StoredMessages | None


def chat_json(chat: StoredChat) -> bytes:
    """Return the chat as the public interface shows it."""
    quote = orjson.dumps
    head = b'{"id":%b,"user_id":%b,"title":%b,"chat":%b,"updated_at":%d,"created_at":%d,' % (
        quote(chat.id),
        quote(chat.user_id),
        quote(chat.title),
        _blob(chat),
        chat.updated_at,
        chat.created_at,
    )
    flags = b'"share_id":%b,"archived":%b,"pinned":%b,"meta":%b,"folder_id":%b}' % (
        quote(chat.share_id),
        quote(chat.archived),
        quote(chat.pinned),
        chat.meta.encode(),
        quote(chat.folder_id),
    )
    return head + flags


def linear_branch(current_id: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """Return the ids from the root to `current_id`; links that lead in a circle or nowhere end the branch."""
    branch: list[str] = []
    seen = set()
    identifier = current_id
    while identifier is not None and identifier in parents and identifier not in seen:
        seen.add(identifier)
        branch.append(identifier)
        identifier = parents[identifier]
    branch.reverse()
    return branch


def message_json(data: str, content: str | None) -> bytes:
    """Return a message: the stored members and, where it is kept apart, the text."""
    if content is None:
        return data.encode()
    return b'%b,"content":%b}' % (data.encode()[:-1], orjson.dumps(content))


def _blob(chat: StoredChat) -> bytes:
    members = chat.data[1:-1].encode()
    start = b'{"title":' + orjson.dumps(chat.title) + (b"," + members if members else b"")
    if chat.messages is None:
        return start + b"}"
    stored = chat.messages
    texts = dict(zip(stored.ids, map(message_json, stored.data, stored.contents), strict=True))
    quote = orjson.dumps
    tree = b",".join([quote(identifier) + b":" + text for identifier, text in texts.items()])
    branch = linear_branch(chat.current_id, dict(zip(stored.ids, stored.parents, strict=True)))
    return b'%b,"history":{"messages":{%b},"currentId":%b},"messages":[%b]}' % (
        start,
        tree,
        quote(chat.current_id),
        b",".join([texts[identifier] for identifier in branch]),
    )
