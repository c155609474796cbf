"""What a request, a folder or a model brings along to be read: files, bases, pages, texts, chats, notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from owui_chassis.errors import Invalid

from owui_chat.domain.limits import check_identifier

MOST_ITEMS = 100
_LONGEST_TEXT = 1_000_000
_LONGEST_FACT = 1000
# Where items carry whole texts and rows, and by whose right they are read; a source tells neither.
_UNTOLD = ("file", "files", "data", "content", "docs", "user", "access_control", "lent_by")


class Kind(Enum):
    """How something is read."""

    FILE = "file"
    BASE = "base"
    COLLECTION = "collection"
    URL = "url"
    CHAT = "chat"
    TEXT = "text"
    NOTE = "note"
    # What it holds takes its place.
    FOLDER = "folder"
    # Nobody here can read it.
    UNKNOWN = "unknown"


# These are read as they are, while somebody waits.
_MOST_OF_KIND = {Kind.URL: 10, Kind.CHAT: 10, Kind.NOTE: 10, Kind.FOLDER: 10}
_BY_IDENTIFIER: Mapping[Any, Kind] = {kind.value: kind for kind in (Kind.CHAT, Kind.NOTE, Kind.FOLDER)}
_NAMED = {Kind.URL: "pages", Kind.CHAT: "chats", Kind.NOTE: "notes", Kind.FOLDER: "folders"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One thing to read. `name` is its identifier or address, `text` its content if that came with it."""

    kind: Kind
    name: str
    item: Mapping[str, Any] = field(default_factory=dict)
    whole: bool = False
    text: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """Things that can be searched, by their identifiers."""

    bases: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.bases or self.files or self.collections)


@dataclass(frozen=True, slots=True)
class Loan:
    """Things that are searched by the right of the person who lends them."""

    lender_id: str
    names: Names


@dataclass(frozen=True, slots=True)
class Scope:
    """Where passages are sought: in what the caller may read himself and in what is lent to him."""

    names: Names = Names()
    loans: tuple[Loan, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names or self.loans)


def parse_attachments(items: Any, what: str = "files") -> list[Attachment]:
    """Understand the items of a request, each thing once; raise Invalid for what is no list of them."""
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise Invalid(f"{what} must be a list of objects", "invalid_files")
    found = _distinct(one for item in items[: MOST_ITEMS + 1] for one in _parse(item))
    _check_number(max(len(items), len(found)), MOST_ITEMS, "things")
    for kind, most in _MOST_OF_KIND.items():
        _check_number(len(of_kind(found, kind)), most, _NAMED[kind])
    return found


def parse_lent(items: Any) -> list[Attachment]:
    """Understand the items that a model has attached; what cannot be understood or found is left out."""
    return [one for one in _understood(items) if one.kind in (Kind.FILE, Kind.BASE, Kind.COLLECTION)]


def parse_kept(items: Any) -> list[Attachment]:
    """Understand the items that a folder keeps; folders, and what cannot be understood, are left out."""
    return [one for one in _understood(items) if one.kind not in (Kind.FOLDER, Kind.UNKNOWN)]


def joined(asked: Iterable[Attachment], kept: Iterable[Attachment]) -> list[Attachment]:
    """Return what a question brings along, then what is kept for it as far as that has room."""
    found: list[Attachment] = []
    left = dict(_MOST_OF_KIND)
    for one in _distinct([*asked, *kept])[:MOST_ITEMS]:
        left[one.kind] = left.get(one.kind, MOST_ITEMS) - 1
        if left[one.kind] >= 0:
            found.append(one)
    return found


def names_of(attachments: Iterable[Attachment], *, whole: bool | None = None) -> "Names":
    """Return what can be searched among these things."""
    chosen = [one for one in attachments if whole is None or one.whole is whole]
    kinds = (Kind.BASE, Kind.FILE, Kind.COLLECTION)
    bases, files, collections = (tuple(of_kind(chosen, kind)) for kind in kinds)
    return Names(bases, files, collections)


def shown(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as a source names it: without the texts and rows that clients put into it."""
    return {name: value for name, value in item.items() if name not in _UNTOLD and _is_small(value)}


def of_kind(attachments: Iterable[Attachment], kind: Kind) -> list[str]:
    """Return the names of what is of a kind."""
    return [one.name for one in attachments if one.kind is kind]


def _understood(items: Any) -> list[Attachment]:
    found: list[Attachment] = []
    for item in items[:MOST_ITEMS] if isinstance(items, list) else ():
        try:
            found += parse_attachments([item])
        except Invalid:
            continue
    return found[:MOST_ITEMS]


def _check_number(number: int, most: int, things: str) -> None:
    if number > most:
        raise Invalid(f"A question can rest on at most {most} {things}", "too_many_files")


def _parse(item: Mapping[str, Any]) -> Iterator[Attachment]:
    kind = item.get("type")
    whole = item.get("context") == "full"
    if kind == "image":
        # Clients send pictures in the message itself.
        return
    if kind == "url":
        yield Attachment(Kind.URL, _text(item.get("url")) or _identifier(item), item, whole=True)
    elif isinstance(kind, str) and kind in _BY_IDENTIFIER:
        yield Attachment(_BY_IDENTIFIER[kind], _identifier(item), item, whole=True)
    elif kind == "web_search" and isinstance(item.get("docs"), list):
        yield from _documents(item)
    elif kind == "text" and (whole or not _collections(item)):
        yield _inline(item)
    elif names := _collections(item):
        for name in names:
            yield Attachment(
                Kind.COLLECTION, check_identifier(name, "A collection's name"), item, whole=whole
            )
    elif kind in ("file", "collection"):
        reads = Kind.BASE if kind == "collection" else Kind.FILE
        if item.get("legacy") is True:
            reads = Kind.COLLECTION
        yield Attachment(reads, _identifier(item), item, whole=whole)
    else:
        yield Attachment(Kind.UNKNOWN, str(kind or "")[:50], item)


def _collections(item: Mapping[str, Any]) -> list[str]:
    """Return the collections of an item; a file or a base with an identifier is read by that."""
    if (
        item.get("type") in ("file", "collection")
        and _text(item.get("id"))
        and item.get("legacy") is not True
    ):
        return []
    names = item.get("collection_names")
    found: Sequence[Any] = names if isinstance(names, list) else [item.get("collection_name")]
    return [name for name in found if isinstance(name, str) and name]


def _inline(item: Mapping[str, Any]) -> Attachment:
    row = item.get("file")
    data = row.get("data") if isinstance(row, dict) else None
    text = _text(item.get("content")) or _text(data.get("content") if isinstance(data, dict) else None)
    if not text and (names := _collections(item)):
        return Attachment(
            Kind.COLLECTION, check_identifier(names[0], "A collection's name"), item, whole=True
        )
    return _of_text(text, item, _text(item.get("url")))


def _collection(name: str, item: Mapping[str, Any], *, whole: bool) -> Attachment:
    return Attachment(Kind.COLLECTION, check_identifier(name, "A collection's name"), item, whole=whole)


def _documents(item: Mapping[str, Any]) -> Iterator[Attachment]:
    for document in item["docs"][:MOST_ITEMS]:
        if isinstance(document, dict) and (text := _text(document.get("content"))):
            facts = document.get("metadata")
            facts = facts if isinstance(facts, dict) else {}
            address = _text(facts.get("source"))
            yield _of_text(text, item, address, _text(facts.get("title")) or address)


def _of_text(text: str, item: Mapping[str, Any], name: str, title: str = "") -> Attachment:
    if len(text) > _LONGEST_TEXT:
        raise Invalid(f"A text can have at most {_LONGEST_TEXT} characters", "text_too_long")
    return Attachment(Kind.TEXT, name, item, whole=True, text=text, title=title)


def _identifier(item: Mapping[str, Any]) -> str:
    return check_identifier(_text(item.get("id")), "The id of a file")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _distinct(attachments: Iterable[Attachment]) -> list[Attachment]:
    found: dict[tuple[Any, ...], Attachment] = {}
    for one in attachments:
        key = (one.kind, one.name, one.text)
        # Whoever names a thing twice, once as a whole, wants the whole.
        if key not in found or (one.whole and not found[key].whole):
            found[key] = one
    return list(found.values())


def _is_small(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_FACT
    return value is None or isinstance(value, bool | int | float)
